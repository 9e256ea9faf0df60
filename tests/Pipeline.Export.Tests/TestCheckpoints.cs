using Pipeline.Core.Contracts;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Export.Tests;

/// <summary>A small checkpoint whose every value differs from its neighbours.</summary>
internal static class TestCheckpoints
{
    internal static Checkpoint SmallCnn(int classes = 2)
    {
        var spec = new NetworkSpec(
            "small-cnn",
            null,
            [new GlobalAveragePoolLayer(), new StandardizeLayer(), new DropoutLayer(0.5), new DenseLayer(null)],
            new ImageSize(32, 32),
            classes
        );
        var contract = new ModelContract
        {
            Labels = new LabelSet(["cat", "dog"]),
            Preprocessing = new Preprocessing
            {
                Size = spec.Size,
                Resize = ResizeMode.Squash,
                Kernel = ResizeKernel.Bicubic,
                Antialias = true,
                Scale = 1 / 255.0,
                Mean = [0.5, 0.4, 0.3],
                Std = [0.2, 0.3, 0.4],
            },
        };
        return new Checkpoint(spec, Weights(spec.Build()), contract);
    }

    internal static WeightSet Weights(NetworkGraph graph) =>
        new(
            graph.Parameters.Select(spec =>
            {
                bool isPositive = spec.Role is ParameterRole.Scale or ParameterRole.Spread;
                float[] values =
                [
                    .. Enumerable
                        .Range(0, (int)spec.Count)
                        .Select(index =>
                            (isPositive ? 1.5f : 0f) + (0.1f * (float)Math.Sin((index * 1.7) + spec.Key.Length))
                        ),
                ];
                return TensorData.FromFloat32(spec.Key, spec.Shape, values);
            })
        );
}
