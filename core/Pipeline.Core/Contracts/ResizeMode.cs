namespace Pipeline.Core.Contracts;

/// <summary>How an image of any shape becomes the model's size.</summary>
public enum ResizeMode
{
    /// <summary>Both axes scaled on their own, so the aspect ratio may change (Keras's default).</summary>
    Squash,

    /// <summary>
    /// Scaled until it covers the target, then the centre is cut out (torchvision's resize + centre crop).
    /// </summary>
    FitCrop,

    /// <summary>Scaled until it fits inside the target, then black bars are added around it (letterbox).</summary>
    FitPad,
}
