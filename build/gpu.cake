/// What ONNX Runtime's GPU build consists of: the core, and beside it the providers that it loads by name.
static readonly Dictionary<string, string> GpuFiles = new(StringComparer.Ordinal)
{
    ["libonnxruntime.so"] = "onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1",
    ["libonnxruntime_providers_shared.so"] = "com.github.asus4.onnxruntime.linux-x64-gpu/Plugins/Linux/x64/libonnxruntime_providers_shared.so",
    ["libonnxruntime_providers_cuda.so"] = "com.github.asus4.onnxruntime.linux-x64-gpu/Plugins/Linux/x64/libonnxruntime_providers_cuda.so",
    ["libonnxruntime_providers_tensorrt.so"] = "com.github.asus4.onnxruntime.linux-x64-gpu/Plugins/Linux/x64/libonnxruntime_providers_tensorrt.so",
};

/// The folder of a libtorch with CUDA: LIBTORCH, the cache, Python's torch, or fetched (from PIPELINE_LIBTORCH_URL, if that is set). Empty when it cannot be had, which was said: training stays on the CPU then.
string FindLibtorchForGpu(BuildPaths paths)
{
    var answer = paths.LibtorchCache.CombineWithFilePath("chosen.txt");
    var archive = Environment.GetEnvironmentVariable("PIPELINE_LIBTORCH_URL");
    var exitCode = RunSetupProgram(paths, $"libtorch --cache {Quote(paths.LibtorchCache.FullPath)} --output {Quote(answer.FullPath)}" + (string.IsNullOrEmpty(archive) ? "" : $" --archive {Quote(archive)}"));
    if (exitCode == 0) { return System.IO.File.ReadAllText(answer.FullPath).Trim(); }
    if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("LIBTORCH"))) { Stop(exitCode, "LIBTORCH cannot be used, see above."); }
    Warning("The rest is set up without it.");
    return "";
}

/// Installs ONNX Runtime with CUDA, TensorRT and WebGPU into a folder of its own, and says what of NVIDIA's this machine has and lacks. That comes from NVIDIA; nothing here installs it.
void SetUpGpu(BuildPaths paths, string libtorch)
{
    var npm = paths.Npm.Combine("gpu");
    RestoreNpm(paths, npm, "ONNX Runtime for GPUs, 180 MB to download");
    EnsureDirectoryExists(paths.GpuNatives);
    foreach (var (name, source) in GpuFiles)
    {
        var from = npm.Combine("node_modules").CombineWithFilePath(source);
        var to = paths.GpuNatives.CombineWithFilePath(name);
        if (!FileExists(to) || new System.IO.FileInfo(to.FullPath).Length != new System.IO.FileInfo(from.FullPath).Length) { CopyFile(from, to); }
    }

    Information("ONNX Runtime for GPUs is in {0}. Build with --gpu (or -p:Gpu=true) to take it into every program, or name it for one run: PIPELINE_ONNXRUNTIME={1}", paths.Root.GetRelativePath(paths.GpuNatives), paths.GpuNatives.FullPath);
    var shim = paths.Native.CombineWithFilePath("libpipeline_torch.so").FullPath;
    RunSetupProgram(paths, $"report --shim {Quote(shim)} --onnxruntime {Quote(paths.GpuNatives.FullPath)}" + (libtorch.Length > 0 ? $" --libtorch {Quote(libtorch)}" : ""));
}

/// Builds pipeline-setup, if need be, and runs it.
int RunSetupProgram(BuildPaths paths, string arguments)
{
    Run("dotnet", $"build {Quote(paths.Root.Combine("trainer/Pipeline.Setup.Cli").FullPath)} --configuration {paths.Configuration} --nologo --verbosity quiet -clp:NoSummary -p:Packages=local");
    return StartProcess("dotnet", $"{Quote(paths.Program("Pipeline.Setup.Cli", "pipeline-setup").FullPath)} {arguments}");
}
