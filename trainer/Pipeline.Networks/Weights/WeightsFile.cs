using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Hdf5;
using Pipeline.Networks.Weights.Keras;
using Pipeline.Networks.Weights.Onnx;
using Pipeline.Networks.Weights.Reading;
using Pipeline.Networks.Weights.Tfjs;
using Pipeline.Networks.Weights.Torch;

namespace Pipeline.Networks.Weights;

/// <summary>
/// Reads weights from a file or folder, whatever its format; what it holds decides, the name only where contents do not
/// tell.
/// </summary>
internal static class WeightsFile
{
    /// <summary>Reads every tensor. Nothing in the file is run.</summary>
    /// <param name="path">
    /// A <c>.pth</c>, <c>.pt</c>, <c>.safetensors</c>, <c>.onnx</c>, <c>.h5</c> file, or a folder with a TensorFlow.js
    /// bundle.
    /// </param>
    /// <returns>The tensors under the file's names.</returns>
    /// <exception cref="WeightsException">
    /// It is missing, damaged, unsafe or of no known format; one clear message.
    /// </exception>
    public static ImportedWeights Read(string path)
    {
        if (Directory.Exists(path) && File.Exists(Path.Combine(path, "model.min.js")))
        {
            return new ImportedWeights(TfjsBundle.Read(path), WeightsLayout.Keras, "TensorFlow.js", path, []);
        }

        var start = new byte[16];
        int read;
        using (FileStream stream = WeightsFault.Open(path))
        {
            read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }

        bool isTorch = start.AsSpan(0, read) is [(byte)'P', (byte)'K', ..] or [0x80, ..];
        bool isHdf5 = start.AsSpan(0, read) is [0x89, (byte)'H', (byte)'D', (byte)'F', ..];
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".safetensors" => ReadSafetensors(path),
            ".onnx" => OnnxFile.Read(WeightsFault.ReadAll(path), path),
            ".h5" or ".hdf5" => ReadHdf5(path),
            ".pth" or ".pt" => TorchFile.Read(path),
            _ when isHdf5 => ReadHdf5(path),
            _ when isTorch => TorchFile.Read(path),
            _ => throw WeightsFault.Unsupported(
                path,
                "neither its name nor its first bytes tell its format",
                "Known are .pth and .pt (PyTorch), .safetensors, .onnx, .h5 (Keras) and folders with a "
                    + "TensorFlow.js bundle."
            ),
        };
    }

    /// <summary>Refuses a path at which there is nothing, before work starts that will need it.</summary>
    /// <param name="path">Path of a file, or of a TensorFlow.js bundle's folder.</param>
    /// <exception cref="WeightsException">There is no such file or folder.</exception>
    public static void RequireThere(string path)
    {
        if (!Directory.Exists(path))
        {
            WeightsFault.Open(path).Dispose();
        }
    }

    private static ImportedWeights ReadHdf5(string path) =>
        KerasFile.Import(Hdf5File.Read(WeightsFault.ReadAll(path), path), path);

    private static ImportedWeights ReadSafetensors(string path)
    {
        var notes = new List<string>();
        IReadOnlyList<(string Name, TensorData Tensor)> items =
        [
            .. SafetensorsFile.Read(path).Tensors.Select(tensor => (tensor.Name, tensor)),
        ];
        return items.Count == 0
            ? throw WeightsFault.Unsupported(path, "it holds no tensors", "Give a file with weights.")
            : new ImportedWeights(
                new WeightSet(NamePrefix.Strip(items, notes).Select(item => item.Tensor.Named(item.Name))),
                WeightsLayout.Torch,
                "safetensors",
                path,
                notes
            );
    }
}
