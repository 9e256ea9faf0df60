using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Tests.Weights.Matching;

public sealed class WeightsMatchTests
{
    private static readonly NetworkGraph Backbone = MakeBackbone();
    private static readonly NetworkGraph WithHead = HeadBuilder.Append(Backbone, HeadBuilder.Default, 2);

    [Fact]
    public void Match_Exact_TakesAllAndIgnoresBatchCounters()
    {
        MatchedWeights matched = WeightsMatch.Match(
            Backbone,
            File([.. Good(), TensorData.FromInt64("bn.num_batches_tracked", [], [3])]),
            HeadUse.Require
        );

        Assert.Equal(Backbone.Parameters.Select(spec => spec.Key).Order(StringComparer.Ordinal), matched.Weights.Names);
        Assert.Empty(matched.Notes);
    }

    [Fact]
    public void Match_Halves_BecomeFloats()
    {
        TensorData half = new("conv.weight", TensorElementType.Float16, [4, 3, 3, 3], new byte[2 * 108]);

        MatchedWeights matched = WeightsMatch.Match(Backbone, File([half, .. Good().Skip(1)]), HeadUse.Require);

        Assert.Equal(TensorElementType.Float32, matched.Weights["conv.weight"].ElementType);
    }

    [Fact]
    public void Match_EverythingWrong_IsOneErrorThatListsAll()
    {
        TensorData[] tensors = [.. Good()];
        tensors[0] = TensorData.FromFloat32("conf.weight", [4, 3, 3, 3], new float[108]);
        tensors[1] = TensorData.FromFloat32("conv.bias", [5], new float[5]);
        tensors[2] = TensorData.FromFloat32("bn.weight", [4], [1, float.NaN, 1, 1]);
        tensors[3] = TensorData.FromInt64("bn.bias", [4], [1, 1, 1, 1]);

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(Backbone, File(tensors), HeadUse.Require)
        );

