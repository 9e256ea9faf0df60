namespace Pipeline.Trainer.Data;

/// <summary>One labelled image file.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="ClassIndex">Its class, in [0, K).</param>
public sealed record ImageSample(string Path, int ClassIndex);
