using Google.Protobuf;
using Onnx;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Tests.Weights.Topology;

/// <summary>
/// A network with one residual block and an ONNX file of it as CNTK 2.6 writes one: other names, opset 8, IR 3.
/// </summary>
internal static class TinyResidual
{
    private static readonly Window Halving = new(3, 2, new Padding(1, 1, 0, 0));
    private static readonly Window Keeping = new(3, 1, Padding.All(1));

    /// <summary>The network; with a head, one of 3 classes behind a global average pool.</summary>
    internal static NetworkGraph Network(bool hasHead = false)
    {
        var builder = new GraphBuilder("tiny", FeatureShape.Map(3, 16, 16));
        builder.Block("stem");
        builder.Add("conv1", new Conv2d(4, Halving, HasBias: false));
        builder.Add("bn1", new BatchNorm2d());
        builder.Add("relu1", new Activation(ActivationKind.Relu));
        string shortcut = builder.Add("pool", new MaxPool2d(Halving));
        builder.Block("layer1");
        builder.Add("conv2", new Conv2d(4, Keeping, HasBias: false));
        builder.Add("bn2", new BatchNorm2d());
        builder.Add("add", new Add(), "bn2", shortcut);
        builder.Add("relu2", new Activation(ActivationKind.Relu));
        if (hasHead)
        {
            builder.Block("head");
            builder.Add("head.pool", new GlobalAveragePool());
            builder.Add("head.dense", new Linear(3));
        }

        return builder.Build();
    }

    /// <summary>The file, as a model to be changed.</summary>
    internal static ModelProto Model()
    {
        var model = new ModelProto
        {
            IrVersion = 3,
            ProducerName = "CNTK",
            ProducerVersion = "2.6",
            Graph = new GraphProto { Name = "CNTKGraph" },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = 8 });
        model.Graph.Input.Add(new ValueInfoProto { Name = "Input1" });
        Convolution(model, "Convolution1", "Input1", Tensor("Parameter1", [4, 3, 3, 3]), 2, [1, 1, 0, 0]);
        BatchNorm(model, "BatchNormalization1", "Convolution1_Output_0", 2);
        Node(model, "Relu", "ReLU1", "BatchNormalization1_Output_0");
        NodeProto pool = Node(model, "MaxPool", "Pooling1", "ReLU1_Output_0");
        pool.Attribute.Add([Integers("kernel_shape", 3, 3), Integers("strides", 2, 2), Integers("pads", 1, 1, 0, 0)]);
        Convolution(model, "Convolution2", "Pooling1_Output_0", Tensor("Parameter6", [4, 4, 3, 3]), 1, [1, 1, 1, 1]);
        BatchNorm(model, "BatchNormalization2", "Convolution2_Output_0", 7);
        Node(model, "Add", "Plus1", "Pooling1_Output_0", "BatchNormalization2_Output_0");
        Node(model, "Relu", "ReLU2", "Plus1_Output_0");
        return model;
    }

    /// <summary>Adds the dense layer of a classifier.</summary>
    internal static ModelProto WithClassifier(this ModelProto model, int classes)
    {
        Node(model, "GlobalAveragePool", "Pooling2", "ReLU2_Output_0");
        Node(model, "Flatten", "Flatten1", "Pooling2_Output_0");
        Add(model, Tensor("Parameter11", [4, classes]));
        Add(model, Tensor("Parameter12", [1, classes]));
        Node(model, "MatMul", "Times1", "Flatten1_Output_0", "Parameter11");
        Node(model, "Add", "Plus2", "Times1_Output_0", "Parameter12");
        return model;
    }

    /// <summary>The node of a name.</summary>
    internal static NodeProto Named(this ModelProto model, string name) =>
        model.Graph.Node.Single(node => node.Name == name);

    /// <summary>Changes one attribute of a node.</summary>
    internal static void Set(this NodeProto node, AttributeProto attribute)
    {
        node.Attribute.Remove(
            node.Attribute.FirstOrDefault(other => other.Name == attribute.Name) ?? new AttributeProto()
        );
        node.Attribute.Add(attribute);
    }

    /// <summary>Adds a node behind the others; its output is its name and <c>_Output_0</c>.</summary>
    internal static NodeProto Node(ModelProto model, string type, string name, params string[] inputs)
    {
        var node = new NodeProto
        {
            OpType = type,
            Name = name,
            Input = { inputs },
            Output = { $"{name}_Output_0" },
        };
        model.Graph.Node.Add(node);
        return node;
    }

    internal static void Convolution(
        ModelProto model,
        string name,
        string input,
        TensorProto kernel,
        long stride,
        long[] pads
    )
    {
        Add(model, kernel);
        NodeProto node = Node(model, "Conv", name, input, kernel.Name);
        node.Attribute.Add([
            Integers("kernel_shape", kernel.Dims[2], kernel.Dims[3]),
            Integers("strides", stride, stride),
            Integers("pads", pads),
        ]);
        node.Attribute.Add(new AttributeProto { Name = "auto_pad", S = ByteString.CopyFromUtf8("NOTSET") });
    }

    internal static AttributeProto Integers(string name, params long[] values) =>
        new() { Name = name, Ints = { values } };

    /// <summary>A tensor of the ramp of <see cref="WeightsData"/>, whose seed is the number in its name.</summary>
    internal static TensorProto Tensor(string name, long[] shape)
    {
        float[] values = Values(name, shape);
        return new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { shape },
            FloatData = { values },
        };
    }

    internal static float[] Values(string name, long[] shape) =>
        WeightsData.Ramp(
            (int)shape.Aggregate(1L, (product, size) => product * size),
            int.Parse(name["Parameter".Length..], null)
        );

    /// <summary>Adds an initializer, and an input of its name, as IR 3 wants it.</summary>
    internal static void Add(ModelProto model, TensorProto tensor)
    {
        model.Graph.Initializer.Add(tensor);
        model.Graph.Input.Add(new ValueInfoProto { Name = tensor.Name });
    }

    private static void BatchNorm(ModelProto model, string name, string input, int first)
    {
        string[] parameters = [.. Enumerable.Range(first, 4).Select(number => $"Parameter{number}")];
        foreach (string parameter in parameters)
        {
            Add(model, Tensor(parameter, [4]));
        }

        NodeProto node = Node(model, "BatchNormalization", name, [input, .. parameters]);
        node.Attribute.Add([
            new AttributeProto { Name = "epsilon", F = 1e-5f },
            new AttributeProto { Name = "spatial", I = 1 },
        ]);
    }
}
