using System.Globalization;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Tests.Weights.Topology;
using Pipeline.Networks.Weights.Hdf5;
using Pipeline.Networks.Weights.Matching;
using Pipeline.Networks.Weights.Onnx;
using Pipeline.Networks.Weights.Tfjs;
using Pipeline.Networks.Weights.Torch;

namespace Pipeline.Networks.Tests.Weights;

/// <summary>
/// Mutates good files and reads them: each must be read or refused with a <see cref="WeightsException"/>, and allocate
/// at most a fixed amount and a multiple of the file's size.
/// </summary>
internal static class ImporterFuzz
{
    /// <summary>
    /// Readers and the buffers of unpacking; what an unlucky header may cost whatever the file's size.
    /// </summary>
    private const long FixedBytes = 1 << 20;

    private const long BytesPerByte = 100;
    private const char FileSeparator = '\x1C';

    internal static readonly Dictionary<string, (string[] Files, Action<byte[], string> Read)> Importers = new(
        StringComparer.Ordinal
    )
    {
        ["torch-zip"] = (["zip.pth", "wrapped.pth"], (bytes, path) => TorchFile.ReadZip(new MemoryStream(bytes), path)),
        ["pickle"] = ([], (bytes, path) => StateDict.FromPickle(new PickleReader(bytes, path).Read(), path)),
        ["torch-legacy"] = (["legacy.pth", "wrapped-legacy.pth"], (bytes, path) => TorchFile.ReadLegacy(bytes, path)),
        ["hdf5"] = (["plain.h5", "packed.h5", "latest.h5", "keras2.h5"], (bytes, path) => Hdf5File.Read(bytes, path)),
        ["onnx"] = (["initializers.onnx"], (bytes, path) => OnnxFile.Read(bytes, path)),
        ["onnx-graph"] = (
            [],
            (bytes, path) => WeightsMatch.Match(TinyResidual.Network(), OnnxFile.Read(bytes, path), HeadUse.Replace)
        ),
        ["tfjs"] = ([], ReadTfjs),
        ["safetensors"] = ([], (bytes, path) => SafetensorsFile.Parse(bytes, path)),
    };

    /// <summary>Runs mutations; the seed of a failing one is in the message.</summary>
    /// <returns>How many were read and how many refused, and the largest allocation.</returns>
    internal static (int Read, int Refused, long MostAllocated) Run(string importer, int mutations, int seed)
    {
        (string[] files, Action<byte[], string> read) = Importers[importer];
        byte[][] originals =
            files.Length > 0
                ? [.. files.Select(WeightsData.Bytes)]
                :
                [
                    importer switch
                    {
                        "pickle" => Pickle(),
                        "tfjs" => Tfjs(),
                        "onnx-graph" => TinyResidual.Model().WithClassifier(3).ToByteArray(),
                        _ => Safetensors(),
                    },
                ];
        (int good, int refused, long most) = (0, 0, 0);
        for (int index = 0; index < mutations; index++)
        {
            byte[] bytes = Mutate(originals, new Random(seed + index));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(bytes, "fuzzed");
                good++;
            }
            catch (WeightsException)
            {
                refused++;
            }
            catch (Exception error)
            {
                throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"{importer}, seed {seed + index}: {error}"),
                    error
                );
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            most = Math.Max(most, allocated);
            Assert.True(
                allocated <= FixedBytes + (BytesPerByte * bytes.Length),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{importer}, seed {seed + index}: {allocated} bytes allocated for a file of {bytes.Length}"
                )
            );
        }

        return (good, refused, most);
    }

    /// <summary>
    /// One to eight changes: flipped bits, extreme numbers, pieces cut out, doubled or taken from elsewhere, a shorter
    /// file.
    /// </summary>
    private static byte[] Mutate(byte[][] originals, Random random)
    {
        var bytes = new List<byte>(originals[random.Next(originals.Length)]);
        for (int change = random.Next(1, 9); change > 0 && bytes.Count > 0; change--)
        {
            int place = random.Next(bytes.Count);
            int length = Math.Min(1 + random.Next(16), bytes.Count - place);
            switch (random.Next(7))
            {
                case 0:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[place] = random.Next(2) == 0 ? (byte)0xFF : (byte)0x7F;
                    break;
                case 3:
                    for (int index = 0; index < Math.Min(8, bytes.Count - place); index++)
                    {
                        bytes[place + index] = (byte)(random.Next(2) == 0 ? 0xFF : 0);
                    }

                    break;
                case 4:
                    bytes.RemoveRange(place, length);
                    break;
                case 5:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(place, length));
                    break;
                default:
                    if (random.Next(8) == 0)
                    {
                        bytes.RemoveRange(place, bytes.Count - place);
                    }

                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>The description inside a zip file, whose check sum hides it from other mutations.</summary>
    private static byte[] Pickle()
    {
        using ZipArchive archive = ZipFile.OpenRead(WeightsData.Path("wrapped.pth"));
        using Stream entry = archive.Entries.Single(entry => entry.Name == "data.pkl").Open();
        using var copy = new MemoryStream();
        entry.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>A bundle with two shards as one piece, so that a mutation may hit any of its files.</summary>
    private static byte[] Tfjs()
    {
        const string Model =
            "!function(e){t.exports={modelTopology:{a:[.5,-0,!0,null]},weightsManifest:[{paths:[\"s1\",\"s2\"],"
            + "weights:[{name:\"a/kernel\",shape:[3,3,8,64],dtype:\"float32\","
            + "quantization:{min:-.873,scale:1963169733975448e-20,dtype:\"uint8\"}},"
            + "{name:\"a/bias\",shape:[1792],dtype:\"float32\","
            + "quantization:{min:-0,scale:.001,dtype:\"uint8\"}}]}]}}()";
        byte[] values = [.. Enumerable.Range(0, 3200).Select(index => (byte)(index * 37))];
        string shard = Convert.ToBase64String(values);
        return Encoding.UTF8.GetBytes($"{Model}{FileSeparator}x=\"{shard}\"{FileSeparator}y=\"{shard}\"");
    }

    private static void ReadTfjs(byte[] bytes, string path)
    {
        string[] files = Encoding.UTF8.GetString(bytes).Split(FileSeparator);
        TfjsBundle.Parse(
            files[0],
            $"{path}/model.min.js",
            shard =>
                shard.EndsWith("s1.min.js", StringComparison.Ordinal)
                    ? files.ElementAtOrDefault(1) ?? string.Empty
                    : files.ElementAtOrDefault(2) ?? string.Empty
        );
    }

    private static byte[] Safetensors()
    {
        using var stream = new MemoryStream();
        var tensors = new WeightSet([
            TensorData.FromFloat32("conv.weight", [4, 3], new float[12]),
            TensorData.FromInt64("count", [2], [1, 2]),
            TensorData.FromFloat32("scalar", [], [1f]),
        ]);
        new SafetensorsFile(
            tensors,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" }
        ).Write(stream);
        return stream.ToArray();
    }
}
