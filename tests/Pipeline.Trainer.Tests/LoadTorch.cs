using System.Runtime.CompilerServices;
using Pipeline.Torch.Loading;

namespace Pipeline.Trainer.Tests;

internal static class LoadTorch
{
    /// <summary>Before any test: many call TorchSharp without anything of ours in front.</summary>
    [ModuleInitializer]
    internal static void BeforeTests() => TorchLibrary.EnsureLoaded();
}
