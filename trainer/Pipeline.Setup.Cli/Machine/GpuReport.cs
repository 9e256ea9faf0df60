using Pipeline.Setup.Cli.Libtorch;

namespace Pipeline.Setup.Cli.Machine;

/// <summary>What CUDA needs on this machine and what is here, for libtorch and for ONNX Runtime, and where both will run.</summary>
internal sealed record GpuReport
{
    private const int OnnxRuntimeCuda = 13;

    /// <summary>NVIDIA's driver.</summary>
    internal required NvidiaDriver Driver { get; init; }

    /// <summary>The libtorch with CUDA; <c>null</c> when the shim stands on the system's.</summary>
    internal required LibtorchFolder? Libtorch { get; init; }

    /// <summary>What its CUDA part is linked with.</summary>
    internal required IReadOnlyList<LibraryNeed> LibtorchNeeds { get; init; }

    /// <summary>How many CUDA devices libtorch sees, or why it cannot be asked.</summary>
    internal required (int Count, string? Fault) TrainingDevices { get; init; }

    /// <summary>What ONNX Runtime's CUDA provider needs.</summary>
    internal required IReadOnlyList<LibraryNeed> CudaNeeds { get; init; }

    /// <summary>What its TensorRT provider needs.</summary>
    internal required IReadOnlyList<LibraryNeed> TensorRtNeeds { get; init; }

    /// <summary>A line for each part, then what follows.</summary>
    internal IEnumerable<string> Lines()
    {
        yield return $"driver         {Driver.Describe()}";
        yield return $"libtorch       {(Libtorch is null ? "the system's, which has no CUDA" : $"{Libtorch.Describe()}; {Describe(LibtorchNeeds)}")}";
        yield return $"ONNX Runtime   CUDA: {Describe(CudaNeeds)}; TensorRT: {Describe(TensorRtNeeds)}";
        if (Lacks(CudaNeeds) || Lacks(TensorRtNeeds))
        {
            yield return "               CUDA 13 (libcudart, libcublas, libcurand), cuDNN 9 and TensorRT 10 (libnvinfer, libnvonnxparser) come from https://developer.nvidia.com/cuda-downloads; nothing here installs them";
        }

        yield return $"training       {Training()}";
        yield return $"scoring        {Scoring()}";
    }

    private string Training() => TrainingDevices switch
    {
        (_, string fault) => $"not possible: {fault}",
        ( > 0 and int count, _) => $"--device auto takes cuda:0; libtorch sees {count} CUDA device{(count == 1 ? string.Empty : "s")}",
        _ => $"on the CPU: {(Libtorch is null ? "libtorch has no CUDA" : Driver.Obstacle(Libtorch.Cuda?.Major ?? 0) ?? "libtorch sees no CUDA device")}",
    };

    private string Scoring() => Lacks(CudaNeeds) ? "on the CPU: CUDA's libraries are missing"
        : Driver.Obstacle(OnnxRuntimeCuda) is string obstacle ? $"on the CPU: {obstacle}"
        : "--device auto takes CUDA, if its self-test passes when a model is loaded";

    private static bool Lacks(IEnumerable<LibraryNeed> needs) => needs.Any(need => need.Path is null);

    /// <summary>The missing ones by name; otherwise where those are that people ask about.</summary>
    private static string Describe(IReadOnlyList<LibraryNeed> needs)
    {
        string[] missing = [.. needs.Where(need => need.Path is null).Select(need => need.Name).Distinct()];
        string[] named = [.. needs.Where(need => need.Path is not null && (need.Name.Contains("cudnn", StringComparison.Ordinal) || need.Name.Contains("cublas", StringComparison.Ordinal))).Select(need => $"{need.Name} found").Distinct()];
        string found = named.Length > 0 ? string.Join(", ", named) : "no cuBLAS or cuDNN named";
        return missing.Length > 0 ? $"lacks {string.Join(", ", missing)}{(named.Length > 0 ? $"; {found}" : string.Empty)}" : $"{found}, nothing missing";
    }
}
