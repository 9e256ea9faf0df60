using System.Globalization;

namespace Pipeline.Trainer.Recipes;

/// <summary>How many images a part takes of each class: a number of images, or a share of what there is.</summary>
/// <param name="Value">From 1 on a number of images, a whole one; below 1 a share.</param>
public readonly record struct PartSize(double Value)
{
    /// <summary>Whether it is a share.</summary>
    public bool IsShare => Value is > 0 and < 1;

    /// <summary>The number of images out of so many, exact: a share is rounded down.</summary>
    /// <param name="available">Images there are.</param>
    /// <returns>A number that may be larger than <paramref name="available"/> if it was given as one.</returns>
    public int Of(int available) => IsShare ? (int)Math.Floor((decimal)Value * available) : (int)Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);
}
