namespace Pipeline.Inference.Sessions;

/// <summary>Where the network runs.</summary>
public enum ScoringDevice
{
    /// <summary>CUDA when this build of ONNX Runtime and this machine have it, else the CPU.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first NVIDIA GPU.</summary>
    Cuda,
}
