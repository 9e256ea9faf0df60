using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Sessions;
using Pipeline.Networks.Checkpoints;
using Pipeline.Testing;

namespace Pipeline.Export.Tests;

/// <summary>
/// Foreign classifiers are made here from our own exports, with every trace of us removed: the scores must come out the
/// same.
/// </summary>
public sealed class ForeignModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Checkpoint checkpoint = TestCheckpoints.SmallCnn();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)] // the graph ends in a softmax
    [InlineData(false)] // the graph ends in logits
    public void Embed_ForeignNames_BecomeOursAndTheScoresStay(bool endsInSoftmax)
    {
        float[] expected = Score("ours.onnx");
        ModelProto foreign = Foreign(endsInSoftmax);
        folder.Write("foreign.onnx", foreign.ToByteArray());

        ForeignModel.Embed(folder["foreign.onnx"], Contract(), golden: null, folder["embedded.onnx"]);

        using ScoringSession session = ScoringSession.Open(folder["embedded.onnx"], new ScoringOptions { Threads = 1 });
        using ScoreBatch scores = session.Score(Pixels(), 2);
        FloatAssert.Near(expected, scores.AllLogits, 1e-6);
        Assert.Equal(1, scores.Probabilities(1).ToArray().Sum(), 1e-6);
        Assert.Equal(["logits", "probabilities"], session.Outputs.Select(output => output.Name));
    }

    [Fact]
    public void Embed_WithAGolden_PassesItsSelfTest()
    {
        float[] expected = Score("ours.onnx");
        folder.Write("foreign.onnx", Foreign(endsInSoftmax: false).ToByteArray());

        ForeignModel.Embed(
            folder["foreign.onnx"],
            Contract(),
            new GoldenSample(GoldenSample.RampFormula, 2, expected),
            folder["embedded.onnx"]
        );

        using ScoringSession session = ScoringSession.Open(folder["embedded.onnx"], new ScoringOptions { Threads = 1 });
        Assert.NotNull(session.SelfTestDifference);
    }

    [Fact]
    public void Embed_BatchOfOne_IsRefused()
    {
        ModelProto foreign = Foreign(endsInSoftmax: false);
        foreign.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimValue = 1 };

        Assert.Contains(
            "its input 'input.1' is float [1, 3, 32, 32], expected float [N, 3, 32, 32] with N dynamic",
            Refusal(foreign),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Embed_SeveralOutputs_AsksForOne()
    {
        ModelProto foreign = Foreign(endsInSoftmax: false);
        foreign.Graph.Output.Add(OnnxGraphValue("other"));

        Assert.Contains(
            "it has several outputs (497, other); say in the contract file which one with \"output\"",
            Refusal(foreign),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Embed_NameThatIsTaken_IsRefused()
    {
        ModelProto foreign = Foreign(endsInSoftmax: false);
        foreign.Graph.Initializer[0].Name = "probabilities";
        foreign.Graph.Initializer.Add(
            new TensorProto { Name = "image", DataType = (int)TensorProto.Types.DataType.Float }
        );

        Assert.Contains(
            "its tensor 'image' is another one than the contract means",
            Refusal(foreign),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Embed_WeightsInAnotherFile_IsRefused()
    {
        ModelProto foreign = Foreign(endsInSoftmax: false);
        foreign.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External;

        Assert.Contains("lies in another file", Refusal(foreign), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is text", "it is no ONNX file")]
    [InlineData("", "it holds no graph")]
    public void Embed_AFileThatIsNoModel_IsRefused(string content, string expected)
    {
        folder.Write("foreign.onnx", content);

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            ForeignModel.Embed(folder["foreign.onnx"], Contract(), null, folder["embedded.onnx"])
        );

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["embedded.onnx"]));
    }

    private static ValueInfoProto OnnxGraphValue(string name) => new() { Name = name };

    private static byte[] Pixels()
    {
        var size = new ImageSize(32, 32);
        byte[] pixels = new byte[2 * size.RgbBytes];
        GoldenSample.FillPixels(pixels, 2, size);
        return pixels;
    }

    private ForeignContract Contract()
    {
        var contract = new ModelContract
        {
            Labels = checkpoint.Contract.Labels,
            Preprocessing = checkpoint.Contract.Preprocessing with { IsInGraph = false },
        };
        return new ForeignContract("contract.json", contract, null, null);
    }

    /// <summary>Our float32 export with PyTorch's kind of names and none of our metadata.</summary>
    private ModelProto Foreign(bool endsInSoftmax)
    {
        ModelProto model = ModelExporter.Build(
            checkpoint.Spec.Build(),
            checkpoint.Weights,
            checkpoint.Contract,
            new ExportOptions { Input = ExportInput.Float32 }
        );
        model.MetadataProps.Clear();
        NodeProto softmax = model.Graph.Node[^1];
        NodeProto dense = model.Graph.Node[^2];
        model.Graph.Input[0].Name = "input.1";
        model.Graph.Node[0].Input[0] = "input.1";
        ValueInfoProto output = model.Graph.Output[1];
        output.Name = "497";
        model.Graph.Output.Clear();
        model.Graph.Output.Add(output);
        if (endsInSoftmax)
        {
            dense.Output[0] = "496";
            softmax.Input[0] = "496";
            softmax.Output[0] = "497";
        }
        else
        {
            dense.Output[0] = "497";
            model.Graph.Node.Remove(softmax);
        }

        return model;
    }

    private float[] Score(string name)
    {
        ModelExporter.Export(checkpoint, folder[name]);
        using ScoringSession session = ScoringSession.Open(folder[name], new ScoringOptions { Threads = 1 });
        using ScoreBatch scores = session.Score(Pixels(), 2);
        return scores.AllLogits.ToArray();
    }

    private string Refusal(ModelProto foreign)
    {
        folder.Write("foreign.onnx", foreign.ToByteArray());
        string message = Assert
            .Throws<ModelContractException>(() =>
                ForeignModel.Embed(folder["foreign.onnx"], Contract(), null, folder["embedded.onnx"])
            )
            .Message;
        Assert.False(File.Exists(folder["embedded.onnx"]));
        return message;
    }
}
