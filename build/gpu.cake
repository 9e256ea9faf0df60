/// What ONNX Runtime's GPU build consists of: the core, and beside it the providers that it loads by name.
static readonly Dictionary<string, string> GpuFiles = new(StringComparer.Ordinal)
{
    ["libonnxruntime.so"] = "onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1",
    ["libonnxruntime_providers_shared.so"] = "com.github.asus4.onnxruntime.linux-x64-gpu/Plugins/Linux/x64/libonnxruntime_providers_shared.so",
    ["libonnxruntime_providers_cuda.so"] = "com.github.asus4.onnxruntime.linux-x64-gpu/Plugins/Linux/x64/libonnxruntime_providers_cuda.so",
    ["libonnxruntime_providers_tensorrt.so"] = "com.github.asus4.onnxruntime.linux-x64-gpu/Plugins/Linux/x64/libonnxruntime_providers_tensorrt.so",
};

/// Installs ONNX Runtime with CUDA, TensorRT and WebGPU into a folder of its own, and says which libraries of NVIDIA this machine lacks. Those come from NVIDIA; nothing here installs them.
void SetUpGpu(BuildPaths paths)
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

    var missing = new[] { ("CUDA", "cuda"), ("TensorRT", "tensorrt") }.Select(device => (Device: device.Item1, Libraries: MissingLibraries(paths.GpuNatives.CombineWithFilePath($"libonnxruntime_providers_{device.Item2}.so")))).ToArray();
    foreach (var (device, libraries) in missing.Where(item => item.Libraries.Length > 0)) { Warning("{0} cannot be used yet. This machine lacks: {1}", device, string.Join(", ", libraries)); }
    if (missing.Any(item => item.Libraries.Length > 0)) { Warning("They come with NVIDIA's driver (libcuda), CUDA 13 (libcudart, libcublas, libcurand), cuDNN 9 and TensorRT 10 (libnvinfer, libnvonnxparser): https://developer.nvidia.com/cuda-downloads"); }
    Information("ONNX Runtime for GPUs is in {0}. Build with -p:Gpu=true to take it into every program, or name it for one run: PIPELINE_ONNXRUNTIME={1}", paths.Root.GetRelativePath(paths.GpuNatives), paths.GpuNatives.FullPath);
}

/// The libraries that a library needs and the loader does not find.
string[] MissingLibraries(FilePath library)
{
    StartProcess("ldd", new ProcessSettings { Arguments = Quote(library.FullPath), RedirectStandardOutput = true, RedirectStandardError = true }, out var lines);
    return lines.Where(line => line.Contains("=> not found")).Select(line => line.Split("=>")[0].Trim()).ToArray();
}
