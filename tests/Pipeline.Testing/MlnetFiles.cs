namespace Pipeline.Testing;

/// <summary>
/// Files of the NuGet package that ML.NET's image featurizer comes in; a restore of this repository brings it.
/// </summary>
public static class MlnetFiles
{
    /// <summary>The ResNet-18 that CNTK 2.6 wrote, 64 MB.</summary>
    public static string ResNet18 { get; } =
        Path.Combine(
            Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
            "microsoft.ml.dnnimagefeaturizer.resnet18",
            "0.23.1",
            "tools",
            "DnnImageModels",
            "ResNet18Onnx",
            "ResNet18.onnx"
        );
}
