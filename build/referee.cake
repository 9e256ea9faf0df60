/// Every network of the catalog in every variant: onnx.checker with full check and shape inference, and the logits of
/// the same network exported by PyTorch.
void Referee(BuildPaths paths)
{
    var python = Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3";
    var hasModules =
        StartProcess(
            python,
            new ProcessSettings
            {
                Arguments = "-c \"import onnx, torch\"",
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        ) == 0;
    if (!hasModules)
    {
        Stop(
            2,
            "The referees need Python with onnx and torch: apt-get install python3-onnx python3-torch, "
                + $"or set PYTHON. Tried {python}."
        );
    }

    var folder = paths.TestResults.Combine("referee");
    CleanDirectory(folder);
    var bench = paths.Program("Pipeline.Bench", "Pipeline.Bench").FullPath;
    Run("dotnet", $"{Quote(bench)} referee-export {Quote(folder.FullPath)}");
    Run(python, $"{Quote(paths.Root.CombineWithFilePath("bench/peers/referee.py").FullPath)} {Quote(folder.FullPath)}");
    Run("dotnet", $"{Quote(bench)} referee-compare {Quote(folder.FullPath)}");
    CleanDirectory(folder);
    Information("Every exported file passes the checker and agrees with PyTorch's export.");
}
