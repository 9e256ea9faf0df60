using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Torch.Loading;

/// <summary>
/// Finds a symbol version that an ELF library demands of another one, so that the demand can be made weak: the dynamic
/// loader then goes on where the version is missing.
/// </summary>
/// <remarks>
/// Source: System V ABI, Linux Standard Base Core 5.0, section 10.7 (symbol versioning): <c>SHT_GNU_verneed</c> holds
/// <c>Elf64_Verneed</c> entries, each with a chain of <c>Elf64_Vernaux</c>, whose flags may hold <c>VER_FLG_WEAK</c>.
/// </remarks>
internal static class VersionNeed
{
    /// <summary><c>VER_FLG_WEAK</c>.</summary>
    internal const byte Weak = 0x2;

    private const uint VersionNeedSection = 0x6ffffffe;

    /// <summary>Makes one demand weak.</summary>
    /// <param name="library">A 64-bit little-endian ELF library, changed in place. Borrowed.</param>
    /// <param name="version">Name of the version, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>How many demands were changed: 0 where the library has none for the version.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bytes are no such library.</exception>
    internal static int Weaken(byte[] library, string version)
    {
        int changed = 0;
        long sections = Long(library, 0x28);
        int size = Short(library, 0x3a),
            count = Short(library, 0x3c);
        for (int i = 0; i < count; i++)
        {
            long section = sections + (i * size);
            if (Int(library, section + 4) != VersionNeedSection)
            {
                continue;
            }

            long names = Long(library, sections + (Int(library, section + 40) * size) + 24);
            long need = Long(library, section + 24);
            for (uint left = Int(library, section + 44); left > 0; left--, need += Int(library, need + 12))
            {
                long entry = need + Int(library, need + 8);
                for (int k = Short(library, need + 2); k > 0; k--, entry += Int(library, entry + 12))
                {
                    if (Text(library, names + Int(library, entry + 8)) == version)
                    {
                        library[entry + 4] |= Weak;
                        changed++;
                    }
                }
            }
        }

        return changed;
    }

    private static long Long(byte[] file, long at) => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan((int)at));

    private static uint Int(byte[] file, long at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)at));

    private static ushort Short(byte[] file, long at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan((int)at));

    private static string Text(byte[] file, long at)
    {
        ReadOnlySpan<byte> rest = file.AsSpan((int)at);
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }
}
