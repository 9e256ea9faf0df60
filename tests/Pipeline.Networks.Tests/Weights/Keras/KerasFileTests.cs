using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Keras;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Tests.Weights.Keras;

/// <summary>Names and layouts of Keras 1, 2 and 3 (tests/data/weights/make_hdf5.py).</summary>
public sealed class KerasFileTests
{
    [Theory]
    [InlineData("keras2.h5")]
    [InlineData("keras2-model.h5")]
    public void Read_Keras2_NamesLayerAndTensor(string file)
    {
        ImportedWeights weights = WeightsFile.Read(WeightsData.Path(file));

        Assert.Equal(
            [
                "Conv1/kernel",
                "bn_Conv1/beta",
                "bn_Conv1/gamma",
                "bn_Conv1/moving_mean",
                "bn_Conv1/moving_variance",
                "predictions/kernel",
            ],
            weights.Tensors.Names
        );
        Assert.Equal(WeightsLayout.Keras, weights.Layout);
    }

    [Fact]
    public void Read_Keras1_IsTakenToKeras2()
    {
        Assert.Equal(
            ["block1_conv1/bias", "block1_conv1/kernel"],
            WeightsFile.Read(WeightsData.Path("keras1.h5")).Tensors.Names
        );
    }

    [Fact]
    public void Match_Keras3_CountsLayersByClass()
    {
        ImportedWeights weights = WeightsFile.Read(WeightsData.Path("keras3.weights.h5"));
        NetworkGraph graph = Sequence();

        WeightSet matched = WeightsMatch.Match(graph, weights, HeadUse.Require).Weights;

        Assert.Equal(WeightsLayout.KerasNumbered, weights.Layout);
        Assert.Equal(graph.Parameters.Select(spec => spec.Key).Order(StringComparer.Ordinal), matched.Names);
        Assert.Equal(WeightsData.Ramp(32, 3), WeightsData.Values(matched["second.bias"]));
        Assert.Equal(
            Transposed(WeightsData.Ramp(3 * 3 * 32 * 64, 4), 32, 64),
            WeightsData.Values(matched["third.weight"])
        );
    }

    [Fact]
    public void Match_VggOfKeras_IsFoundByBlock()
    {
        NetworkGraph graph = NetworkCatalog.Create("vgg-16", new ImageSize(32, 32)).CutAt("features.1");
        TensorData[] keras =
        [
            TensorData.FromFloat32("block1_conv1/kernel", [3, 3, 3, 64], WeightsData.Ramp(1728, 0)),
            TensorData.FromFloat32("block1_conv1/bias", [64], WeightsData.Ramp(64, 1)),
            TensorData.FromFloat32("block5_conv3/bias", [512], WeightsData.Ramp(512, 2)), // behind the cut
        ];

        WeightSet matched = WeightsMatch
            .Match(
                graph,
                new ImportedWeights(new WeightSet(keras), WeightsLayout.Keras, "Keras", "vgg16.h5", []),
                HeadUse.Require
            )
            .Weights;

        Assert.Equal(["features.0.bias", "features.0.weight"], matched.Names);
        Assert.Equal(Transposed(WeightsData.Ramp(1728, 0), 3, 64), WeightsData.Values(matched["features.0.weight"]));
    }

    [Fact]
    public void Import_SessionThatCountsFromZero_IsShifted()
    {
        string[] names = ["conv2d/conv2d/kernel:0", "conv2d_1/conv2d_1/kernel:0", "conv2d_9/conv2d_9/kernel:0"];
        IEnumerable<TensorData> datasets = names.Select(name => TensorData.FromFloat32(name, [1], [1f]));

        Assert.Equal(
            ["conv2d_1/kernel", "conv2d_10/kernel", "conv2d_2/kernel"],
            KerasFile.Import(new WeightSet(datasets), "a.h5").Tensors.Names
        );
    }

