namespace Pipeline.Core.Imaging.Loading;

/// <summary>In which order the batches of many images come.</summary>
public enum LoadOrder
{
    /// <summary>That of the images, whatever each takes to decode.</summary>
    AsGiven,

    /// <summary>
    /// Batch by batch as each is decoded, so that one slow file holds up its own batch only; within a batch in the
    /// order of the images.
    /// </summary>
    AsCompleted,
}
