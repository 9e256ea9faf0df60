using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Keras;

/// <summary>Takes the names of Keras's HDF5 files, of whatever year, to one form: <c>layer/kernel</c>.</summary>
/// <remarks>
/// Keras 1: <c>block1_conv1/block1_conv1_W_1:0</c>. Keras 2: <c>conv2d_1/conv2d_1/kernel:0</c>, below
/// <c>model_weights</c> when the whole model was saved. Keras 3, <c>.weights.h5</c>: <c>layers/conv2d_1/vars/0</c>,
/// which names classes and positions, not layers. Source: <c>keras/src/saving/saving_lib.py</c> and
/// <c>legacy_h5_format.py</c>.
/// </remarks>
internal static class KerasFile
{
    private static readonly string[] NotWeights =
    [
        "optimizer_weights",
        "optimizer",
        "_layer_checkpoint_dependencies/optimizer",
        "metrics",
    ];
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["W"] = "kernel",
        ["b"] = "bias",
        ["running_mean"] = "moving_mean",
        ["running_std"] = "moving_variance", // Keras 1 calls the variance so
    };

    /// <summary>Renames the data sets of a file.</summary>
    /// <param name="datasets">Named by their path in the file.</param>
    /// <param name="path">Path of the file, for messages.</param>
    /// <returns>Keras's tensors.</returns>
    internal static ImportedWeights Import(WeightSet datasets, string path)
    {
        TensorData[] weights =
        [
            .. datasets.Where(tensor =>
                !NotWeights.Any(group => tensor.Name.StartsWith(group + "/", StringComparison.Ordinal))
            ),
        ];
        if (weights.Length == 0)
        {
            throw WeightsFault.Unsupported(
                path,
                "it holds no numeric data sets",
                "Give a file that Keras's save_weights wrote."
            );
        }

        bool isNumbered = weights.Any(tensor => tensor.Name.Contains("/vars/", StringComparison.Ordinal));
        IEnumerable<TensorData> renamed = isNumbered
            ? weights.Select(tensor => tensor.Named(Numbered(tensor.Name)))
            : Shifted(weights.Select(tensor => tensor.Named(ByLayer(tensor.Name))));
        return new ImportedWeights(
            new WeightSet(renamed),
            isNumbered ? WeightsLayout.KerasNumbered : WeightsLayout.Keras,
            isNumbered ? "Keras 3 weights" : "Keras HDF5",
            path,
            []
        );
    }

    /// <summary><c>layers/conv2d_1/vars/0</c> to <c>conv2d_1/0</c>.</summary>
    private static string Numbered(string name)
    {
        string[] parts = name.Split('/');
        int vars = Array.LastIndexOf(parts, "vars");
        return vars < 1 ? name : $"{parts[vars - 1]}/{string.Join('/', parts[(vars + 1)..])}";
    }

    private static string ByLayer(string name)
    {
        string[] parts = name.Split('/');
        string[] inner = parts[0] is "model_weights" or "layers" && parts.Length > 2 ? parts[1..] : parts;
        string layer = inner[0];
        string last = inner[^1];
        last = last.Contains(':', StringComparison.Ordinal) ? last[..last.LastIndexOf(':')] : last;
        last = last.StartsWith(layer + "_", StringComparison.Ordinal) ? last[(layer.Length + 1)..] : last;
        int number = last.LastIndexOf('_');
        last = number > 0 && last[(number + 1)..].All(char.IsAsciiDigit) ? last[..number] : last;
        return inner.Length == 1 ? last : $"{layer}/{Renamed.GetValueOrDefault(last, last)}";
    }

    /// <summary>
    /// A session that built nothing before counts <c>conv2d</c>, <c>conv2d_1</c>; the catalog counts from 1, as the
    /// published files do.
    /// </summary>
    private static TensorData[] Shifted(IEnumerable<TensorData> tensors)
    {
        TensorData[] all = [.. tensors];
        foreach (string kind in new[] { "conv2d", "batch_normalization" })
        {
            if (all.Any(tensor => tensor.Name.StartsWith(kind + "/", StringComparison.Ordinal)))
            {
                all = [.. all.Select(tensor => tensor.Named(Next(tensor.Name, kind)))];
            }
        }

        return all;
    }

    private static string Next(string name, string kind)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        string layer = slash < 0 ? name : name[..slash];
        string suffix = layer.StartsWith(kind, StringComparison.Ordinal) ? layer[kind.Length..] : "-";
        return suffix.Length == 0 ? $"{kind}_1{name[slash..]}"
            : suffix[0] == '_'
            && int.TryParse(
                suffix.AsSpan(1),
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out int number
            )
            && number < int.MaxValue
                ? $"{kind}_{number + 1}{name[slash..]}"
            : name;
    }
}
