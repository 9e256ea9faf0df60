using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Heads;
using Pipeline.Testing;

namespace Pipeline.Networks.Tests.Checkpoints;

public sealed class CheckpointTests
{
    private static readonly NetworkSpec Spec = new(
        "small-cnn",
        null,
        [new GlobalAveragePoolLayer(), new StandardizeLayer(), new DropoutLayer(0.5), new DenseLayer(null)],
        new ImageSize(32, 32),
        2
    );

    [Fact]
    public void Save_ThenLoad_GivesTheSameWeightsAndContract()
    {
        using var folder = new TemporaryFolder();
        Checkpoint checkpoint = Make(value: 0.25f);

        checkpoint.Save(folder["best.safetensors"]);
        Checkpoint loaded = Checkpoint.Load(folder["best.safetensors"]);

        Assert.Equal(checkpoint.Contract.ToMetadata(), loaded.Contract.ToMetadata());
        Assert.Equal(checkpoint.Spec.ToJson(), loaded.Spec.ToJson());
        Assert.All(
            checkpoint.Weights,
            tensor => Assert.True(tensor.Bytes.Span.SequenceEqual(loaded.Weights[tensor.Name].Bytes.Span))
        );
    }

    [Fact]
    public void Save_Twice_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();

        Make(value: 0.25f).Save(folder["a.safetensors"]);
        Make(value: 0.25f).Save(folder["b.safetensors"]);

        Assert.Equal(File.ReadAllBytes(folder["a.safetensors"]), File.ReadAllBytes(folder["b.safetensors"]));
    }

    [Fact]
    public void Load_TruncatedFile_IsRefusedAtEveryLength()
    {
        using var folder = new TemporaryFolder();
        Make(value: 0.25f).Save(folder["best.safetensors"]);
        byte[] bytes = File.ReadAllBytes(folder["best.safetensors"]);

        foreach (int length in new[] { 0, 7, 8, 100, bytes.Length / 2, bytes.Length - 1 })
        {
            folder.Write("cut.safetensors", bytes[..length]);
            Assert.Throws<WeightsException>(() => Checkpoint.Load(folder["cut.safetensors"]));
        }
    }

    [Fact]
    public void Check_OtherShape_NamesTensorAndBothShapes()
    {
        WeightSet weights = new(
            Make(0)
                .Weights.Select(tensor =>
                    tensor.Name == "head.dense.weight"
                        ? TensorData.FromFloat32(tensor.Name, [3, 128], new float[3 * 128])
                        : tensor
                )
        );

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Checkpoint.Check(Spec.Build(), weights, "best.safetensors")
        );

        Assert.Contains("'head.dense.weight' is Float32 [3, 128]", error.Message, StringComparison.Ordinal);
        Assert.Contains("expects Float32 [2, 128]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NaN_IsRefused()
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Checkpoint.Check(Spec.Build(), Make(float.NaN).Weights, "best.safetensors")
        );

        Assert.Contains("NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_StrangeTensor_IsNamed()
    {
        var weights = new WeightSet([.. Make(0).Weights, TensorData.FromFloat32("stranger", [1], [0f])]);

        CheckpointException error = Assert.Throws<CheckpointException>(() =>
            Checkpoint.Check(Spec.Build(), weights, "best.safetensors")
        );

        Assert.Contains("'stranger'", error.Message, StringComparison.Ordinal);
    }

    private static Checkpoint Make(float value)
    {
        var weights = new WeightSet(
            Spec.Build()
                .Parameters.Select(spec =>
                    TensorData.FromFloat32(spec.Key, spec.Shape, Enumerable.Repeat(value, (int)spec.Count).ToArray())
                )
        );
        var contract = new ModelContract
        {
            Labels = new LabelSet(["cat", "dog"]),
            Preprocessing = new Preprocessing
            {
                Size = Spec.Size,
                Resize = ResizeMode.Squash,
                Kernel = ResizeKernel.Bicubic,
                Antialias = true,
                Scale = 1 / 255.0,
                Mean = [0.5, 0.25, 0.125],
                Std = [1, 2, 3],
            },
            Golden = new GoldenSample(GoldenSample.RampFormula, 1, [0.1f, -0.2f]),
        };
        contract.Metrics["valAccuracy"] = 0.8;
        return new Checkpoint(Spec, weights, contract);
    }
}
