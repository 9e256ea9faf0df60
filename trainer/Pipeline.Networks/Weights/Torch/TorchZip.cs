using System.IO.Compression;
using System.IO.Hashing;
using Pipeline.Core.Errors;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Torch;

/// <summary>
/// PyTorch's zip format (since 1.6): <c>data.pkl</c> describes the tensors, <c>data/&lt;key&gt;</c> hold their
/// storages, all stored without compression.
/// </summary>
internal sealed class TorchZip : IDisposable
{
    private const string Description = "data.pkl";
    private readonly ZipArchive archive;
    private readonly string path;
    private readonly string prefix;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> storages = new(StringComparer.Ordinal);

    private TorchZip(ZipArchive archive, string path, string prefix) =>
        (this.archive, this.path, this.prefix) = (archive, path, prefix);

    /// <summary>Opens an archive and checks what it claims against the file before anything is read.</summary>
    /// <param name="stream">The file; borrowed until disposal.</param>
    /// <param name="path">Name for messages.</param>
    /// <exception cref="WeightsException">It is damaged, a zip bomb, or not of PyTorch.</exception>
    internal static TorchZip Open(Stream stream, string path)
    {
        ZipArchive archive = Guard(path, () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
        try
        {
            return new TorchZip(archive, path, Guard(path, () => Check(archive, stream.Length, path)));
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    public void Dispose() => archive.Dispose();

    /// <summary>The object that was saved.</summary>
    internal object? ReadRoot() => new PickleReader(Read(prefix + Description), path).Read();

    /// <summary>The bytes of a storage; read once, however many tensors view it.</summary>
    internal ReadOnlyMemory<byte> Storage(TorchStorage storage)
    {
        if (!storages.TryGetValue(storage.Key, out ReadOnlyMemory<byte> bytes))
        {
            bytes = storages[storage.Key] = Read($"{prefix}data/{storage.Key}");
        }

        return bytes;
    }

    private static string Check(ZipArchive archive, long fileBytes, string path)
    {
        ZipArchiveEntry[] descriptions =
        [
            .. archive.Entries.Where(entry =>
                entry.Name == Description && entry.FullName.Count(letter => letter == '/') <= 1
            ),
        ];
        if (descriptions.Length != 1)
        {
            throw WeightsFault.Unsupported(
                path,
                $"it is a zip archive with {descriptions.Length} entries '{Description}', expected 1",
                "Give a file that torch.save wrote."
            );
        }

        string prefix = descriptions[0].FullName[..^Description.Length];
        if (archive.GetEntry(prefix + "constants.pkl") is not null)
        {
            throw WeightsFault.Unsupported(
                path,
                "it is a TorchScript program",
                "Save its state dict: torch.save(torch.jit.load(path).state_dict(), other)."
            );
        }

        RequirePlainSizes(archive, fileBytes, path);
        return prefix;
    }

    private static void RequirePlainSizes(ZipArchive archive, long fileBytes, string path)
    {
        long claimed = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            if (entry.CompressedLength != entry.Length || entry.Length < 0)
            {
                throw WeightsFault.Unsupported(
                    path,
                    $"entry '{entry.FullName}' unpacks {entry.CompressedLength} bytes to {entry.Length}, "
                        + "and PyTorch stores without compression",
                    "Save it again with torch.save; compressed archives are refused, since they may be zip bombs."
                );
            }

            claimed = checked(claimed + entry.Length);
        }

        if (claimed > fileBytes)
        {
            throw WeightsFault.Unsupported(
                path,
                $"its entries claim {claimed} bytes together and the file has {fileBytes}",
                "It is a zip bomb or damaged; fetch it again from where it was published."
            );
        }
    }

    private byte[] Read(string name)
    {
        ZipArchiveEntry entry =
            archive.GetEntry(name) ?? throw WeightsFault.Damaged(path, $"its entry '{name}' is missing");
        byte[] bytes = Guard(
            path,
            () =>
            {
                var buffer = new byte[entry.Length]; // not above the file's size, see Check
                using Stream stream = entry.Open();
                stream.ReadExactly(buffer);
                return buffer;
            }
        );
        return Crc32.HashToUInt32(bytes) == entry.Crc32
            ? bytes
            : throw WeightsFault.Damaged(path, $"the check sum of its entry '{name}' is wrong");
    }

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error)
            when (error
                    is InvalidDataException
                        or IOException
                        or NotSupportedException
                        or OverflowException
                        or ArgumentException
            )
        {
            throw WeightsFault.Damaged(path, $"its zip structure cannot be read ({error.Message.TrimEnd('.')})", error);
        }
    }

    /// <summary>Refuses storages that a machine of the other byte order wrote.</summary>
    internal void RequireLittleEndian()
    {
        if (
            archive.GetEntry(prefix + "byteorder") is ZipArchiveEntry { Length: < 64 }
            && !Read(prefix + "byteorder").AsSpan().SequenceEqual("little"u8)
        )
        {
            throw WeightsFault.Unsupported(
                path,
                "its numbers are in big-endian byte order",
                "Save it again on a little-endian machine."
            );
        }
    }
}
