/// Lays the C# sources out with CSharpier; a check changes nothing and fails where there would be something to
/// change. The rules of style are warnings of the compiler, and so errors of the build already.
void Format(BuildPaths paths, bool check)
{
    Run("dotnet", $"csharpier {(check ? "check" : "format")} .", paths.Root);
    Information(check ? "Every source file is formatted." : "Formatted.");
}

void Clean(BuildPaths paths)
{
    foreach (var name in new[] { "bin", "obj", "package", "publish", "test-results" })
    {
        if (DirectoryExists(paths.Artifacts.Combine(name)))
        {
            DeleteDirectory(
                paths.Artifacts.Combine(name),
                new DeleteDirectorySettings { Recursive = true, Force = true }
            );
        }
    }

    Information(
        "Removed what the build made. Kept: the runs in artifacts/, the caches in artifacts/cache, "
            + "the npm packages in build/npm."
    );
}