        Assert.Equal(
            "Weights 'test.pth' do not fit network 'own': "
                + "1 tensor is missing: 'conv.weight' [4, 3, 3, 3] (did the file mean 'conf.weight'?); "
                + "2 tensors are of another shape or type: 'conv.bias' is [5], expected [4], 'bn.bias' holds Int64, "
                + "expected floats [4]; "
                + "1 tensor is unexpected: 'conf.weight' [4, 3, 3, 3]; "
                + "1 tensor is NaN or infinite in part: 'bn.weight'. "
                + "Use weights that were made for this network, and values that are finite.",
            error.Message
        );
    }

    [Fact]
    public void Match_ClassifierInTheFile_IsDroppedOnlyOnRequest()
    {
        ImportedWeights file = File([.. Good(), TensorData.FromFloat32("fc.weight", [1000, 4], new float[4000])]);

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(WithHead, file, HeadUse.Require)
        );
        MatchedWeights matched = WeightsMatch.Match(WithHead, file, HeadUse.Replace);

        Assert.Contains(
            "unexpected: 'fc.weight' [1000, 4]. Say replace_head: true",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["The file's own classifier is left out: fc.weight."], matched.Notes);
        Assert.False(matched.HasHead);
    }

    [Fact]
    public void Match_OtherLeftOvers_AreRefusedEvenWithAReplacedHead()
    {
        ImportedWeights file = File([.. Good(), TensorData.FromFloat32("layer9.weight", [1], [1f])]);

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(WithHead, file, HeadUse.Replace)
        );

        Assert.Contains("'layer9.weight' [1]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, HeadUse.Require, true)]
    [InlineData(2, HeadUse.IfItFits, true)]
    [InlineData(3, HeadUse.IfItFits, false)]
    [InlineData(2, HeadUse.Replace, false)]
    public void Match_OwnHead_IsTakenWhenItFitsAndIsWanted(int classes, HeadUse use, bool expected)
    {
        ImportedWeights file = File([
            .. Good(),
            TensorData.FromFloat32("head.dense.weight", [classes, 4], new float[classes * 4]),
            TensorData.FromFloat32("head.dense.bias", [classes], new float[classes]),
        ]);

        MatchedWeights matched = WeightsMatch.Match(WithHead, file, use);

        Assert.Equal(expected, matched.HasHead);
        Assert.Equal(expected, matched.Weights.TryGet("head.dense.weight", out _));
    }

    [Fact]
    public void Match_OwnHeadOfOtherClasses_NamesReplaceHead()
    {
        ImportedWeights file = File([
            .. Good(),
            TensorData.FromFloat32("head.dense.weight", [3, 4], new float[12]),
            TensorData.FromFloat32("head.dense.bias", [3], new float[3]),
        ]);

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(WithHead, file, HeadUse.Require)
        );

        Assert.Contains("'head.dense.weight' is [3, 4], expected [2, 4]", error.Message, StringComparison.Ordinal);
        Assert.Contains("replace_head: true", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HeadUse.Keep)] // head: pretrained
    [InlineData(HeadUse.Replace)]
    public void Match_SecondClassifierOfInceptionV3_IsIgnored(HeadUse use)
    {
        NetworkGraph network = NetworkCatalog.CreateWithClassifier("inception-v3-torchvision", new ImageSize(75, 75));

        MatchedWeights matched = WeightsMatch.Match(
            network,
            File([.. Zeros(network), .. Second("AuxLogits.conv0.conv.weight", "AuxLogits.fc.bias")]),
            use
        );

        Assert.Contains(
            "2 tensors of the file are ignored: only the training of the original network used them.",
            matched.Notes
        );
        Assert.Equal(use == HeadUse.Keep, matched.HasHead);
        Assert.DoesNotContain(matched.Weights.Names, name => name.StartsWith("AuxLogits", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("inception-v3-torchvision", "AuxLogits2.fc.bias")] // exactly that module
    [InlineData("inception-v3-torchvision", "Mixed_8a.fc.bias")]
    [InlineData("resnet-18", "AuxLogits.fc.bias")] // exactly that network
    public void Match_AnyOtherLeftOver_IsRefused(string name, string leftOver)
    {
        NetworkGraph network = NetworkCatalog.CreateWithClassifier(name, new ImageSize(75, 75));

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(network, File([.. Zeros(network), .. Second(leftOver)]), HeadUse.Require)
        );

        Assert.Contains($"1 tensor is unexpected: '{leftOver}' [1]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_KeptClassifierThatTheFileHasNot_IsAnErrorByName()
    {
        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(WithHead, File(Good()), HeadUse.Keep)
        );

        Assert.Equal(
            "Weights 'test.pth' do not fit network 'own': 2 tensors are missing: 'head.dense.weight' [2, 4], "
                + "'head.dense.bias' [2]. The model keeps the classifier of its weights (head: pretrained), "
                + "and the file has "
                + "not all of it. Use weights with their classifier ('top'), or give the model a head of its own.",
            error.Message
        );
    }

    [Fact]
    public void Match_KeptClassifierWithAHole_IsAnErrorByName()
    {
        ImportedWeights file = File([.. Good(), TensorData.FromFloat32("head.dense.bias", [2], new float[2])]);

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(WithHead, file, HeadUse.Keep)
        );

        string expected = "1 tensor is missing: 'head.dense.weight' [2, 4]. The model keeps";
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_KeptClassifierOfNotopKerasFile_IsAnErrorByName()
    {
        ImportedWeights file = new(new WeightSet([]), WeightsLayout.Keras, "Keras", "vgg16_notop.h5", []);
        NetworkGraph network = NetworkCatalog.CreateWithClassifier("vgg-16", new ImageSize(224, 224));

        WeightsException error = Assert.Throws<WeightsException>(() => WeightsMatch.Match(network, file, HeadUse.Keep));

        string[] names = ["'fc1/kernel'", "'fc2/bias'", "'predictions/kernel'"];
        Assert.All(names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    private static IEnumerable<TensorData> Zeros(NetworkGraph network) =>
        network.Parameters.Select(spec => TensorData.FromFloat32(spec.Key, spec.Shape, new float[spec.Count]));

    private static IEnumerable<TensorData> Second(params string[] names) =>
        names.Select(name => TensorData.FromFloat32(name, [1], [1f]));

    private static IEnumerable<TensorData> Good() => Zeros(Backbone);

    private static ImportedWeights File(IEnumerable<TensorData> tensors) =>
        new(new WeightSet(tensors), WeightsLayout.Torch, "test", "test.pth", []);

    private static NetworkGraph MakeBackbone()
    {
        var builder = new GraphBuilder("own", FeatureShape.Map(3, 8, 8));
        builder.Add("conv", new Conv2d(4, new Window(3, 1, Padding.All(1))));
        builder.Add("bn", new BatchNorm2d());
        return builder.Build();
    }
}
