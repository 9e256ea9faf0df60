using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// Holds a graph against the contract in its own metadata: an export that succeeded and is wrong stops here.
/// </summary>
internal static class GraphCheck
{
    /// <summary>
    /// Largest golden sample that is believed, in bytes of pixels: the file says how many images, and it may lie.
    /// </summary>
    private const long MaxGoldenBytes = 1L << 28;

    /// <summary>Refuses a graph that differs from its contract, listing every fault.</summary>
    /// <param name="inputs">The graph's inputs. Borrowed.</param>
    /// <param name="outputs">The graph's outputs. Borrowed.</param>
    /// <param name="contract">What the metadata promises.</param>
    /// <param name="modelPath">Path for the message.</param>
    /// <exception cref="ModelContractException">A name, type or size differs.</exception>
    internal static void Verify(
        IReadOnlyDictionary<string, NodeMetadata> inputs,
        IReadOnlyDictionary<string, NodeMetadata> outputs,
        ModelContract contract,
        string modelPath
    )
    {
        var faults = new List<string>();
        ImageSize size = contract.Preprocessing.Size;
        if (inputs.Count != 1)
        {
            faults.Add(
                $"it has {inputs.Count} inputs ({string.Join(", ", inputs.Keys)}), "
                    + $"expected only '{ModelContract.InputName}'"
            );
        }

        if (contract.Preprocessing.IsInGraph)
        {
            CheckTensor(
                faults,
                "input",
                inputs,
                ModelContract.InputName,
                TensorElementType.UInt8,
                [-1, size.Height, size.Width, 3]
            );
        }
        else
        {
            CheckTensor(
                faults,
                "input",
                inputs,
                ModelContract.InputName,
                TensorElementType.Float,
                [-1, 3, size.Height, size.Width]
            );
        }

        CheckTensor(
            faults,
            "output",
            outputs,
            ModelContract.LogitsName,
            TensorElementType.Float,
            [-1, contract.Labels.Count]
        );
        CheckTensor(
            faults,
            "output",
            outputs,
            ModelContract.ProbabilitiesName,
            TensorElementType.Float,
            [-1, contract.Labels.Count]
        );
        CheckFeatures(faults, outputs);
        CheckGolden(faults, contract);
        if (faults.Count > 0)
        {
            throw new ModelContractException(
                $"Model '{modelPath}' contradicts its contract: {string.Join("; ", faults)}. Export it again."
            )
            {
                Subject = modelPath,
            };
        }
    }

    private static void CheckTensor(
        List<string> faults,
        string kind,
        IReadOnlyDictionary<string, NodeMetadata> nodes,
        string name,
        TensorElementType type,
        int[] shape
    )
    {
        string expected = string.Create(
            CultureInfo.InvariantCulture,
            $"{(type == TensorElementType.UInt8 ? "uint8" : "float32")} [N, {string.Join(", ", shape.Skip(1))}] "
                + $"with N dynamic"
        );
        if (!nodes.TryGetValue(name, out NodeMetadata? node))
        {
            faults.Add($"{kind} '{name}' is missing, expected {expected}");
            return;
        }

        // A dynamic axis shows as -1, also where the contract fixes one: a graph may leave more open than it must, but
        // not the batch closed.
        bool fits =
            node.IsTensor
            && node.ElementDataType == type
            && node.Dimensions.Length == shape.Length
            && node.Dimensions[0] == -1
            && node.Dimensions.Zip(shape).Skip(1).All(pair => pair.First == pair.Second || pair.First == -1);
        if (!fits)
        {
            faults.Add($"{kind} '{name}' is {TensorSignature.From(name, node)}, expected {expected}");
        }
    }

    /// <summary>
    /// The features are optional, and their size is the network's own; but whoever asks for them must know it
    /// beforehand.
    /// </summary>
    private static void CheckFeatures(List<string> faults, IReadOnlyDictionary<string, NodeMetadata> outputs)
    {
        if (
            outputs.TryGetValue(ModelContract.FeaturesName, out NodeMetadata? node)
            && !(
                node.IsTensor
                && node.ElementDataType == TensorElementType.Float
                && node.Dimensions.Length is 2 or 4
                && node.Dimensions[0] == -1
                && node.Dimensions.Skip(1).All(size => size > 0)
            )
        )
        {
            faults.Add(
                $"output '{ModelContract.FeaturesName}' is "
                    + $"{TensorSignature.From(ModelContract.FeaturesName, node)}, expected float32 [N, C, H, "
                    + "W] or [N, F] with only N dynamic"
            );
        }
    }

    private static void CheckGolden(List<string> faults, ModelContract contract)
    {
        if (contract.Golden is not { } golden)
        {
            return;
        }

        if (golden.Formula != GoldenSample.RampFormula)
        {
            faults.Add(
                $"its golden sample has the formula '{golden.Formula}', this program knows '{GoldenSample.RampFormula}'"
            );
        }
        else if (
            golden.Count < 1
            || (long)golden.Count * contract.Preprocessing.Size.RgbBytes > MaxGoldenBytes
            || golden.Logits is null
            || golden.Logits.Length != (long)golden.Count * contract.Labels.Count
        )
        {
            faults.Add(
                $"its golden sample has {golden.Count} images and {golden.Logits?.Length ?? 0} logits for "
                    + $"{contract.Labels.Count} classes"
            );
        }
    }
}
