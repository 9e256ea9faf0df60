namespace TorchSharp;

/// <summary>What stands outside the borders of a padded tensor.</summary>
public enum PaddingModes
{
    /// <summary>Zeros.</summary>
    Zeros = 0,

    /// <summary>The elements mirrored at the border element.</summary>
    Reflect = 1,

    /// <summary>The border element repeated.</summary>
    Replicate = 2,

    /// <summary>The elements of the other side.</summary>
    Circular = 3,

    /// <summary>A given value.</summary>
    Constant = 4,
}
