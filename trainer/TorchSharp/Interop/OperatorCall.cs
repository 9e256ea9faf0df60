using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The one place where handles go into a native array, unseen by the marshaller: it holds a counted reference to each for the length of the call.</summary>
internal static unsafe class OperatorCall
{
    private const int MaxScratchOnStack = 128;

    /// <returns>How many entries of <paramref name="results"/> were written.</returns>
    internal static int Invoke(string name, ReadOnlySpan<Argument> arguments, NativeValue* results, int capacity)
    {
        int handle = OperatorTable.Find(name);
        NativeValue* values = stackalloc NativeValue[arguments.Length];
        int scratchLength = 0;
        foreach (ref readonly Argument argument in arguments)
        {
            scratchLength += argument.ScratchLength;
        }

        // Lists of a few sizes or strides fit on the stack; the parameter lists of an optimizer may not.
        ulong* onStack = stackalloc ulong[Math.Min(scratchLength, MaxScratchOnStack)];
        ulong* onHeap = scratchLength > MaxScratchOnStack ? (ulong*)NativeMemory.Alloc((nuint)scratchLength, sizeof(ulong)) : null;
        int held = 0;
        try
        {
            ulong* scratch = onHeap is null ? onStack : onHeap;
            for (int i = 0; i < arguments.Length; i++)
            {
                values[i] = Convert(in arguments[i], ref scratch, ref held);
            }

            int status = NativeOperators.pt_operator_call(handle, values, arguments.Length, results, capacity, out int count);
            if (status != Status.Ok)
            {
                Status.ThrowIfFailed(status, "aten::" + name);
            }

            return count;
        }
        finally
        {
            Release(arguments, held);
            NativeMemory.Free(onHeap);
        }
    }

    private static NativeValue Convert(in Argument argument, ref ulong* scratch, ref int held)
    {
        NativeValue value = new() { Tag = argument.Tag, Integer = argument.Bits };
        switch (argument.Reference)
        {
            case null:
                break;
            case torch.Tensor tensor:
                value.Tensor = Hold(tensor, ref held);
                break;
            case IReadOnlyList<torch.Tensor?> tensors:
                SetItems(ref value, ref scratch, tensors.Count, tensors.Count);
                for (int i = 0; i < tensors.Count; i++)
                {
                    ((ulong*)value.Items)[i] = tensors[i] is { } tensor ? Hold(tensor, ref held) : 0;
                }

                break;
            case long[] integers:
                SetItems(ref value, ref scratch, integers.Length, integers.Length);
                integers.CopyTo(new Span<long>(value.Items, integers.Length));
                break;
            case double[] numbers:
                SetItems(ref value, ref scratch, numbers.Length, numbers.Length);
                numbers.CopyTo(new Span<double>(value.Items, numbers.Length));
                break;
            case byte[] text:
                SetItems(ref value, ref scratch, text.Length, argument.ScratchLength);
                text.CopyTo(new Span<byte>(value.Items, text.Length));
                break;
        }

        return value;
    }

    private static void SetItems(ref NativeValue value, ref ulong* scratch, int length, int entries)
    {
        value.Length = length;
        value.Items = scratch;
        scratch += entries;
    }

    private static ulong Hold(torch.Tensor tensor, ref int held)
    {
        bool added = false;
        tensor.Handle.DangerousAddRef(ref added);
        held++;
        return tensor.Handle.Value;
    }

    /// <summary>Lets go of the first <paramref name="held"/> tensors, in the order in which they were taken.</summary>
    private static void Release(ReadOnlySpan<Argument> arguments, int held)
    {
        for (int i = 0; i < arguments.Length && held > 0; i++)
        {
            if (arguments[i].Reference is torch.Tensor single)
            {
                single.Handle.DangerousRelease();
                held--;
            }
            else if (arguments[i].Reference is IReadOnlyList<torch.Tensor?> tensors)
            {
                for (int j = 0; j < tensors.Count && held > 0; j++)
                {
                    if (tensors[j] is { } tensor)
                    {
                        tensor.Handle.DangerousRelease();
                        held--;
                    }
                }
            }
        }
    }
}
