using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The numbers 0, 1, … below <paramref name="stop"/>; <c>int64</c> for an integer.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0L, stop, 1L, dtype ?? SequenceType(stop), device, requires_grad);

    /// <summary>The numbers from <paramref name="start"/> to below <paramref name="stop"/>; <c>int64</c> for integers.</summary>
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1L, dtype ?? SequenceType(start, stop), device, requires_grad);

    /// <summary>The numbers from <paramref name="start"/> towards but without <paramref name="stop"/>, <paramref name="step"/> apart; <c>int64</c> for integers.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Tensor made = Aten.Call("arange.start_step", start, stop, step, dtype ?? SequenceType(start, stop, step), Argument.None, device);
        return requires_grad ? made.requires_grad_() : made;
    }

    /// <summary><paramref name="steps"/> numbers from <paramref name="start"/> to <paramref name="end"/>, both included, at equal distances.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Tensor made = Aten.Call("linspace", start, end, steps, dtype, Argument.None, device);
        return requires_grad ? made.requires_grad_() : made;
    }

    /// <summary>1 on the diagonal, 0 elsewhere; square when <paramref name="columns"/> is -1.</summary>
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Tensor made = Aten.Call("eye.m", rows, columns < 0 ? rows : columns, dtype, Argument.None, device);
        return requires_grad ? made.requires_grad_() : made;
    }

    /// <summary>Random integers in [0, high), <c>int64</c> unless given.</summary>
    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        randint(0, high, size, dtype, device, requires_grad);

    /// <summary>Random integers in [low, high), <c>int64</c> unless given.</summary>
    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Tensor made = Aten.Call("randint.low", low, high, size, dtype ?? ScalarType.Int64, Argument.None, device);
        return requires_grad ? made.requires_grad_() : made;
    }

    /// <summary>The numbers below <paramref name="n"/> in random order, <c>int64</c> unless given.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Tensor made = Aten.Call("randperm", n, dtype ?? ScalarType.Int64, Argument.None, device);
        return requires_grad ? made.requires_grad_() : made;
    }

    private static ScalarType SequenceType(params ReadOnlySpan<Scalar> ends)
    {
        foreach (Scalar end in ends)
        {
            if (is_floating_point(end.Type))
            {
                return ScalarType.Float32;
            }
        }

        return ScalarType.Int64;
    }
}
