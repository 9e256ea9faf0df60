/// The packages that applications embed, and the two programs as .NET tools: one package per platform
/// (--runtimes=linux-x64,win-x64; this machine's by default) and one that points to them.
void Pack(BuildPaths paths)
{
    CleanDirectory(paths.Package);
    string common = $"--configuration {paths.Configuration} --nologo --verbosity quiet {Properties()}";
    foreach (
        var project in new[]
        {
            "core/Pipeline.Core",
            "inference/Pipeline.Inference",
            "inference/Pipeline.Inference.MLNet",
            "inference/Pipeline.Inference.ImageSharp",
            "trainer/Pipeline.Onnx",
            "trainer/Pipeline.Networks",
            "trainer/Pipeline.Torch",
            "trainer/Pipeline.Trainer",
            "trainer/Pipeline.Export",
            "trainer/Pipeline.Training",
        }
    )
    {
        Run("dotnet", $"pack {Quote(paths.Root.Combine(project).FullPath)} --no-build {common}");
    }

    var platform = System.Text.RegularExpressions.Regex.Replace(
        System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier,
        @"^(debian|ubuntu|rhel|fedora|alpine)[.\d]*",
        "linux"
    );
    foreach (var project in new[] { "trainer/Pipeline.Trainer.Cli", "inference/Pipeline.Inference.Cli" })
    {
        // in a tree of its own: what the build made for every platform stays as it is
        var tool =
            $"pack {Quote(paths.Root.Combine(project).FullPath)} {common} -p:PackTools=true "
            + $"-p:ArtifactsPath={Quote(paths.Artifacts.Combine("obj/tools").FullPath)} --output "
            + $"{Quote(paths.Package.FullPath)}";
        foreach (var runtime in Argument("runtimes", platform).Split(','))
        {
            Run("dotnet", $"{tool} --runtime {runtime}");
        }
        Run("dotnet", $"{tool} -p:CreateRidSpecificToolPackages=false");
    }

    DeleteDirectory(
        paths.Artifacts.Combine("obj/tools"),
        new DeleteDirectorySettings { Recursive = true, Force = true }
    );
    foreach (var file in GetFiles(paths.Package.FullPath + "/*.nupkg"))
    {
        Information(
            "written {0} ({1:0.0} MB)",
            paths.Root.GetRelativePath(file),
            new System.IO.FileInfo(file.FullPath).Length / 1e6
        );
    }
}
