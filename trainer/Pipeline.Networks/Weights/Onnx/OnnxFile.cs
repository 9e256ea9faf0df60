using Google.Protobuf;
using Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Onnx;

/// <summary>Reads an ONNX model: its initializers by name, and the graph around them.</summary>
internal static class OnnxFile
{
    /// <summary>More than any network for images has: a file with more is not one.</summary>
    internal const int MostNodes = 100_000;

    private const int MostAttributes = 64; // of a node; ONNX's own operators have at most 16
    private const int SmallAttributeBytes = 4096; // what is larger holds a tensor, and only that is read

    private const int MostSide = 1 << 14; // of images whose size a file fixes, in pixels

    private static readonly AttributeProto NoAttribute = new();

    /// <summary>
    /// Reads tensors and graph. The file's parts are read one by one, so that a file of empty messages costs little.
    /// </summary>
    /// <param name="bytes">The whole file. Borrowed.</param>
    /// <param name="path">Name for messages.</param>
    /// <returns>Tensors in PyTorch's layout, as exporters keep it, and the graph.</returns>
    /// <exception cref="WeightsException">The file is no ONNX model, damaged, or keeps its tensors
    /// elsewhere.</exception>
    internal static ImportedWeights Read(byte[] bytes, string path)
    {
        try
        {
            var reader = new GraphReader(path);
            foreach ((_, ByteString graph) in Fields(new CodedInputStream(bytes), ModelProto.GraphFieldNumber))
            {
                reader.Read(graph);
            }

            return reader.Finish();
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or ArgumentException)
        {
            throw WeightsFault.Damaged(path, $"it is no readable ONNX model ({error.Message.TrimEnd('.')})", error);
        }
    }

