using System.Reflection;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests;

/// <summary>Inputs that the tests share.</summary>
internal static class TestNetworks
{
    internal static string NpmModules { get; } =
        typeof(TestNetworks)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(item => item.Key == "NpmModules")
            .Value
        ?? string.Empty;

    internal static Preprocessing Preprocessing(int side) =>
        new()
        {
            Size = new ImageSize(side, side),
            Resize = ResizeMode.Squash,
            Kernel = ResizeKernel.Bicubic,
            Antialias = true,
            Scale = 1 / 255.0,
            Mean = [0.485, 0.456, 0.406],
            Std = [0.229, 0.224, 0.225],
        };

    /// <summary>
    /// Random weights with running statistics that are not trivial: a wrong fold or a swapped mean and variance must
    /// show.
    /// </summary>
    internal static WeightSet RandomWeights(NetworkGraph graph, int seed = 3) =>
        new(
            graph.Parameters.Select(spec =>
            {
                float[] values = ParameterInitializer.Create(spec, seed).AsFloat32().ToArray();
                if (spec.Role != ParameterRole.Weight)
                {
                    double low = spec.Role is ParameterRole.Scale or ParameterRole.Spread ? 0.5 : -0.5;
                    values =
                    [
                        .. values.Select((_, index) => (float)(low + CounterRandom.Uniform(5, spec.Key.Length, index))),
                    ];
                }

                return TensorData.FromFloat32(spec.Key, spec.Shape, values);
            })
        );

    /// <summary>Images as the loader gives them, of classes 0, 1, 0, 1...</summary>
    internal static DecodedBatch Batch(ImageBatch takenImages) =>
        DecodedBatch.FromPixels(
            [
                .. Enumerable
                    .Range(0, takenImages.Count)
                    .Select(index => new SampleSource(new ImageSample("none", index % 2), index)),
            ],
            takenImages
        );

    /// <summary>Noise and a ramp in turn.</summary>
    internal static ImageBatch Images(int count, ImageSize size)
    {
        ImageBatch images = ImageBatch.Rent(count, size);
        GoldenSample.FillPixels(images.Pixels, count, size);
        for (int index = 0; index < images.Pixels.Length; index += 7)
        {
            images.Pixels[index] = (byte)CounterRandom.Bits(9, index);
        }

        return images;
    }
}
