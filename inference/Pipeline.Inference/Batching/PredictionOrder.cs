namespace Pipeline.Inference.Batching;

/// <summary>In which order the predictions of many images come.</summary>
public enum PredictionOrder
{
    /// <summary>That of the images, whatever each takes to decode.</summary>
    AsGiven,

    /// <summary>
    /// Batch by batch as each is decoded, so that one slow file holds up its own batch only; within a batch in the
    /// order of the images.
    /// </summary>
    AsCompleted,
}
