using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>libtorch, or the layer below this assembly, refused a call.</summary>
public sealed class TorchException : ExternalException
{
    internal TorchException(string operation, string reason, int status)
        : base($"{operation}: {reason}")
    {
        Operator = operation;
        Reason = reason;
        Status = status;
    }

    /// <summary>The operator that failed, e.g. <c>aten::conv2d</c>, or the native function, e.g. <c>pt_backward</c>.</summary>
    public string Operator { get; }

    /// <summary>libtorch's explanation, without its source locations and backtrace.</summary>
    public string Reason { get; }

    /// <summary>The native status: 1 libtorch's refusal, 2 a null argument, 3 a released tensor, 4 a value out of range, 5 an unknown operator, 6 too many results, 7 no
    /// memory.</summary>
    public int Status { get; }
}
