namespace Pipeline.Inference.Sessions;

/// <summary>Which views of an image are scored and averaged.</summary>
public enum TestTimeAugmentation
{
    /// <summary>The image as it is.</summary>
    None,

    /// <summary>
    /// The image and its mirror image, left and right exchanged after the resize. Averaged are the probabilities, class
    /// by class, p = (p(image) + p(mirror)) / 2 in float32; logits and features stay those of the image itself. Costs a
    /// second run of the network.
    /// </summary>
    HorizontalFlip,
}
