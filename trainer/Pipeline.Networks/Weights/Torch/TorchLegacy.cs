using System.Buffers.Binary;
using System.Numerics;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Torch;

/// <summary>
/// PyTorch's format before 1.6: five pickles (magic number, version, byte order, the object, the storages' keys) and
/// then each storage, its count in 8 bytes before its elements.
/// </summary>
/// <remarks>Source: <c>_legacy_save</c> in <c>torch/serialization.py</c> of PyTorch 1.13.</remarks>
internal sealed class TorchLegacy
{
    private const long Version = 1001;
    private static readonly BigInteger Magic = BigInteger.Parse(
        "119547037146038801333356",
        System.Globalization.CultureInfo.InvariantCulture
    );
    private readonly string path;
    private readonly Dictionary<string, (int Start, int Length)> starts = new(StringComparer.Ordinal);
    private readonly ReadOnlyMemory<byte> bytes;

    /// <summary>Reads the pickles.</summary>
    /// <exception cref="WeightsException">
    /// The file is none of PyTorch's, damaged, or holds more than tensors.
    /// </exception>
    internal TorchLegacy(ReadOnlyMemory<byte> bytes, string path)
    {
        this.path = path;
        this.bytes = bytes;
        var reader = new PickleReader(bytes, path);
        if (bytes.Length == 0 || bytes.Span[0] != 0x80 || reader.Read() is not BigInteger magic || magic != Magic)
        {
            throw WeightsFault.Unsupported(
                path,
                "it is neither a zip archive nor does it begin with PyTorch's magic number",
                "Give a file that torch.save wrote."
            );
        }

        if (reader.Read() is not Version)
        {
            throw WeightsFault.Unsupported(
                path,
                $"its format is not version {Version}",
                "Save it again with a PyTorch of 1.0 or later."
            );
        }

        if (reader.Read() is PickleDictionary system && system.Find("little_endian") is false)
        {
            throw WeightsFault.Unsupported(
                path,
                "its numbers are in big-endian byte order",
                "Save it again on a little-endian machine."
            );
        }

        Root = reader.Read();
        Storages = reader.Read() is PickleList keys
            ? [.. keys.Items.OfType<string>()]
            : throw WeightsFault.Damaged(path, "the list of its storages is missing");
        End = reader.Position;
    }

    /// <summary>The object that was saved.</summary>
    internal object? Root { get; }

    private string[] Storages { get; }

    private int End { get; }

    /// <summary>Finds where each storage is; their element types are known from the tensors only.</summary>
    internal void Locate(IReadOnlyDictionary<string, TorchStorage> known)
    {
        int position = End;
        foreach (string key in Storages)
        {
            if (!known.TryGetValue(key, out TorchStorage? storage))
            {
                throw WeightsFault.Damaged(
                    path,
                    $"its storage '{key}' belongs to no tensor, so the next one cannot be found"
                );
            }

            long count =
                bytes.Length - position >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[position..]) : -1;
            Int128 length = (Int128)storage.ElementCount * storage.ElementType.Size();
            if (count != storage.ElementCount || length > bytes.Length - position - 8)
            {
                throw WeightsFault.Damaged(
                    path,
                    $"storage '{key}' holds {count} elements, expected {storage.ElementCount}, "
                        + $"and {Math.Max(0, bytes.Length - position - 8)} bytes are left"
                );
            }

            starts[key] = (position + 8, (int)length);
            position += 8 + (int)length;
        }
    }

    /// <summary>The bytes of a storage.</summary>
    internal ReadOnlyMemory<byte> Storage(TorchStorage storage) =>
        starts.TryGetValue(storage.Key, out (int Start, int Length) place)
            ? bytes.Slice(place.Start, place.Length)
            : throw WeightsFault.Damaged(path, $"its storage '{storage.Key}' is missing");
}
