FilePath TorchCudaAnswer(BuildPaths paths) => paths.Artifacts.CombineWithFilePath("cache/torch-cuda/answer.txt");

/// What --gpu adds to every build: ONNX Runtime with CUDA, and TorchSharp with CUDA where the sources have it.
string Properties()
{
    if (!HasArgument("gpu"))
    {
        return "";
    }
    var answer = TorchCudaAnswer(Context.Data.Get<BuildPaths>()).FullPath;
    return "-p:Gpu=true" + (System.IO.File.ReadAllText(answer).StartsWith("yes") ? " -p:TorchCuda=true" : "");
}

/// Asks the NuGet sources for TorchSharp with CUDA: once for each state of the central versions, and again at the
/// target 'setup'. Where they lack it, one line says so and what does instead.
void SetUpGpu(BuildPaths paths)
{
    if (IsRunningOnMacOs())
    {
        Stop(2, "--gpu: CUDA is for Linux and Windows only. Build without --gpu.");
    }
    var package = IsRunningOnWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux";
    var answer = TorchCudaAnswer(paths).FullPath;
    var versions = HashOf(paths.Root.CombineWithFilePath("Directory.Packages.props"));
    var known = System.IO.File.Exists(answer) ? System.IO.File.ReadAllText(answer) : "";
    if (target == "setup" || !known.EndsWith(versions))
    {
        Information("Asking the NuGet sources for {0}, with CUDA and cuDNN some gigabytes", package);
        var question = paths.Artifacts.CombineWithFilePath("cache/torch-cuda/question.csproj");
        EnsureDirectoryExists(question.GetDirectory());
        var reference = $"<ItemGroup><PackageReference Include=\"{package}\" /></ItemGroup>";
        System.IO.File.WriteAllText(question.FullPath, $"<Project Sdk=\"Microsoft.NET.Sdk\">{reference}</Project>");
        var output = new List<string>();
        var arguments = $"restore {Quote(question.FullPath)} --verbosity quiet";
        var exitCode = RunRestoring(arguments, output.Add, out var missing, out var unreachable);
        if (unreachable.Length > 0)
        {
            Stop(2, $"{package}: {unreachable}");
        }
        if (exitCode != 0 && missing.Length == 0)
        {
            Stop(1, $"{package} is not restored: {string.Join(' ', output)}");
        }
        known = (exitCode == 0 ? "yes " : "no ") + versions;
        System.IO.File.WriteAllText(answer, known);
    }

    if (known.StartsWith("yes"))
    {
        return;
    }
    Information(
        "The NuGet sources lack {0}. Scoring takes the GPU; training stays on the CPU unless --torch=<folder> or "
            + "PIPELINE_TORCH names the libraries of a libtorch 2.10 with CUDA: they are loaded in place of the "
            + "packages'.",
        package
    );
}
