using TorchSharp;

namespace Pipeline.Torch;

/// <content>What TorchSharp's package can tell about libtorch.</content>
public static partial class TorchRuntime
{
    /// <summary>Tensor handles that exist in the process at this moment.</summary>
    public static long LiveTensors => torch.Tensor.TotalCount;

    /// <summary>TorchSharp does not count the tensors that its finalizers release: 0.</summary>
    public static long FinalizedHandles => 0;

    /// <summary>TorchSharp does not say how libtorch was built: empty.</summary>
    public static string BuildConfiguration => string.Empty;

    /// <summary>The thread settings of libtorch at this moment.</summary>
    public static string ThreadDescription => $"{torch.get_num_threads()} threads";
}
