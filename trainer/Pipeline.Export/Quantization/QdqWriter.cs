using Google.Protobuf.Collections;
using Onnx;
using Pipeline.Export.Onnx;
using Pipeline.Export.Quantization.Calibration;

namespace Pipeline.Export.Quantization;

/// <summary>
/// Writes the graph again with QuantizeLinear and DequantizeLinear around what shall be int8 (QDQ form): any ONNX
/// program computes it, and ONNX Runtime replaces each dequantize-operator-quantize by its int8 operator.
/// </summary>
internal sealed class QdqWriter
{
    private const float HardSwishSlope = 1f / 6;

    private readonly GraphProto source;
    private readonly GraphProto target;
    private readonly QuantizationPlan plan;
    private readonly CalibrationTable table;
    private readonly QuantizerOptions options;
    private readonly Initializers constants;
    private readonly Dictionary<string, ValueRange> bounds;
    private readonly Dictionary<string, ActivationScale> scales = new(StringComparer.Ordinal);
    private readonly HashSet<string> quantized = new(StringComparer.Ordinal);
    private readonly HashSet<string> dequantized = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float> beforeHardSigmoid;
    private readonly HashSet<string> outputs;
    private readonly InputFold? fold;

    internal QdqWriter(
        GraphProto source,
        IReadOnlyList<QuantizationUnit> units,
        QuantizationPlan plan,
        CalibrationTable table,
        QuantizerOptions options
    )
    {
        this.source = source;
        this.plan = plan;
        this.table = table;
        this.options = options;
        constants = new Initializers(source);
        bounds = units.ToDictionary(unit => unit.Output, unit => unit.Bounds, StringComparer.Ordinal);
        beforeHardSigmoid = plan
            .Chosen.Values.Where(unit => unit.Kind == UnitKind.Rescaling)
            .ToDictionary(
                unit => unit.Inputs[0],
                unit => unit.Node.Attribute.Single(attribute => attribute.Name == "alpha").F,
                StringComparer.Ordinal
            );
        outputs = [.. source.Output.Select(output => output.Name)];
        fold = InputFold.Find(source, constants, node => plan.Chosen.ContainsKey(node.Output[0]));
        target = source.Clone();
        target.Node.Clear();
    }

    /// <summary>Writes the graph; the source is not changed.</summary>
    internal GraphProto Write()
    {
        foreach (NodeProto node in source.Node.Where(node => fold?.Dropped.Contains(node.Output[0]) != true))
        {
            Write(node, plan.Chosen.GetValueOrDefault(node.Output[0]));
        }

        RemoveUnusedConstants();
        return target;
    }

    private void Write(NodeProto node, QuantizationUnit? unit)
    {
        if (unit?.Kind == UnitKind.Rescaling)
        {
            WriteHardSigmoid(unit);
            return;
        }

        string result = node.Output[0],
            made = plan.IsHeld(result) && outputs.Contains(result) ? $"{result}.float" : result;
        if (unit is { Node.OpType: "HardSwish" })
        {
            WriteHardSwish(unit, made);
        }
        else
        {
            WriteOperator(node, unit, made);
        }

        if (plan.IsHeld(result))
        {
            WriteQuantized(result, made);
        }
    }

    private void WriteOperator(NodeProto node, QuantizationUnit? unit, string made)
    {
        NodeProto copy = node.Clone();
        for (int index = 0; index < node.Input.Count; index++)
        {
            copy.Input[index] =
                index == 0 && node == fold?.Convolution ? ReadPixels(fold) : Read(node.Input[index], unit is not null);
        }

        if (unit?.Kind == UnitKind.Weighted)
        {
            WriteWeights(unit, copy);
        }

        copy.Output[0] = made;
        target.Node.Add(copy);
    }

    /// <summary>Nothing but another scale for the bytes of its input.</summary>
    private void WriteHardSigmoid(QuantizationUnit unit)
    {
        quantized.Add(unit.Output);
        WriteScale(unit.Output, ActivationScale.HardSigmoid);
        Dequantize(unit.Inputs[0], unit.Output, Dequantized(unit.Output));
    }

