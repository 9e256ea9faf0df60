namespace TorchSharp;

/// <summary>Kinds of devices, with libtorch's numbers.</summary>
public enum DeviceType
{
    /// <summary>The processor.</summary>
    CPU = 0,

    /// <summary>An NVIDIA graphics card.</summary>
    CUDA = 1,

    /// <summary>No storage: shapes and types only.</summary>
    META = 14,
}