    [Fact]
    public void Match_ClassifierOfVgg_IsFoundByKerasNamesInPyTorchsOrder()
    {
        const int Height = 2,
            Width = 3,
            Channels = 2,
            Hidden = 4,
            Classes = 5;
        var builder = new GraphBuilder("own", FeatureShape.Map(Channels, Height, Width));
        builder.Block(HeadBuilder.BlockName);
        builder.Add("flatten", new Flatten());
        builder.Add("classifier.0", new Linear(Hidden));
        builder.Add("classifier.1", new Activation(ActivationKind.Relu));
        builder.Add("classifier.3", new Linear(Classes));
        TensorData[] keras =
        [
            TensorData.FromFloat32("fc1/kernel", [Height * Width * Channels, Hidden], WeightsData.Ramp(48, 0)),
            TensorData.FromFloat32("fc1/bias", [Hidden], WeightsData.Ramp(Hidden, 1)),
            TensorData.FromFloat32("predictions/kernel", [Hidden, Classes], WeightsData.Ramp(20, 2)),
            TensorData.FromFloat32("predictions/bias", [Classes], WeightsData.Ramp(Classes, 3)),
        ];

        MatchedWeights matched = WeightsMatch.Match(builder.Build(), Keras(keras), HeadUse.Keep);

        float[] fc1 = WeightsData.Ramp(48, 0),
            predictions = WeightsData.Ramp(20, 2);
        float[] expected =
        [
            .. from unit in Enumerable.Range(0, Hidden)
            from channel in Enumerable.Range(0, Channels)
            from row in Enumerable.Range(0, Height)
            from column in Enumerable.Range(0, Width)
            select fc1[(((((row * Width) + column) * Channels) + channel) * Hidden) + unit],
        ];
        Assert.True(matched.HasHead);
        Assert.Equal([Hidden, Height * Width * Channels], matched.Weights["classifier.0.weight"].Shape);
        Assert.Equal(expected, WeightsData.Values(matched.Weights["classifier.0.weight"]));
        Assert.Equal(
            [
                .. from label in Enumerable.Range(0, Classes)
                from unit in Enumerable.Range(0, Hidden)
                select predictions[(unit * Classes) + label],
            ],
            WeightsData.Values(matched.Weights["classifier.3.weight"])
        );
        Assert.Equal(WeightsData.Ramp(Classes, 3), WeightsData.Values(matched.Weights["classifier.3.bias"]));
    }

    [Fact]
    public void Match_OneNormWithoutGamma_IsAHole()
    {
        var builder = new GraphBuilder("own", FeatureShape.Map(3, 2, 2));
        builder.Add("first", new BatchNorm2d());
        builder.Add("second", new BatchNorm2d());
        TensorData[] keras =
        [
            .. from layer in (string[])["first", "second"]
            from part in (string[])["gamma", "beta", "moving_mean", "moving_variance"]
            where (layer, part) != ("second", "gamma")
            select TensorData.FromFloat32($"{layer}/{part}", [3], [1f, 1, 1]),
        ];

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(builder.Build(), Keras(keras), HeadUse.Require)
        );

        Assert.Contains("1 tensor is missing: 'second/gamma' [3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_NumberedLayersAndBranches_AreRefused()
    {
        var builder = new GraphBuilder("own", FeatureShape.Map(3, 8, 8));
        builder.Add("left", new Conv2d(3, new Window(3, 1, Padding.All(1))));
        builder.Add("right", new Conv2d(3, new Window(3, 1, Padding.All(1))), NetworkGraph.InputName);
        builder.Add("sum", new Add(), "left", "right");

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(
                builder.Build(),
                WeightsFile.Read(WeightsData.Path("keras3.weights.h5")),
                HeadUse.Require
            )
        );

        Assert.Contains("has branches ('right' does not follow 'left')", error.Message, StringComparison.Ordinal);
    }

    private static ImportedWeights Keras(IEnumerable<TensorData> tensors) =>
        new(new WeightSet(tensors), WeightsLayout.Keras, "Keras", "own.h5", []);

    private static NetworkGraph Sequence()
    {
        var builder = new GraphBuilder("own", FeatureShape.Map(3, 8, 8));
        builder.Add("first", new Conv2d(32, new Window(3, 1, Padding.All(1))));
        builder.Add("second", new Conv2d(32, new Window(3, 1, Padding.All(1))));
        builder.Add("third", new Conv2d(64, new Window(3, 1, Padding.All(1))));

        return builder.Build();
    }

    /// <summary>[3, 3, in, out] to [out, in, 3, 3], element by element.</summary>
    private static float[] Transposed(float[] values, int inputs, int outputs) =>
        [
            .. from output in Enumerable.Range(0, outputs)
            from input in Enumerable.Range(0, inputs)
            from tap in Enumerable.Range(0, 9)
            select values[(((tap * inputs) + input) * outputs) + output],
        ];
}
