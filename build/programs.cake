void BuildSolution(BuildPaths paths) =>
    DotNetBuild(paths.Solution.FullPath, new DotNetBuildSettings { Configuration = paths.Configuration, NoLogo = true, Verbosity = DotNetVerbosity.Quiet });

void TrainAndExport(BuildPaths paths)
{
    var arguments = $"--recipe {Quote(Argument("recipe", "recipes/cats-dogs-cifar.yaml"))} --artifacts {Quote(Argument("artifacts", "artifacts"))}";
    foreach (var change in Arguments<string>("set", new string[0])) { arguments += $" --set {Quote(change)}"; }
    if (HasArgument("force")) { arguments += " --force"; }
    Run("dotnet", $"{paths.Program("Pipeline.Trainer.Cli", "pipeline-train")} train {arguments}");
}

/// Hands the named options of this command line on to a program.
void RunProgram(BuildPaths paths, string project, string name, string verb, params string[] options)
{
    var given = options.Where(option => HasArgument(option)).Select(option => $"--{option} {Quote(Argument<string>(option))}");
    Run("dotnet", $"{paths.Program(project, name)} {verb} {string.Join(' ', given)}");
}

void Clean(BuildPaths paths)
{
    foreach (var name in new[] { "bin", "obj", "package", "publish", "test-results" })
    {
        if (DirectoryExists(paths.Artifacts.Combine(name))) { DeleteDirectory(paths.Artifacts.Combine(name), new DeleteDirectorySettings { Recursive = true }); }
    }
}

string Quote(string value) => "\"" + value.Replace("\"", "\\\"") + "\"";
