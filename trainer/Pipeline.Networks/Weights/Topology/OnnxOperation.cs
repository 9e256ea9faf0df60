using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Topology;

/// <summary>One ONNX node as a step. What is not understood becomes a text that no network has.</summary>
/// <param name="node">The node.</param>
/// <param name="constants">Tensors by name.</param>
/// <param name="inputs">Names of the steps that its inputs without constants come from.</param>
/// <param name="find">Finds an earlier step; <c>null</c> for the image.</param>
internal sealed class OnnxOperation(
    OnnxNode node,
    IReadOnlyDictionary<string, TensorData> constants,
    string[] inputs,
    Func<string, Step?> find
)
{
    private const float SixthTolerance = 1e-6f; // exporters write 1/6 with 4 to 8 digits of float32

    private static readonly string[] Renamed = ["Relu", "Sigmoid", "Tanh", "Gelu"];

    /// <summary>Makes the step; its text is empty when the node changes nothing.</summary>
    internal Step Step(string output)
    {
        if (inputs.Length == 0)
        {
            return new Step(output, StepText.Unknown(node.Operator, " on constants"), []);
        }

        Step? step = node.Operator switch
        {
            "Identity" or "Dropout" => new Step(output, string.Empty, inputs),
            "Conv" => Convolution(output),
            "BatchNormalization" => BatchNorm(output),
            "Gemm" => Gemm(output),
            "MatMul" => MatMul(output),
            "Add" or "Sum" => Sum(output),
            "Mul" => Product(output),
            _ => Plain() is string text ? new Step(output, text, inputs) : null,
        };
        return step ?? new Step(output, StepText.Unknown(node.Operator), inputs);
    }

    /// <summary>A constant in another shape, as CNTK stores matrices; <c>null</c> when it does not fit.</summary>
    internal static TensorData? Reshaped(TensorData tensor, TensorData shape)
    {
        if (shape.ElementType != TensorElementType.Int64 || shape.ElementCount > 8)
        {
            return null;
        }

        long[] sizes = shape.AsInt64().ToArray();
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            sizes[axis] = sizes[axis] == 0 && axis < tensor.Shape.Count ? tensor.Shape[axis] : sizes[axis];
        }

        try
        {
            long others = sizes.Where(size => size >= 0).Aggregate(1L, (product, size) => checked(product * size));
            int free = Array.IndexOf(sizes, -1L);
            if (free >= 0 && others > 0)
            {
                sizes[free] = tensor.ElementCount / others;
            }

            return new TensorData(tensor.Name, tensor.ElementType, sizes, tensor.Bytes);
        }
        catch (Exception error) when (error is ShapeException or OverflowException)
        {
            return null; // the node stays an operator on a constant, which the match then names
        }
    }

    private TensorData? Constant(int index) =>
        index < node.Inputs.Length
        && constants.TryGetValue(node.Inputs[index], out TensorData? tensor)
        && tensor.ElementType.IsFloat()
            ? tensor
            : null;

    private Step? Convolution(string output)
    {
        bool hasBias = node.Inputs.Length > 2 && node.Inputs[2].Length > 0;
        long groups = node.Integer("group", 1);
        if (
            Constant(1) is not { Shape: [long outChannels, long groupChannels, long height, long width] } weight
            || groups < 1
            || groups > int.MaxValue
            || groupChannels > int.MaxValue
            || OnnxWindow.Read(node, height, width) is not (Window window, string other)
        )
        {
            return null;
        }

        var tensors = new Dictionary<string, StepTensor> { ["weight"] = new(weight, [.. weight.Shape]) };
        if (hasBias)
        {
            if (Constant(2) is not TensorData bias || bias.ElementCount != outChannels)
            {
                return null;
            }

            tensors["bias"] = new StepTensor(bias, [outChannels]);
        }

        string text = StepText.Conv(window, groupChannels * groups, outChannels, groups, hasBias, other);
        return new Step(output, text, inputs) { Tensors = tensors };
    }

    /// <summary>Before opset 9 <c>spatial: 0</c> meant statistics per pixel.</summary>
    private Step? BatchNorm(string output)
    {
        string[] names = ["weight", "bias", "running_mean", "running_var"];
        var tensors = new Dictionary<string, StepTensor>();
        for (int index = 0; index < names.Length; index++)
        {
            if (
                Constant(index + 1) is not TensorData tensor
                || (tensors.Count > 0 && tensor.ElementCount != tensors["weight"].Shape[0])
            )
            {
                return null;
            }

            tensors[names[index]] = new StepTensor(tensor, [tensor.ElementCount]);
        }

        string text = StepText.BatchNorm(tensors["weight"].Shape[0], node.Float("epsilon", 1e-5f));
        return new Step(output, node.Integer("spatial", 1) == 0 ? $"{text}, per pixel" : text, inputs)
        {
            Tensors = tensors,
        };
    }

    private Step? Gemm(string output)
    {
        bool isPlain = node.Float("alpha", 1) == 1 && node.Float("beta", 1) == 1 && node.Integer("transA", 0) == 0;
        if (!isPlain || Constant(1) is not { Shape.Count: 2 } weight)
        {
            return null;
        }

        bool hasBias = node.Inputs.Length > 2 && node.Inputs[2].Length > 0;
        Step dense = Dense(output, weight, isTransposed: node.Integer("transB", 0) == 0, inputs);
        return !hasBias ? dense
            : Constant(2) is TensorData bias ? WithBias(dense, bias)
            : null;
    }

    private Step? MatMul(string output) =>
        Constant(1) is { Shape.Count: 2 } weight ? Dense(output, weight, isTransposed: true, inputs) : null;

    private static Step Dense(string output, TensorData weight, bool isTransposed, string[] inputs)
    {
        (long outFeatures, long inFeatures) = isTransposed
            ? (weight.Shape[1], weight.Shape[0])
            : (weight.Shape[0], weight.Shape[1]);
        return new Step(output, StepText.Dense(inFeatures, outFeatures, hasBias: false), inputs)
        {
            Tensors = new Dictionary<string, StepTensor> { ["weight"] = new(weight, [.. weight.Shape], isTransposed) },
        };
    }

    /// <summary>A sum of maps, or the bias of the convolution or dense layer in front.</summary>
    private Step? Sum(string output)
    {
        if (inputs.Length >= 2)
        {
            return inputs.Length == node.Inputs.Length ? new Step(output, StepText.Add, inputs) : null;
        }

        TensorData? bias = Constant(0) ?? Constant(1);
        return
            node.Inputs.Length == 2
            && bias is not null
            && find(inputs[0]) is Step layer
            && !layer.Tensors.ContainsKey("bias")
            ? WithBias(layer with { Name = output }, bias)
            : null;
    }

    private static Step? WithBias(Step layer, TensorData bias)
    {
        if (!layer.Tensors.TryGetValue("weight", out StepTensor? weight))
        {
            return null;
        }

        // [C, 1, 1] adds one number per channel; [C] behind a map would add one per column
        bool isConvolution = weight.Shape.Length == 4;
        long channels = weight.Shape[weight.IsTransposed ? 1 : 0];
        long[] sizes = [.. bias.Shape.SkipWhile(size => size == 1)];
        bool fits =
            bias.ElementCount == channels
            && (channels == 1 || sizes.Length == (isConvolution ? 3 : 1))
            && sizes.Skip(1).All(size => size == 1);
        return !fits
            ? null
            : layer with
            {
                Text = $"{layer.Text}, bias",
                Tensors = new Dictionary<string, StepTensor>(layer.Tensors) { ["bias"] = new(bias, [channels]) },
            };
    }

    /// <summary>
    /// A product of maps, or x times a gate of x: SiLU and hard swish, which exporters write in two nodes.
    /// </summary>
    private Step? Product(string output)
    {
        if (inputs.Length != 2)
        {
            return null;
        }

        foreach ((string map, string gate) in new[] { (inputs[0], inputs[1]), (inputs[1], inputs[0]) })
        {
            if (find(gate) is { Inputs: [string gated], Text: "Sigmoid" or "Hardsigmoid" } step && gated == map)
            {
                return new Step(output, step.Text == "Sigmoid" ? "Silu" : "Hardswish", [map]);
            }
        }

        return new Step(output, StepText.Multiply, inputs);
    }

    /// <summary>
    /// Text of an operator without weights; <c>null</c> when it is not known, empty when it changes nothing.
    /// </summary>
    private string? Plain()
    {
        if (Renamed.Contains(node.Operator))
        {
            return node.Text("approximate") is "" or "none" ? node.Operator : null;
        }

        switch (node.Operator)
        {
            case "MaxPool" when OnnxWindow.Read(node) is (Window window, string other):
                return StepText.MaxPool(window, node.Integer("ceil_mode", 0) == 1, other);
            case "AveragePool" when OnnxWindow.Read(node) is (Window window, string other):
                return StepText.AvgPool(
                    window,
                    node.Integer("count_include_pad", 0) == 1,
                    node.Integer("ceil_mode", 0) == 1,
                    other
                );
            case "GlobalAveragePool":
            case "ReduceMean" when Axes("axes", 1) is [2, 3] or [-2, -1]:
                return StepText.GlobalPool;
            case "Concat" when node.Integer("axis", 1) is 1 or -3:
                return StepText.Concat;
            case "Flatten" when node.Integer("axis", 1) == 1:
            case "Squeeze" when Axes("axes", 1) is [2, 3] or [-2, -1]:
            case "Reshape" when Axes("shape", 1) is [_, _]:
                return
                    find(inputs[0])?.Text is StepText.GlobalPool
                    || StepText.IsDense(find(inputs[0])?.Text ?? string.Empty)
                    ? string.Empty
                    : StepText.Flatten;
            case "Clip" when Bound("min", 1) == 0 && Bound("max", 2) == 6:
                return nameof(ActivationKind.Relu6);
            case "HardSigmoid"
                when Math.Abs(node.Float("alpha", 0.2f) - (1f / 6)) < SixthTolerance
                    && node.Float("beta", 0.5f) == 0.5f:
                return nameof(ActivationKind.Hardsigmoid);
            case "HardSwish":
                return nameof(ActivationKind.Hardswish);
            default:
                return null;
        }
    }

    /// <summary>A list that is an attribute in older operator sets and an input in newer ones.</summary>
    private long[]? Axes(string name, int input) =>
        node.Integers(name)
        ?? (
            input < node.Inputs.Length
            && constants.TryGetValue(node.Inputs[input], out TensorData? tensor)
            && tensor.ElementType == TensorElementType.Int64
            && tensor.ElementCount <= 8
                ? tensor.AsInt64().ToArray()
                : null
        );

    private float? Bound(string name, int input) =>
        node.Attributes.ContainsKey(name) ? node.Float(name, 0)
        : Constant(input) is { ElementCount: 1 } tensor ? tensor.ToFloat32().AsFloat32()[0]
        : null;
}
