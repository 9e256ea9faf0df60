using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Turns the status of a native call into an exception.</summary>
internal static unsafe class Status
{
    internal const int Ok = 0;
    internal const int TorchError = 1;
    internal const int NullArgument = 2;
    internal const int InvalidHandle = 3;
    internal const int OutOfRange = 4;
    internal const int UnknownOperator = 5;
    internal const int Capacity = 6;
    internal const int OutOfMemory = 7;

    /// <summary>Reads the thread's error text at once, before another native call can replace it.</summary>
    internal static void ThrowIfFailed(int status, string operation)
    {
        if (status != Ok)
        {
            Throw(status, operation);
        }
    }

    /// <summary>libtorch appends source locations and backtraces; a reader needs the lines before them.</summary>
    internal static string FirstMeaningfulLines(string text)
    {
        IEnumerable<string> lines = text
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(line => !line.StartsWith("Exception raised from", StringComparison.Ordinal) && !line.StartsWith("frame #", StringComparison.Ordinal));
        string joined = string.Join(' ', lines.Take(3));
        return joined.Length == 0 ? "no reason was given" : joined;
    }

    private static void Throw(int status, string operation)
    {
        string text = "no reason was given";
        if (NativeErrors.pt_last_error(out byte* utf8) == Ok)
        {
            text = FirstMeaningfulLines(Marshal.PtrToStringUTF8((nint)utf8) ?? string.Empty);
        }

        throw new TorchException(operation, text, status);
    }
}
