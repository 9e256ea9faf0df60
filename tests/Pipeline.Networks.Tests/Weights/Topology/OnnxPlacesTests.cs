using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Networks.Weights.Onnx;
using Pipeline.Networks.Weights.Reading;
using Pipeline.Testing;
using static Pipeline.Networks.Tests.Weights.Topology.TinyResidual;

namespace Pipeline.Networks.Tests.Weights.Topology;

/// <summary>Files whose tensors have other names than the network's.</summary>
public sealed class OnnxPlacesTests
{
    /// <summary>Changes of the good file, and what the error must say.</summary>
    public static TheoryData<string, string[]> Faults =>
        new()
        {
            {
                "shape",
                [
                    "behind 'pool' node 'conv2' is Conv 3x3, stride 1x1, pads [1, 1, 1, 1], 4 to 4",
                    "'Convolution2_Output_0', Conv 3x3, stride 1x1, pads [1, 1, 1, 1], 4 to 8",
                ]
            },
            { "stride", ["behind the image node 'conv1' is Conv 3x3, stride 2x2", "Conv 3x3, stride 1x1"] },
            {
                "pads",
                [
                    "node 'pool' is MaxPool 3x3, stride 2x2, pads [1, 1, 0, 0]",
                    "MaxPool 3x3, stride 2x2, pads [1, 1, 1, 1]",
                ]
            },
            { "automatic pads", ["node 'pool' is", "auto_pad SAME_UPPER (pads that depend on the size of the image)"] },
            { "epsilon", ["node 'bn2' is BatchNorm 4 channels, epsilon 1E-05", "BatchNorm 4 channels, epsilon 0.001"] },
            { "per pixel", ["node 'bn1' is BatchNorm", "per pixel"] },
            { "missing node", ["behind 'add' node 'relu2' is Relu", "there nothing: the file's graph ends there"] },
            { "extra node", ["behind 'relu1' node 'pool' is MaxPool", "'Extra_Output_0', Sigmoid"] },
            { "extra layer", ["'Extra_Output_0', Conv 1x1", "has weights and no counterpart"] },
            { "other operator", ["node 'relu1' is Relu, and the file has there 'ReLU1_Output_0', operator Elu"] },
            { "cycle", ["is damaged: its graph has a cycle: node 'Convolution2'"] },
            { "missing input", ["is damaged: node 'ReLU2' reads 'nobody', which nothing gives"] },
            { "twice", ["is damaged: the value 'ReLU1_Output_0' is given twice, the second time by node 'ReLU2'"] },
            { "two images", ["its graph has 2 inputs ('Input1', 'Input2'), expected one image"] },
            { "no image", ["its graph has no input, expected one image"] },
            { "weight of integers", ["node 'conv1' is Conv", "operator Conv"] },
        };

