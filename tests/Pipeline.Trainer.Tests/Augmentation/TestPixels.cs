using Pipeline.Core.Contracts;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Augmentation;

/// <summary>Images of known values, <c>[3, H, W]</c>, and a short way through the augmentation.</summary>
internal static class TestPixels
{
    internal static float[] Noise(ImageSize size, int seed) =>
        [
            .. Enumerable
                .Range(0, 3 * size.Width * size.Height)
                .Select(index => (float)(CounterRandom.Bits(seed, index) % 256)),
        ];

    /// <summary>
    /// Rises to the right in red, downwards in green, along the diagonal in blue: a flat image hides every offset.
    /// </summary>
    internal static float[] Ramp(ImageSize size) =>
        [
            .. Enumerable
                .Range(0, 3 * size.Width * size.Height)
                .Select(index =>
                {
                    int column = index % size.Width,
                        row = index / size.Width % size.Height;
                    return (index / (size.Width * size.Height)) switch
                    {
                        0 => 7f * column,
                        1 => 11f * row,
                        _ => 3f * (column + row),
                    };
                }),
        ];

    /// <summary>A row of pixels, the same in the three channels.</summary>
    internal static float[] Row(params float[] values) => [.. values, .. values, .. values];

    /// <summary>Applies changes to images of one size.</summary>
    internal static float[][] Apply(
        IReadOnlyList<float[]> images,
        ImageSize size,
        IReadOnlyList<ImageChange> changes,
        FillMode fill = FillMode.Nearest,
        double fillValue = 0
    )
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor pixels = tensor(images.SelectMany(image => image).ToArray(), [images.Count, 3, size.Height, size.Width]);
        Tensor result = ImageAugmenter.Apply(pixels, changes, fill, fillValue);
        Assert.Equal(pixels.shape, result.shape);
        return [.. result.data<float>().ToArray().Chunk(3 * size.Width * size.Height)];
    }

    internal static float[] Apply(
        float[] image,
        ImageSize size,
        ImageChange change,
        FillMode fill = FillMode.Nearest,
        double fillValue = 0
    ) => Apply([image], size, [change], fill, fillValue)[0];
}
