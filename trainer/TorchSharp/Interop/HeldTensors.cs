namespace TorchSharp.Interop;

/// <summary>Bare handles of several tensors, with a counted reference to each until disposal. Used where a native function takes an array of tensors.</summary>
internal readonly ref struct HeldTensors
{
    private readonly TensorHandle[] _handles;

    internal HeldTensors(IList<torch.Tensor>? tensors)
    {
        int count = tensors?.Count ?? 0;
        _handles = new TensorHandle[count];
        Values = new ulong[count];
        int held = 0;
        try
        {
            for (; held < count; held++)
            {
                bool added = false;
                TensorHandle handle = tensors![held].Handle;
                handle.DangerousAddRef(ref added);
                _handles[held] = handle;
                Values[held] = handle.Value;
            }
        }
        finally
        {
            if (held < count)
            {
                Release(held);
            }
        }
    }

    internal ulong[] Values { get; }

    public void Dispose() => Release(_handles.Length);

    private void Release(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _handles[i].DangerousRelease();
        }
    }
}
