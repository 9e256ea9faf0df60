using System.Globalization;
using System.Runtime.InteropServices;

namespace Pipeline.CommandLine;

/// <summary>
/// Bounds the memory of this process, where the system can: what asks for more gets an error, and the machine is left
/// alone.
/// </summary>
public static partial class MemoryLimit
{
    private const int Data = 2; // RLIMIT_DATA (sys/resource.h): private memory that can be written to

    /// <summary>Sets the limit, above what is taken already. Does nothing but under Linux.</summary>
    /// <param name="bytes">What may be taken more.</param>
    public static void Set(long bytes)
    {
        if (!OperatingSystem.IsLinux() || TakenBytes() is not { } taken)
        {
            return;
        }

        var limit = new Limit { Current = (ulong)(taken + bytes), Most = (ulong)(taken + bytes) };
        _ = SetLimit(Data, limit); // a lower one of the caller's stays
    }

    private static long? TakenBytes()
    {
        const string Key = "VmData:";
        string? line = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal))
            : null;
        string? number = line?[Key.Length..].Trim().Split(' ')[0];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes * 1024
            : null;
    }

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        internal ulong Current;
        internal ulong Most;
    }
}
