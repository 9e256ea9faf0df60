using Pipeline.Core.Contracts;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Augmentation;

/// <summary>A rectangle in an image, in shares of its width and height.</summary>
internal readonly record struct Box(double Left, double Top, double Width, double Height)
{
    private const int Tries = 10,
        NumbersPerTry = 4;

    /// <summary>The whole image.</summary>
    internal static Box Whole { get; } = new(0, 0, 1, 1);

    /// <summary>Draws a rectangle of a random area and proportion at a random place.</summary>
    /// <param name="area">Share of the image's area.</param>
    /// <param name="aspect">Width over height as a factor of the image's own, on a logarithmic scale.</param>
    /// <param name="uniform">The n-th number in [0, 1).</param>
    /// <returns>A rectangle inside the image; <c>null</c> when none of ten fits.</returns>
    /// <remarks>
    /// The tries, and both scales, are those of <c>RandomResizedCrop.get_params</c> in torchvision 0.14.
    /// </remarks>
    internal static Box? Draw(FactorRange area, FactorRange aspect, Func<int, double> uniform)
    {
        for (int number = 0; number < Tries * NumbersPerTry; number += NumbersPerTry)
        {
            double share = area.At(uniform(number)),
                proportion = aspect.AtLogarithm(uniform(number + 1));
            double width = Math.Sqrt(share * proportion),
                height = Math.Sqrt(share / proportion);
            if (width <= 1 && height <= 1)
            {
                return new Box(uniform(number + 2) * (1 - width), uniform(number + 3) * (1 - height), width, height);
            }
        }

        return null;
    }

    /// <summary>The map from the whole result to this part of the image.</summary>
    internal AffineMap ToMap(ImageSize size) =>
        new(Width, 0, (Left + (Width / 2) - 0.5) * size.Width, 0, Height, (Top + (Height / 2) - 0.5) * size.Height);
}