    /// <summary>The contents of some fields, one after the other.</summary>
    private static IEnumerable<(int Field, ByteString Bytes)> Fields(CodedInputStream input, params int[] wanted)
    {
        while (input.ReadTag() is uint tag and not 0)
        {
            int field = WireFormat.GetTagFieldNumber(tag);
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited && wanted.Contains(field))
            {
                yield return (field, input.ReadBytes());
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private sealed class GraphReader(string path)
    {
        private readonly List<TensorData> initializers = [];
        private readonly List<TensorData> constants = [];
        private readonly List<OnnxNode> nodes = [];
        private readonly List<string> inputs = [];
        private readonly Dictionary<string, ImageSize> sizes = new(StringComparer.Ordinal);

        internal void Read(ByteString graph)
        {
            int[] wanted = [GraphProto.NodeFieldNumber, GraphProto.InitializerFieldNumber, GraphProto.InputFieldNumber];
            foreach ((int field, ByteString bytes) in Fields(graph.CreateCodedInput(), wanted))
            {
                switch (field)
                {
                    case GraphProto.NodeFieldNumber:
                        ReadNode(bytes);
                        break;
                    case GraphProto.InitializerFieldNumber:
                        if (OnnxTensors.Convert(TensorProto.Parser.ParseFrom(bytes), path) is TensorData tensor)
                        {
                            initializers.Add(tensor);
                        }

                        break;
                    default:
                        ReadInput(bytes);
                        break;
                }
            }
        }

        /// <summary>
        /// A file that has its weights in <c>Constant</c> nodes has no initializers: those are its tensors then.
        /// </summary>
        internal ImportedWeights Finish()
        {
            List<TensorData> tensors = initializers.Count > 0 ? initializers : constants;
            if (tensors.Count == 0)
            {
                throw WeightsFault.Unsupported(
                    path,
                    "it holds no initializers, so it is no ONNX model with weights",
                    "Give a file that an exporter wrote with its weights inside."
                );
            }

            var all = new Dictionary<string, TensorData>(StringComparer.Ordinal);
            foreach (TensorData tensor in constants.Concat(initializers))
            {
                all[tensor.Name] = tensor;
            }

            return new ImportedWeights(new WeightSet(tensors), WeightsLayout.Torch, "ONNX", path, [])
            {
                Graph = new OnnxGraph(nodes, inputs, all)
                {
                    Size = inputs
                        .Where(input => !all.ContainsKey(input))
                        .Select(input => sizes.TryGetValue(input, out ImageSize size) ? size : (ImageSize?)null)
                        .FirstOrDefault(),
                },
            };
        }

        private void ReadInput(ByteString bytes)
        {
            string name = string.Empty;
            ByteString type = ByteString.Empty;
            int[] wanted = [ValueInfoProto.NameFieldNumber, ValueInfoProto.TypeFieldNumber];
            foreach ((int field, ByteString value) in Fields(bytes.CreateCodedInput(), wanted))
            {
                (name, type) = field == ValueInfoProto.NameFieldNumber ? (value.ToStringUtf8(), type) : (name, value);
            }

            inputs.Add(name);
            if (
                type.Length <= SmallAttributeBytes
                && TypeProto.Parser.ParseFrom(type).TensorType?.Shape?.Dim
                    is [_, _, { HasDimValue: true } height, { HasDimValue: true } width]
                && height.DimValue is > 0 and <= MostSide
                && width.DimValue is > 0 and <= MostSide
            )
            {
                sizes[name] = new ImageSize((int)width.DimValue, (int)height.DimValue);
            }
        }

        private void ReadNode(ByteString bytes)
        {
            if (nodes.Count + constants.Count >= MostNodes)
            {
                throw WeightsFault.Unsupported(
                    path,
                    $"its graph has more than {MostNodes} nodes",
                    "Give a network for images."
                );
            }

            List<string> reads = [];
            List<string> gives = [];
            (string name, string type, string domain) = (string.Empty, string.Empty, string.Empty);
            var attributes = new Dictionary<string, AttributeProto>(StringComparer.Ordinal);
            foreach ((int field, ByteString value) in Fields(bytes.CreateCodedInput(), 1, 2, 3, 4, 5, 7))
            {
                switch (field)
                {
                    case NodeProto.InputFieldNumber:
                        reads.Add(value.ToStringUtf8());
                        break;
                    case NodeProto.OutputFieldNumber:
                        gives.Add(value.ToStringUtf8());
                        break;
                    case NodeProto.NameFieldNumber:
                        name = value.ToStringUtf8();
                        break;
                    case NodeProto.OpTypeFieldNumber:
                        type = value.ToStringUtf8();
                        break;
                    case NodeProto.DomainFieldNumber:
                        domain = value.ToStringUtf8();
                        break;
                    default:
                        ReadAttribute(value, attributes);
                        break;
                }
            }

            string label = name.Length > 0 ? name : gives.FirstOrDefault(string.Empty);
            Add(
                new OnnxNode(
                    label,
                    domain is "" or "ai.onnx" ? type : $"{domain}.{type}",
                    [.. reads],
                    [.. gives],
                    attributes
                )
            );
        }

        private void ReadAttribute(ByteString bytes, Dictionary<string, AttributeProto> attributes)
        {
            if (attributes.Count >= MostAttributes)
            {
                throw WeightsFault.Damaged(path, $"a node has more than {MostAttributes} attributes");
            }

            if (bytes.Length <= SmallAttributeBytes)
            {
                AttributeProto small = AttributeProto.Parser.ParseFrom(bytes);
                attributes[small.Name] = small;
                return;
            }

            var large = new AttributeProto();
            int[] wanted = [AttributeProto.NameFieldNumber, AttributeProto.TFieldNumber];
            foreach ((int field, ByteString value) in Fields(bytes.CreateCodedInput(), wanted))
            {
                if (field == AttributeProto.NameFieldNumber)
                {
                    large.Name = value.ToStringUtf8();
                }
                else
                {
                    large.T = TensorProto.Parser.ParseFrom(value);
                }
            }

            attributes[large.Name] = large;
        }

        private void Add(OnnxNode node)
        {
            if (node.Operator != "Constant" || node.Outputs is not [string output])
            {
                nodes.Add(node);
            }
            else if (node.Attributes.GetValueOrDefault("value", NoAttribute).T is TensorProto value)
            {
                value.Name = output;
                if (OnnxTensors.Convert(value, path) is TensorData tensor)
                {
                    constants.Add(tensor);
                }
            }
            else if (node.Attributes.TryGetValue("value_ints", out AttributeProto? integers))
            {
                constants.Add(TensorData.FromInt64(output, [integers.Ints.Count], [.. integers.Ints]));
            }
            else if (node.Attributes.TryGetValue("value_float", out AttributeProto? number))
            {
                constants.Add(TensorData.FromFloat32(output, [], [number.F]));
            }
            else
            {
                nodes.Add(node); // a text or the like: an operator without inputs, which no network has
            }
        }
    }
}