    /// <summary>
    /// x HardSigmoid(x), the line of which is x + 0: the runtime has sums and products of bytes, and nothing for
    /// HardSwish.
    /// </summary>
    private void WriteHardSwish(QuantizationUnit unit, string made)
    {
        string input = Read(unit.Inputs[0], isInt8: true),
            line = $"{unit.Node.Output[0]}.line",
            gate = $"{unit.Node.Output[0]}.gate";
        Add("Add", [input, ReadZero()], line);
        WriteScale(line, ActivationScale.BeforeHardSigmoid(HardSwishSlope));
        WriteScale(gate, ActivationScale.HardSigmoid);
        Quantize(line, line, line);
        Dequantize(line, gate, $"{gate}.dequantized");
        Add("Mul", [input, $"{gate}.dequantized"], made);
    }

    /// <summary>The number 0 from a byte.</summary>
    private string ReadZero()
    {
        const string Zero = "zero_byte";
        if (quantized.Add(Zero))
        {
            WriteScale(Zero, new ActivationScale(1, 0));
            target.Initializer.Add(
                Initializers.Create<byte>($"{Zero}.quantized", TensorProto.Types.DataType.Uint8, [], [0])
            );
            Dequantize(Zero, Zero, $"{Zero}.dequantized");
        }

        return $"{Zero}.dequantized";
    }

    /// <summary>The name under which an operator reads an activation.</summary>
    private string Read(string tensor, bool isInt8)
    {
        if (!plan.IsHeld(tensor) && !(isInt8 && plan.IsQuantized(tensor)))
        {
            return tensor;
        }

        WriteQuantized(tensor, tensor);
        return WriteDequantized(tensor);
    }

    /// <summary>Pixels are bytes from the start, so nothing rounds them.</summary>
    private string ReadPixels(InputFold pixels)
    {
        WriteScale(pixels.Source, pixels.Scale);
        Add(
            "DequantizeLinear",
            [pixels.Source, $"{pixels.Source}.scale", $"{pixels.Source}.zero_point"],
            $"{pixels.Source}.dequantized"
        );
        return $"{pixels.Source}.dequantized";
    }

    private string Dequantized(string tensor) =>
        plan.IsHeld(tensor) && outputs.Contains(tensor) ? tensor : $"{tensor}.dequantized";

    /// <summary>Writes float to byte, once per activation.</summary>
    private void WriteQuantized(string tensor, string from)
    {
        if (!quantized.Add(tensor))
        {
            return;
        }

        string root = plan.RootOf(tensor);
        if (!scales.ContainsKey(root))
        {
            WriteScale(
                root,
                beforeHardSigmoid.TryGetValue(root, out float slope)
                    ? ActivationScale.BeforeHardSigmoid(slope)
                    : ActivationScale.From(table.Range(root), bounds.GetValueOrDefault(root, ValueRange.All))
            );
        }

        Quantize(from, root, tensor);
        if (outputs.Contains(tensor))
        {
            WriteDequantized(tensor);
        }
    }

    /// <summary>Writes byte to float, once per activation.</summary>
    private string WriteDequantized(string tensor)
    {
        string name = Dequantized(tensor);
        if (dequantized.Add(name))
        {
            Dequantize(tensor, plan.RootOf(tensor), name);
        }

        return name;
    }

    private void Quantize(string from, string root, string tensor) =>
        Add("QuantizeLinear", [from, $"{root}.scale", $"{root}.zero_point"], $"{tensor}.quantized");

    private void Dequantize(string tensor, string root, string name)
    {
        dequantized.Add(name);
        Add("DequantizeLinear", [$"{tensor}.quantized", $"{root}.scale", $"{root}.zero_point"], name);
    }

    private void WriteScale(string root, ActivationScale scale)
    {
        scales.Add(root, scale);
        target.Initializer.Add(
            Initializers.Create<float>($"{root}.scale", TensorProto.Types.DataType.Float, [], [scale.Scale])
        );
        target.Initializer.Add(
            Initializers.Create<byte>($"{root}.zero_point", TensorProto.Types.DataType.Uint8, [], [scale.ZeroPoint])
        );
    }

