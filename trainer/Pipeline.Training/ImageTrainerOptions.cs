namespace Pipeline.Training;

/// <summary>Where and how a recipe is trained; what is trained is in the recipe.</summary>
public sealed record ImageTrainerOptions
{
    /// <summary>Folder of all outputs: a run lands in <c>&lt;artifacts&gt;/&lt;recipe&gt;/&lt;n&gt;</c>.</summary>
    public string Artifacts { get; init; } = "artifacts";

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:&lt;index&gt;</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// Whether an interrupted run of the same recipe goes on where it was; a new run begins otherwise.
    /// </summary>
    public bool Resume { get; init; } = true;

    /// <summary>
    /// The images of a recipe whose data has the source <c>application</c>; <c>null</c> for every other source. They
    /// are read once at the start and kept as files under the cache, so that a resumed run finds the same ones.
    /// </summary>
    public IAsyncEnumerable<LabelledImage>? Images { get; init; }

    /// <summary>Tells dates and measures times.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
