namespace Pipeline.Trainer.Data;

/// <summary>One image file.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="ClassIndex">Its class, in [0, K); <see cref="Unlabelled"/> when nobody says.</param>
internal sealed record ImageSample(string Path, int ClassIndex)
{
    /// <summary>The class of an image without one.</summary>
    public const int Unlabelled = -1;

    /// <summary>Whether its class is known.</summary>
    public bool IsLabelled => ClassIndex >= 0;

    /// <summary>Its name in files: the path from a folder on, with <c>/</c> on every system.</summary>
    /// <param name="root">The folder.</param>
    /// <returns>A relative path.</returns>
    public string RelativeTo(string root) => System.IO.Path.GetRelativePath(root, Path).Replace('\\', '/');
}
