using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Topology;

/// <summary>
/// An ONNX graph as steps, in an order of data flow. Constants are followed through identities and reshapes (CNTK), a
/// bias that is added by a node of its own belongs to the layer in front, dropout and identities are left out, and
/// nodes without weights that compute the same from the same are one.
/// </summary>
/// <param name="graph">The graph. Borrowed.</param>
/// <param name="path">Name for messages.</param>
internal sealed class OnnxSteps(OnnxGraph graph, string path)
{
    private const int MostInputs = 1_000_000; // of all nodes together

    private readonly Dictionary<string, TensorData> constants = new(graph.Constants, StringComparer.Ordinal);
    private readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Step> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    private readonly List<Step> steps = [];

    /// <summary>Makes the list.</summary>
    /// <returns>A step for each node that computes on the image.</returns>
    /// <exception cref="WeightsException">The graph has a cycle, reads what nothing gives, or has not one
    /// input.</exception>
    internal StepList Read()
    {
        string[] images = [.. graph.Inputs.Where(input => !constants.ContainsKey(input)).Distinct()];
        if (images is not [string image])
        {
            string found =
                images.Length == 0
                    ? "no input"
                    : $"{images.Length} inputs ({string.Join(", ", images.Take(5).Select(name => $"'{name}'"))})";
            throw WeightsFault.Unsupported(
                path,
                $"its graph has {found}, expected one image",
                "Give a network that reads one image and nothing else."
            );
        }

        aliases[image] = StepList.InputName;
        foreach (OnnxNode node in InOrder(image))
        {
            Add(node);
        }

        return new StepList(steps);
    }

    /// <summary>The nodes, each after those that it reads (Kahn 1962); equal nodes keep the file's order.</summary>
    private List<OnnxNode> InOrder(string image)
    {
        Dictionary<string, int> makers = Makers(image);
        var waiting = new int[graph.Nodes.Count];
        var readers = new List<int>[graph.Nodes.Count];
        var ready = new Queue<int>();
        for (int index = 0; index < waiting.Length; index++)
        {
            foreach (
                string input in graph
                    .Nodes[index]
                    .Inputs.Where(input => input.Length > 0 && input != image && !constants.ContainsKey(input))
            )
            {
                if (!makers.TryGetValue(input, out int maker))
                {
                    throw WeightsFault.Damaged(
                        path,
                        $"node '{graph.Nodes[index].Name}' reads '{input}', which nothing gives"
                    );
                }

                (readers[maker] ??= []).Add(index);
                waiting[index]++;
            }

            if (waiting[index] == 0)
            {
                ready.Enqueue(index);
            }
        }

        var order = new List<OnnxNode>(waiting.Length);
        while (ready.TryDequeue(out int next))
        {
            order.Add(graph.Nodes[next]);
            foreach (int reader in readers[next] ?? [])
            {
                if (--waiting[reader] == 0)
                {
                    ready.Enqueue(reader);
                }
            }
        }

        if (order.Count == waiting.Length)
        {
            return order;
        }

        OnnxNode stuck = graph.Nodes[Array.FindIndex(waiting, count => count > 0)];
        string fault = $"its graph has a cycle: node '{stuck.Name}' depends on itself or on one that does";
        throw WeightsFault.Damaged(path, fault);
    }

    private Dictionary<string, int> Makers(string image)
    {
        var makers = new Dictionary<string, int>(StringComparer.Ordinal);
        long inputs = 0;
        for (int index = 0; index < graph.Nodes.Count; index++)
        {
            OnnxNode node = graph.Nodes[index];
            inputs += node.Inputs.Length;
            foreach (string output in node.Outputs.Where(output => output.Length > 0))
            {
                if (
                    output == image
                    || output == StepList.InputName
                    || constants.ContainsKey(output)
                    || !makers.TryAdd(output, index)
                )
                {
                    throw WeightsFault.Damaged(
                        path,
                        $"the value '{output}' is given twice, the second time by node '{node.Name}'"
                    );
                }
            }
        }

        return inputs <= MostInputs
            ? makers
            : throw WeightsFault.Unsupported(
                path,
                $"its nodes have {inputs} inputs, and at most {MostInputs} are read",
                "Give a network for images."
            );
    }

    private void Add(OnnxNode node)
    {
        string[] outputs = [.. node.Outputs.Where(output => output.Length > 0)];
        if (outputs.Length == 0 || FollowConstant(node, outputs[0]))
        {
            return;
        }

        string[] inputs =
        [
            .. node
                .Inputs.Where(input => input.Length > 0 && !constants.ContainsKey(input))
                .Select(input => aliases[input]),
        ];
        Step step =
            outputs[0] == node.Outputs[0]
                ? new OnnxOperation(node, constants, inputs, name => byName.GetValueOrDefault(name)).Step(outputs[0])
                : new Step(outputs[0], StepText.Unknown(node.Operator, ", without its first output"), inputs);
        string key = $"{step.Text}\0{string.Join('\0', step.Inputs)}";
        aliases[outputs[0]] =
            step.Text.Length == 0 ? step.Inputs[0]
            : step.Tensors.Count == 0 && known.TryGetValue(key, out string? same) ? same
            : Keep(step, key);
        foreach (string other in outputs.Skip(1))
        {
            aliases[other] = Keep(
                new Step(other, StepText.Unknown(node.Operator, $", output '{other}'"), inputs),
                other
            );
        }
    }

    private string Keep(Step step, string key)
    {
        steps.Add(step);
        byName[step.Name] = step;
        known[key] = step.Name;
        return step.Name;
    }

    /// <summary>Whether a node only names or reshapes a constant.</summary>
    private bool FollowConstant(OnnxNode node, string output)
    {
        if (node.Inputs.Length == 0 || !constants.TryGetValue(node.Inputs[0], out TensorData? tensor))
        {
            return false;
        }

        if (node.Operator == "Identity")
        {
            constants[output] = tensor;
            return true;
        }

        if (
            node.Operator == "Reshape"
            && node.Inputs.Length == 2
            && constants.TryGetValue(node.Inputs[1], out TensorData? shape)
            && OnnxOperation.Reshaped(tensor, shape) is TensorData reshaped
        )
        {
            constants[output] = reshaped;
            return true;
        }

        return false;
    }
}