    private void WriteWeights(QuantizationUnit unit, NodeProto copy)
    {
        string weightName = unit.Node.Input[1];
        int axis = unit.WeightAxis;
        IReadOnlyList<long> shape = constants.FloatShape(weightName) ?? [];
        float[] weights = constants.Floats(weightName);
        float[] bias =
            unit.Node.Input.Count > 2 && unit.Node.Input[2].Length > 0 ? constants.Floats(unit.Node.Input[2]) : [];
        InputFold? pixels = unit.Node == fold?.Convolution ? fold : null;
        float inputScale = scales[pixels?.Source ?? plan.RootOf(unit.Inputs[0])].Scale;
        if (pixels is not null)
        {
            bias = pixels.Bias(weights, bias, (int)shape[0]);
            weights = pixels.Weights(weights, (int)shape[0]);
        }

        QuantizedWeights quantized = QuantizedWeights.From(weights, shape, axis, bias, inputScale, options.ReduceRange);
        copy.Input[1] = WriteConstant(
            $"{unit.Name}.weight",
            Initializers.Create<sbyte>(
                $"{unit.Name}.weight.int8",
                TensorProto.Types.DataType.Int8,
                shape,
                quantized.Values
            ),
            quantized.Scales,
            axis
        );
        if (options.BiasCorrection && unit.Node.OpType != "MatMul") // MatMul has no bias to correct
        {
            double[] means = table.Means(unit.Inputs[0]);
            bias = BiasCorrection.Apply(
                bias.Length > 0 ? bias : new float[quantized.Scales.Length],
                weights,
                shape,
                axis,
                quantized,
                pixels?.Means(means) ?? means
            );
        }

        if (bias.Length > 0)
        {
            float[] biasScales = [.. quantized.Scales.Select((_, channel) => quantized.BiasScale(channel, inputScale))];
            TensorProto values = Initializers.Create<int>(
                $"{unit.Name}.bias.int32",
                TensorProto.Types.DataType.Int32,
                [bias.Length],
                quantized.Bias(bias, inputScale)
            );
            SetInput(copy.Input, 2, WriteConstant($"{unit.Name}.bias", values, biasScales, 0));
        }
    }

    /// <summary>
    /// Writes a constant with a scale per channel. The zero points are 0 and spelled out: the runtime makes no int8
    /// Gemm without them.
    /// </summary>
    private string WriteConstant(string name, TensorProto values, float[] valueScales, int axis)
    {
        target.Initializer.Add(values);
        target.Initializer.Add(
            Initializers.Create<float>(
                $"{name}.scale",
                TensorProto.Types.DataType.Float,
                [valueScales.Length],
                valueScales
            )
        );
        target.Initializer.Add(
            ZeroPoints($"{name}.zero_point", (TensorProto.Types.DataType)values.DataType, valueScales.Length)
        );
        Add(
            "DequantizeLinear",
            [values.Name, $"{name}.scale", $"{name}.zero_point"],
            $"{name}.dequantized",
            OnnxGraphWriter.Integer("axis", axis)
        );
        return $"{name}.dequantized";
    }

    private static TensorProto ZeroPoints(string name, TensorProto.Types.DataType type, int count) =>
        type == TensorProto.Types.DataType.Int8
            ? Initializers.Create<sbyte>(name, type, [count], new sbyte[count])
            : Initializers.Create<int>(name, type, [count], new int[count]);

    private void Add(
        string operatorType,
        IEnumerable<string> inputs,
        string output,
        params IEnumerable<AttributeProto> attributes
    )
    {
        // the operator that made the output keeps its name
        string name = outputs.Contains(output) ? $"{output}.dequantized" : output;
        var node = new NodeProto { Name = name, OpType = operatorType };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        target.Node.Add(node);
    }

    private static void SetInput(RepeatedField<string> inputs, int index, string name)
    {
        while (inputs.Count <= index)
        {
            inputs.Add(string.Empty);
        }

        inputs[index] = name;
    }

    private void RemoveUnusedConstants()
    {
        var read = new HashSet<string>(target.Node.SelectMany(node => node.Input), StringComparer.Ordinal);
        TensorProto[] kept = [.. target.Initializer.Where(tensor => read.Contains(tensor.Name))];
        target.Initializer.Clear();
        target.Initializer.AddRange(kept);
    }
}
