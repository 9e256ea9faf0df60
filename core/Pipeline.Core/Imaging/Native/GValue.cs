using System.Runtime.InteropServices;

namespace Pipeline.Core.Imaging.Native;

/// <summary>
/// GObject's <c>GValue</c>: a type and 16 bytes of payload. Zeroed before <c>g_value_init</c>, given back by
/// <c>g_value_unset</c>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    /// <summary>Fundamental types are numbers shifted by 2, fixed by GObject's ABI (gtype.h).</summary>
    internal const nuint BooleanType = 5 << 2;

    /// <inheritdoc cref="BooleanType"/>
    internal const nuint IntType = 6 << 2;

    /// <inheritdoc cref="BooleanType"/>
    internal const nuint DoubleType = 15 << 2;

    /// <inheritdoc cref="BooleanType"/>
    internal const nuint StringType = 16 << 2;

    internal nuint Type;
    internal ulong Data0;
    internal ulong Data1;
}
