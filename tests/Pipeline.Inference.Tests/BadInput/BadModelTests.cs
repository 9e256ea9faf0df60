using Pipeline.Core.Errors;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.BadInput;

/// <summary>What is said of each kind of model that must not be used.</summary>
public sealed class BadModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(
        "wrong-class-count",
        "Model 'PATH' contradicts its contract: output 'logits' is float32 [N, 4], expected float32 [N, "
            + "3] with N dynamic; output 'probabilities' is float32 [N, 4], expected float32 [N, 3] with N dynamic. "
            + "Export it again."
    )]
    [InlineData(
        "wrong-size",
        "Model 'PATH' contradicts its contract: input 'image' is uint8 [N, 9, 8, 3], expected uint8 [N, 8, 8, "
            + "3] with N dynamic. Export it again."
    )]
    [InlineData(
        "wrong-input-type",
        "Model 'PATH' contradicts its contract: input 'image' is float32 [N, 8, 8, 3], expected uint8 [N, 8, 8, "
            + "3] with N dynamic. Export it again."
    )]
    [InlineData(
        "frozen-batch",
        "Model 'PATH' contradicts its contract: input 'image' is uint8 [1, 8, 8, 3], expected uint8 [N, 8, 8, "
            + "3] with N dynamic; output 'logits' is float32 [1, 3], expected float32 [N, 3] with N dynamic; "
            + "output 'probabilities' is float32 [1, 3], expected float32 [N, 3] with N dynamic. Export it again."
    )]
    [InlineData(
        "wrong-output-name",
        "Model 'PATH' contradicts its contract: output 'logits' is missing, expected float32 [N, 3] with N dynamic. "
            + "Export it again."
    )]
    [InlineData(
        "other-task",
        "Model 'PATH' contradicts its contract: output 'logits' is float32 [N, 3, 1], expected float32 [N, "
            + "3] with N dynamic; output 'probabilities' is float32 [N, 3, 1], expected float32 [N, "
            + "3] with N dynamic. Export it again."
    )]
    [InlineData(
        "unknown-version",
        "Model 'PATH' has contract version 2, this program reads version 1. Update the inference package, "
            + "or export the model again."
    )]
    [InlineData(
        "no-contract",
        "Model 'PATH' has no 'pipeline.contract' in its metadata, so it was not exported by Pipeline. "
            + "Export it with Pipeline, or give its preprocessing in a file."
    )]
    public void Load_AModelThatLies_IsRefusedWithEveryFault(string name, string expected)
    {
        string path = TestModels.Path(name);

        Assert.Equal(expected.Replace("PATH", path, StringComparison.Ordinal), Refused(path));
    }

    [Fact]
    public void Load_ATruncatedModel_IsRefusedAtAnyLength()
    {
        byte[] whole = File.ReadAllBytes(TestModels.Colors);
        for (int length = 0; length < whole.Length; length += 97)
        {
            string path = folder.Write("short.onnx", whole[..length]);

            Assert.StartsWith($"Model '{path}' ", Refused(path), StringComparison.Ordinal);
        }
    }

    // ONNX Runtime's C# API ends in a NullReferenceException here.
    [Fact]
    public void Load_AMetadataKeyWithAZeroByte_IsRefused()
    {
        byte[] model = File.ReadAllBytes(TestModels.Colors);
        model[model.AsSpan().IndexOf("pipeline.golden"u8) + 4] = 0;
        string path = folder.Write("zero.onnx", model);

        Assert.Equal($"Model '{path}' has damaged metadata: a key cannot be read. Export it again.", Refused(path));
    }

    private static string Refused(string path)
    {
        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            ImageClassifier.Load(path, new ScoringOptions { Threads = 1 })
        );
        Assert.Equal(path, error.Subject);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }
}
