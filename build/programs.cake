void BuildSolution(BuildPaths paths) =>
    Run("dotnet", $"build {Quote(paths.Solution.FullPath)} --configuration {paths.Configuration} --nologo --verbosity quiet -clp:NoSummary {Properties()}");

string Properties() => HasArgument("gpu") ? "-p:Gpu=true" : "";

/// The packages that applications embed, and the two programs as .NET tools: one package per platform (--runtimes=linux-x64,win-x64; this machine's by default) and one that points to them.
void Pack(BuildPaths paths)
{
    CleanDirectory(paths.Package);
    string common = $"--configuration {paths.Configuration} --nologo --verbosity quiet {Properties()}";
    foreach (var project in new[] { "core/Pipeline.Core", "inference/Pipeline.Inference", "inference/Pipeline.Inference.MLNet", "inference/Pipeline.Inference.ImageSharp" })
    {
        Run("dotnet", $"pack {Quote(paths.Root.Combine(project).FullPath)} --no-build {common}");
    }

    var platform = System.Text.RegularExpressions.Regex.Replace(System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, @"^(debian|ubuntu|rhel|fedora|alpine)[.\d]*", "linux");
    foreach (var project in new[] { "trainer/Pipeline.Trainer.Cli", "inference/Pipeline.Inference.Cli" })
    {
        // in a tree of its own: what the build made for every platform stays as it is
        var tool = $"pack {Quote(paths.Root.Combine(project).FullPath)} {common} -p:PackTools=true -p:ArtifactsPath={Quote(paths.Artifacts.Combine("obj/tools").FullPath)} --output {Quote(paths.Package.FullPath)}";
        foreach (var runtime in Argument("runtimes", platform).Split(',')) { Run("dotnet", $"{tool} --runtime {runtime}"); }
        Run("dotnet", $"{tool} -p:CreateRidSpecificToolPackages=false");
    }

    foreach (var file in GetFiles(paths.Package.FullPath + "/*.nupkg")) { Information("written {0} ({1:0.0} MB)", paths.Root.GetRelativePath(file), new System.IO.FileInfo(file.FullPath).Length / 1e6); }
}

/// Puts the sources into the form that .editorconfig asks for; with --check it changes nothing and fails when there would be something to change. Only the layout:
/// the rules of style are warnings of the compiler, and so errors of the build already.
void Format(BuildPaths paths)
{
    var check = HasArgument("check") ? "--verify-no-changes" : "";
    Run("dotnet", $"format whitespace . --folder --include core/ trainer/ inference/ reports/ bench/ samples/ tests/ {check}", paths.Root);
    Information(check.Length > 0 ? "Every source file is formatted." : "Formatted.");
}

void TrainAndExport(BuildPaths paths)
{
    var recipe = Argument("recipe", "recipes/cats-dogs-cifar.yaml");
    var artifacts = Argument("artifacts", "artifacts");
    var arguments = $"--recipe {Quote(recipe)} --artifacts {Quote(artifacts)}";
    foreach (var change in Arguments<string>("set", Array.Empty<string>())) { arguments += $" --set {Quote(change)}"; }
    if (HasArgument("force")) { arguments += " --force"; }
    Run("dotnet", $"{paths.Program("Pipeline.Trainer.Cli", "pipeline-train")} train {arguments}");

    // ML.NET has the last word: its own scores and metrics of the same images
    var name = System.IO.File.ReadLines(recipe).First(line => line.StartsWith("name:")).Substring("name:".Length).Split('#')[0].Trim(' ', '"', '\'');
    EvaluateMLNet(paths, $"--run {Quote(System.IO.Path.Combine(artifacts, name, "latest"))}");
}

/// Without --run, --model and --folder: the newest run of the default recipe.
void EvaluateMLNet(BuildPaths paths)
{
    var options = new[] { "run", "model", "folder", "predictions", "evaluation" }.Where(name => HasArgument(name)).Select(name => $"--{name} {Quote(Text(name))}").ToArray();
    EvaluateMLNet(paths, options.Length > 0 ? string.Join(' ', options) : "--run artifacts/cats-dogs-cifar/latest");
}

void EvaluateMLNet(BuildPaths paths, string arguments) => Run("dotnet", $"{paths.Program("Pipeline.Inference.MLNet.Cli", "pipeline-evaluate-mlnet")} {arguments}");

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
        if (DirectoryExists(paths.Artifacts.Combine(name))) { DeleteDirectory(paths.Artifacts.Combine(name), new DeleteDirectorySettings { Recursive = true, Force = true }); }
    }

    Information("Removed what the build made. Kept: the runs in artifacts/, the caches in artifacts/cache, the npm packages in build/npm.");
}

string Quote(string value) => "\"" + value.Replace("\"", "\\\"") + "\"";