    [Fact]
    public void Match_OtherNames_TakesTheTensorsByTheirPlaces()
    {
        MatchedWeights matched = Match(Network(), Model());

        Assert.Equal(10, matched.Weights.Count);
        Assert.Equal(Values("Parameter6", [4, 4, 3, 3]), matched.Weights["conv2.weight"].AsFloat32().ToArray());
        Assert.Equal(Values("Parameter9", [4]), matched.Weights["bn2.running_mean"].AsFloat32().ToArray());
        Assert.Contains(
            "by their places in the file's graph (4 layers)",
            Assert.Single(matched.Notes),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Match_NodesInAnotherOrder_GivesTheSameTensors()
    {
        ModelProto model = Model();
        NodeProto[] reversed = [.. model.Graph.Node.Reverse()];
        model.Graph.Node.Clear();
        model.Graph.Node.Add(reversed);

        Assert.Equal(
            Values("Parameter6", [4, 4, 3, 3]),
            Match(Network(), model).Weights["conv2.weight"].AsFloat32().ToArray()
        );
    }

    [Fact]
    public void Match_ConstantsInNodesAndReshaped_AreFollowed()
    {
        ModelProto model = Model();
        foreach (
            TensorProto tensor in model
                .Graph.Initializer.ToArray()
                .Where(tensor => tensor.Name is "Parameter1" or "Parameter6")
        )
        {
            model.Graph.Initializer.Remove(tensor);
            model.Graph.Input.Remove(model.Graph.Input.Single(input => input.Name == tensor.Name));
            NodeProto constant = Node(model, "Constant", $"{tensor.Name}_flat");
            constant.Output[0] = constant.Name;
            constant.Attribute.Add(
                new AttributeProto
                {
                    Name = "value",
                    T = new TensorProto(tensor) { Name = string.Empty, Dims = { } },
                }
            );
            NodeProto shape = Node(model, "Constant", $"{tensor.Name}_shape");
            shape.Output[0] = shape.Name;
            shape.Attribute.Add(Integers("value_ints", 4, -1, 3, 3));
            Node(model, "Reshape", $"{tensor.Name}_reshaped", constant.Name, shape.Name).Output[0] = tensor.Name;
        }

        Assert.Equal(
            Values("Parameter6", [4, 4, 3, 3]),
            Match(Network(), model).Weights["conv2.weight"].AsFloat32().ToArray()
        );
    }

    [Fact]
    public void Match_NamesOfTheNetwork_AreUsedAndTheGraphIsNot()
    {
        ModelProto model = Model();
        string[] keys = [.. Network().Parameters.Select(spec => spec.Key)];
        for (int index = 0; index < keys.Length; index++)
        {
            model.Graph.Initializer[index].Name = keys[index];
        }

        model.Graph.Node.Clear();

        MatchedWeights matched = Match(Network(), model);

        Assert.Equal(10, matched.Weights.Count);
        Assert.Empty(matched.Notes);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Match_AnotherNetworkOrDamagedGraph_NamesTheNode(string fault, string[] expected)
    {
        ModelProto model = Model();
        Spoil(model, fault);

        WeightsException error = Assert.Throws<WeightsException>(() => Match(Network(), model));

        Assert.All(expected, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        Assert.Contains("tiny.onnx", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HeadUse.IfItFits, 3, true)]
    [InlineData(HeadUse.Require, 3, true)]
    [InlineData(HeadUse.IfItFits, 1000, false)]
    [InlineData(HeadUse.Replace, 1000, false)]
    public void Match_FileWithClassifier_UsesItWhenItFits(HeadUse use, int classes, bool hasHead)
    {
        MatchedWeights matched = Match(Network(hasHead: true), Model().WithClassifier(classes), use);

        Assert.Equal(hasHead, matched.HasHead);
        Assert.Equal(hasHead ? 12 : 10, matched.Weights.Count);
        Assert.Equal(
            hasHead,
            matched.Weights.TryGet("head.dense.weight", out TensorData? dense) && dense.Shape.SequenceEqual([3L, 4])
        );
    }

    [Fact]
    public void Match_DenseLayerOfMatMul_IsTransposed()
    {
        float[] stored = Values("Parameter11", [4, 3]);

        float[] dense = Match(Network(hasHead: true), Model().WithClassifier(3))
            .Weights["head.dense.weight"]
            .AsFloat32()
            .ToArray();

        Assert.Equal([.. Enumerable.Range(0, 12).Select(index => stored[(index % 4 * 3) + (index / 4)])], dense);
    }

    [Fact]
    public void Match_ClassifierOfOtherClasses_SaysHowToReplaceIt()
    {
        WeightsException error = Assert.Throws<WeightsException>(() =>
            Match(Network(hasHead: true), Model().WithClassifier(1000))
        );

        Assert.Contains("'classifier.Parameter11' [1000, 4]", error.Message, StringComparison.Ordinal);
        Assert.Contains("replace_head: true", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Two branches of one width are alike but for their place in the concatenation.</summary>
    [Theory]
    [InlineData("Convolution1", "Convolution2", 1)]
    [InlineData("Convolution2", "Convolution1", 2)]
    public void Match_AlikeBranches_AreToldApartByTheirReader(string first, string second, int seed)
    {
        var builder = new GraphBuilder("branches", FeatureShape.Map(3, 8, 8));
        builder.Add("left", new Conv2d(2, new Window(1, 1, Padding.None), HasBias: false), NetworkGraph.InputName);
        builder.Add("right", new Conv2d(2, new Window(1, 1, Padding.None), HasBias: false), NetworkGraph.InputName);
        builder.Add("concat", new Concat(), "left", "right");
        var model = new ModelProto { Graph = new GraphProto { Input = { new ValueInfoProto { Name = "x" } } } };
        Convolution(model, "Convolution1", "x", Tensor("Parameter1", [2, 3, 1, 1]), 1, [0, 0, 0, 0]);
        Convolution(model, "Convolution2", "x", Tensor("Parameter2", [2, 3, 1, 1]), 1, [0, 0, 0, 0]);
        Node(model, "Concat", "Splice1", $"{first}_Output_0", $"{second}_Output_0")
            .Attribute.Add(new AttributeProto { Name = "axis", I = 1 });

        MatchedWeights matched = Match(builder.Build(), model);

        Assert.Equal(WeightsData.Ramp(6, seed), matched.Weights["left.weight"].AsFloat32().ToArray());
        Assert.Equal(WeightsData.Ramp(6, 3 - seed), matched.Weights["right.weight"].AsFloat32().ToArray());
    }

    [Fact]
    public void Match_OneResultUsedForTwo_IsRefused()
    {
        var builder = new GraphBuilder("branches", FeatureShape.Map(3, 8, 8));
        builder.Add("left", new Conv2d(2, new Window(1, 1, Padding.None), HasBias: false), NetworkGraph.InputName);
        builder.Add("right", new Conv2d(2, new Window(1, 1, Padding.None), HasBias: false), NetworkGraph.InputName);
        builder.Add("concat", new Concat(), "left", "right");
        var model = new ModelProto { Graph = new GraphProto { Input = { new ValueInfoProto { Name = "x" } } } };
        Convolution(model, "Convolution1", "x", Tensor("Parameter1", [2, 3, 1, 1]), 1, [0, 0, 0, 0]);
        Node(model, "Concat", "Splice1", "Convolution1_Output_0", "Convolution1_Output_0");

        WeightsException error = Assert.Throws<WeightsException>(() => Match(builder.Build(), model));

        Assert.Contains(
            "are alike, but their results are used in other places",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Match_EndThatMayBeTwoNodes_IsRefused()
    {
        var builder = new GraphBuilder("end", FeatureShape.Map(3, 8, 8));
        builder.Add("conv", new Conv2d(2, new Window(1, 1, Padding.None), HasBias: false));
        var model = new ModelProto { Graph = new GraphProto { Input = { new ValueInfoProto { Name = "x" } } } };
        Convolution(model, "Convolution1", "x", Tensor("Parameter1", [2, 3, 1, 1]), 1, [0, 0, 0, 0]);
        Convolution(model, "Convolution2", "x", Tensor("Parameter2", [2, 3, 1, 1]), 1, [0, 0, 0, 0]);

        WeightsException error = Assert.Throws<WeightsException>(() => Match(builder.Build(), model));

        Assert.Contains("several nodes that node 'conv' (Conv 1x1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Match_ActivationComputedTwice_IsOne()
    {
        ModelProto model = Model();
        Node(model, "Relu", "Again", "BatchNormalization1_Output_0");
        Node(model, "MaxPool", "PoolingAgain", "Again_Output_0").Attribute.Add(model.Named("Pooling1").Attribute);
        model.Named("Plus1").Input[0] = "PoolingAgain_Output_0";

        Assert.Equal(10, Match(Network(), model).Weights.Count);
    }

    [Theory]
    [InlineData(1f, "")]
    [InlineData(2f, "'bn' is a batch-norm without a scale")]
    public void Match_NormWithoutScale_TakesAFileWhoseScaleIsOne(float scale, string expected)
    {
        var builder = new GraphBuilder("unscaled", FeatureShape.Map(4, 8, 8));
        builder.Add("bn", new BatchNorm2d(HasScale: false));
        var model = new ModelProto { Graph = new GraphProto { Input = { new ValueInfoProto { Name = "x" } } } };
        model.Graph.Initializer.Add(Enumerable.Range(1, 4).Select(number => Tensor($"Parameter{number}", [4])));
        model.Graph.Initializer[0].FloatData.Clear();
        model.Graph.Initializer[0].FloatData.Add(Enumerable.Repeat(scale, 4));
        Node(model, "BatchNormalization", "Norm", "x", "Parameter1", "Parameter2", "Parameter3", "Parameter4");

        Exception? error = Record.Exception(() => Assert.Equal(3, Match(builder.Build(), model).Weights.Count));

        Assert.Contains(expected, error?.Message ?? string.Empty, StringComparison.Ordinal);
        Assert.Equal(expected.Length > 0, error is WeightsException);
    }

    [Fact]
    public void Match_SumAsBiasOfConvolution_BelongsToIt()
    {
        var builder = new GraphBuilder("biased", FeatureShape.Map(3, 8, 8));
        builder.Add("conv", new Conv2d(2, new Window(1, 1, Padding.None)));
        builder.Add("silu", new Activation(ActivationKind.Silu));
        var model = new ModelProto { Graph = new GraphProto { Input = { new ValueInfoProto { Name = "x" } } } };
        Convolution(model, "Convolution1", "x", Tensor("Parameter1", [2, 3, 1, 1]), 1, [0, 0, 0, 0]);
        model.Graph.Initializer.Add(Tensor("Parameter2", [2, 1, 1]));
        Node(model, "Add", "Plus1", "Convolution1_Output_0", "Parameter2");
        Node(model, "Sigmoid", "Sigmoid1", "Plus1_Output_0");
        Node(model, "Mul", "Times1", "Plus1_Output_0", "Sigmoid1_Output_0");

        Assert.Equal(WeightsData.Ramp(2, 2), Match(builder.Build(), model).Weights["conv.bias"].AsFloat32().ToArray());
    }

    [Fact]
    public void Read_MoreNodesThanAnyNetwork_IsRefused()
    {
        ModelProto model = Model();
        model.Graph.Node.Add(Enumerable.Repeat(new NodeProto(), OnnxFile.MostNodes));

        WeightsException error = Assert.Throws<WeightsException>(() => OnnxFile.Read(model.ToByteArray(), "tiny.onnx"));

        Assert.Contains("more than 100000 nodes", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A chain as long as is read: no recursion, and no more than linear work.</summary>
    [Fact]
    public void Match_LongChain_TakesLittleTime()
    {
        ModelProto model = Model();
        string last = "ReLU2_Output_0";
        for (int index = model.Graph.Node.Count; index < OnnxFile.MostNodes; index++)
        {
            last = Node(model, "Sigmoid", $"Sigmoid{index}", last).Output[0];
        }

        Assert.Equal(10, Match(Network(), model).Weights.Count);
    }

    /// <summary>
    /// Every parameter of the file that ML.NET ships; its package comes with a restore of this repository.
    /// </summary>
    [Fact]
    public void Match_MlnetsResNet18_TakesEveryTensor()
    {
        NetworkGraph graph = NetworkCatalog.Create("resnet-18-cntk", new ImageSize(224, 224));
        ImportedWeights imported = WeightsFile.Read(MlnetFiles.ResNet18);

        WeightSet weights = WeightsMatch.Match(graph, imported, HeadUse.Require).Weights;

        Assert.Equal(110, weights.Count);
        Assert.Equal(Floats(imported, "Parameter91"), Floats(weights, "conv1.weight"));
        // in front of its block in the file
        Assert.Equal(Floats(imported, "Parameter199"), Floats(weights, "layer2.0.downsample.0.weight"));
        Assert.Equal(Floats(imported, "Constant420"), Floats(weights, "layer4.2.bn2.running_var"));
    }

    /// <summary>
    /// At 107 a block halves a map of odd sides and pads it otherwise than the file, which is for 224.
    /// </summary>
    [Fact]
    public void Match_PaddingThatDependsOnTheSize_IsThatOfTheFilesSize()
    {
        NetworkGraph graph = NetworkCatalog.Create("resnet-18-cntk", new ImageSize(107, 107));

        WeightSet weights = WeightsMatch.Match(graph, WeightsFile.Read(MlnetFiles.ResNet18), HeadUse.Require).Weights;

        Assert.Equal(110, weights.Count);
    }

    [Theory]
    [InlineData("layer2")]
    [InlineData("maxpool")]
    public void Match_CutBackbone_TakesWhatIsInFrontOfTheCut(string cut)
    {
        NetworkGraph graph = NetworkCatalog.Create("resnet-18-cntk", new ImageSize(64, 64)).CutAt(cut);

        Assert.Equal(
            graph.Parameters.Count(),
            WeightsMatch.Match(graph, WeightsFile.Read(MlnetFiles.ResNet18), HeadUse.Require).Weights.Count
        );
    }

    [Fact]
    public void Match_TorchvisionsResNet18_IsNotMlnets()
    {
        NetworkGraph graph = NetworkCatalog.Create("resnet-18", new ImageSize(224, 224));
        ImportedWeights imported = WeightsFile.Read(MlnetFiles.ResNet18);

        WeightsException error = Assert.Throws<WeightsException>(() =>
            WeightsMatch.Match(graph, imported, HeadUse.Replace)
        );

        Assert.Contains(
            "node 'conv1' is Conv 7x7, stride 2x2, pads [3, 3, 3, 3], 3 to 64 channels",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'Convolution249_Output_0', Conv 7x7, stride 2x2, pads [3, 3, 2, 2]",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static float[] Floats(ImportedWeights imported, string name) => Floats(imported.Tensors, name);

    private static float[] Floats(WeightSet weights, string name) => weights[name].AsFloat32().ToArray();

    private static MatchedWeights Match(NetworkGraph graph, ModelProto model, HeadUse use = HeadUse.Require) =>
        WeightsMatch.Match(graph, OnnxFile.Read(model.ToByteArray(), "tiny.onnx"), use);

    private static void Spoil(ModelProto model, string fault)
    {
        TensorProto kernel = model.Graph.Initializer.Single(tensor => tensor.Name == "Parameter1");
        switch (fault)
        {
            case "shape":
                model.Graph.Initializer.Remove(model.Graph.Initializer.Single(tensor => tensor.Name == "Parameter6"));
                model.Graph.Initializer.Add(Tensor("Parameter6", [8, 4, 3, 3]));
                break;
            case "stride":
                model.Named("Convolution1").Set(Integers("strides", 1, 1));
                break;
            case "pads":
                model.Named("Pooling1").Set(Integers("pads", 1, 1, 1, 1));
                break;
            case "automatic pads":
                model
                    .Named("Pooling1")
                    .Set(new AttributeProto { Name = "auto_pad", S = ByteString.CopyFromUtf8("SAME_UPPER") });
                break;
            case "epsilon":
                model.Named("BatchNormalization2").Set(new AttributeProto { Name = "epsilon", F = 1e-3f });
                break;
            case "per pixel":
                model.Named("BatchNormalization1").Set(new AttributeProto { Name = "spatial", I = 0 });
                break;
            case "missing node":
                model.Graph.Node.Remove(model.Named("ReLU2"));
                break;
            case "extra node":
                Node(model, "Sigmoid", "Extra", "ReLU1_Output_0");
                model.Named("Pooling1").Input[0] = "Extra_Output_0";
                break;
            case "extra layer":
                Convolution(model, "Extra", "ReLU2_Output_0", Tensor("Parameter13", [4, 4, 1, 1]), 1, [0, 0, 0, 0]);
                break;
            case "other operator":
                model.Named("ReLU1").OpType = "Elu";
                break;
            case "cycle":
                model.Named("Convolution2").Input[0] = "BatchNormalization2_Output_0";
                break;
            case "missing input":
                model.Named("ReLU2").Input[0] = "nobody";
                break;
            case "twice":
                model.Named("ReLU2").Output[0] = "ReLU1_Output_0";
                break;
            case "two images":
                model.Graph.Input.Add(new ValueInfoProto { Name = "Input2" });
                break;
            case "no image":
                model.Graph.Input.RemoveAt(0);
                break;
            default:
                kernel.DataType = (int)TensorProto.Types.DataType.Int32;
                kernel.Int32Data.Add(Enumerable.Repeat(1, 108));
                kernel.FloatData.Clear();
                break;
        }
    }
}
