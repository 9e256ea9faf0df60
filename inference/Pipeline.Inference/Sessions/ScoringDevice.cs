namespace Pipeline.Inference.Sessions;

/// <summary>Where the network runs.</summary>
public enum ScoringDevice
{
    /// <summary>
    /// CUDA when this build of ONNX Runtime and this machine have it, else the CPU. Never TensorRT, which compiles for
    /// minutes, and never WebGPU, whose adapter may be slower than the CPU.
    /// </summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU, through CUDA and cuDNN.</summary>
    Cuda,

    /// <summary>
    /// An NVIDIA GPU, through TensorRT; what TensorRT does not take runs on CUDA. The first run of each batch size
    /// compiles.
    /// </summary>
    Tensorrt,

    /// <summary>
    /// A GPU of any make, through WebGPU (Vulkan on Linux, Direct3D 12 on Windows, Metal on macOS); the system picks
    /// the adapter.
    /// </summary>
    Webgpu,
}
