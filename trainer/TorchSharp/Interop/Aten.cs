namespace TorchSharp.Interop;

/// <summary>Calls any operator of libtorch by name. Missing trailing arguments take the operator's defaults.</summary>
internal static unsafe class Aten
{
    /// <summary>Runs an operator with one tensor as its result.</summary>
    /// <returns>Owned by the caller.</returns>
    /// <exception cref="TorchException">libtorch refused the call.</exception>
    /// <exception cref="ObjectDisposedException">A tensor among the arguments was disposed.</exception>
    internal static torch.Tensor Call(string name, params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result;
        OperatorCall.Invoke(name, arguments, &result, 1);
        return Wrap(result, name);
    }

    /// <summary>Runs an operator with two tensors as its results.</summary>
    internal static (torch.Tensor First, torch.Tensor Second) CallPair(string name, params ReadOnlySpan<Argument> arguments)
    {
        NativeValue* results = stackalloc NativeValue[2];
        OperatorCall.Invoke(name, arguments, results, 2);
        return (Wrap(results[0], name), Wrap(results[1], name));
    }

    /// <summary>Runs an operator with a list of at most <paramref name="capacity"/> tensors as its result.</summary>
    internal static torch.Tensor[] CallMany(string name, int capacity, params ReadOnlySpan<Argument> arguments)
    {
        NativeValue[] results = new NativeValue[capacity];
        int count;
        fixed (NativeValue* first = results)
        {
            count = OperatorCall.Invoke(name, arguments, first, capacity);
        }

        var tensors = new torch.Tensor[count];
        for (int i = 0; i < count; i++)
        {
            tensors[i] = Wrap(results[i], name);
        }

        return tensors;
    }

    /// <summary>Runs an operator for its effect on its arguments and drops the result.</summary>
    internal static void Run(string name, params ReadOnlySpan<Argument> arguments) => OperatorCall.Invoke(name, arguments, null, 0);

    /// <summary>Runs an operator that answers with a truth value.</summary>
    internal static bool Ask(string name, params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result;
        OperatorCall.Invoke(name, arguments, &result, 1);
        return result.Integer != 0;
    }

    private static torch.Tensor Wrap(in NativeValue value, string name)
    {
        if (value.Tag != ValueTag.Tensor || value.Tensor == 0)
        {
            throw new TorchException("aten::" + name, "the operator gave no tensor where one was expected", Status.TorchError);
        }

        return new torch.Tensor(new TensorHandle(value.Tensor));
    }
}
