using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Testing;

namespace Pipeline.Networks.Tests.Weights;

/// <summary>Starting from an earlier run, with other classes.</summary>
public sealed class RunWeightsTests
{
    [Fact]
    public void Fit_ClassesAddedAndReordered_KeepsTheRowsOfTheirLabels()
    {
        Checkpoint earlier = Earlier("bird", "cat");
        var labels = new LabelSet(["ant", "cat", "bird"]);

        MatchedWeights matched = RunWeights.Fit(earlier, "run", Spec(3), labels, replaceHead: false, Fresh);

        float[] old = earlier.Weights["head.dense.weight"].AsFloat32().ToArray();
        int width = old.Length / 2;
        float[] rows = matched.Weights["head.dense.weight"].AsFloat32().ToArray();
        Assert.All(rows[..width], value => Assert.Equal(9, value));
        Assert.Equal(old[width..], rows[width..(2 * width)]);
        Assert.Equal(old[..width], rows[(2 * width)..]);
        Assert.Equal(
            [9f, earlier.Weights["head.dense.bias"].AsFloat32()[1], earlier.Weights["head.dense.bias"].AsFloat32()[0]],
            matched.Weights["head.dense.bias"].AsFloat32().ToArray()
        );
        Assert.Equal(["The earlier run's head is kept for 2 classes; new: ant."], matched.Notes);
    }

    [Fact]
    public void Fit_ReplacedHead_KeepsTheBackboneOnly()
    {
        MatchedWeights matched = RunWeights.Fit(
            Earlier("bird", "cat"),
            "run",
            Spec(3),
            new LabelSet(["a", "b", "c"]),
            replaceHead: true,
            Fresh
        );

        Assert.DoesNotContain(matched.Weights.Names, name => name.StartsWith("head.", StringComparison.Ordinal));
        Assert.Equal(Spec(2).BuildBackbone().Parameters.Count(), matched.Weights.Count);
    }

    [Fact]
    public void Fit_OtherHead_SaysWhatDiffers()
    {
        NetworkSpec spec = Spec(2) with { Head = [new FlattenLayer(), new DenseLayer(null)] };

        WeightsException error = Assert.Throws<WeightsException>(() =>
            RunWeights.Fit(
                Earlier("bird", "cat"),
                "run",
                spec,
                new LabelSet(["bird", "cat"]),
                replaceHead: false,
                Fresh
            )
        );

        Assert.Equal(
            "Run 'run' does not fit: the head is [global_average_pool, dense: classes] there and [flatten, dense: "
                + "classes] here. Use the same head, or say replace_head: true beside 'weights' to start a new one.",
            error.Message
        );
    }

    [Fact]
    public void Fit_OtherBackbone_IsRefused()
    {
        WeightsException error = Assert.Throws<WeightsException>(() =>
            RunWeights.Fit(
                Earlier("bird", "cat"),
                "run",
                Spec(2) with
                {
                    Backbone = "mobilenet-v2",
                },
                new LabelSet(["bird", "cat"]),
                replaceHead: true,
                Fresh
            )
        );

        Assert.Contains(
            "the backbone is small-cnn there and mobilenet-v2 here",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void CheckpointOf_RunFolder_IsItsBestCheckpoint()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("checkpoints/best.safetensors", [1]);

        Assert.Equal(file, RunWeights.CheckpointOf(folder.Path));
        Assert.Equal(file, RunWeights.CheckpointOf(file));
        Assert.Contains(
            "There is no run at",
            Assert.Throws<WeightsException>(() => RunWeights.CheckpointOf(folder["nowhere"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Pin_Latest_IsTheRunItPointsTo()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["3"]);
        File.CreateSymbolicLink(folder["latest"], "3");

        Assert.Equal($"run:{folder["3"]}", RunWeights.Pin($"run:{folder["latest"]}"));
        Assert.Equal($"run:{folder["3"]}", RunWeights.Pin($"run:{folder["3"]}"));
        Assert.Equal("nsfwjs", RunWeights.Pin("nsfwjs"));
        Assert.Null(RunWeights.Pin(null));
    }

    private static NetworkSpec Spec(int classes) =>
        new("small-cnn", null, HeadBuilder.Default, new ImageSize(32, 32), classes);

    private static TensorData Fresh(ParameterSpec spec) =>
        TensorData.FromFloat32(spec.Key, spec.Shape, Enumerable.Repeat(9f, (int)spec.Count).ToArray());

    private static Checkpoint Earlier(params string[] labels)
    {
        NetworkSpec spec = Spec(labels.Length);
        var weights = new WeightSet(
            spec.Build()
                .Parameters.Select(
                    (parameter, index) =>
                        TensorData.FromFloat32(
                            parameter.Key,
                            parameter.Shape,
                            WeightsData.Ramp((int)parameter.Count, index)
                        )
                )
        );
        var preprocessing = new Preprocessing
        {
            Size = spec.Size,
            Resize = ResizeMode.Squash,
            Kernel = ResizeKernel.Bicubic,
            Antialias = true,
            Scale = 1 / 255.0,
            Mean = [0, 0, 0],
            Std = [1, 1, 1],
        };
        return new Checkpoint(
            spec,
            weights,
            new ModelContract { Labels = new LabelSet(labels), Preprocessing = preprocessing }
        );
    }
}
