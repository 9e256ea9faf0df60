using TorchSharp;

namespace Pipeline.Torch;

/// <summary>The state of libtorch in this process.</summary>
public static partial class TorchRuntime
{
    /// <summary>The version of libtorch, e.g. <c>1.13.1</c>.</summary>
    public static string Version => torch.__version__;

    /// <summary>The BLAS that libtorch runs on, with its file; for messages and <c>run.json</c>.</summary>
    public static string BlasDescription => LoadedBlas().Description;

    /// <summary>Whether matrix products run on the reference BLAS, some 50 times slower than OpenBLAS. False where it cannot be told.</summary>
    public static bool UsesReferenceBlas => LoadedBlas().Kind == BlasKind.Reference;

    /// <summary>Sets the number of threads of libtorch's operators and of OpenBLAS.</summary>
    /// <param name="threads">At least 1. Another number rounds sums otherwise: results are reproducible for a given one.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    /// <remarks>By function and not by environment variable: a variable that a .NET program sets does not reach native code.</remarks>
    public static void ConfigureThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        torch.set_num_threads(threads);
        LoadedBlas().SetThreads(threads);
    }

    private static LoadedBlas LoadedBlas()
    {
        _ = Version;   // libtorch loads its BLAS with itself
        return Torch.LoadedBlas.Find();
    }
}
