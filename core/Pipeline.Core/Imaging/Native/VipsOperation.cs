namespace Pipeline.Core.Imaging.Native;

/// <summary>
/// One call of a libvips operation through its properties: name it, set its inputs, run it. The variadic C functions
/// (<c>vips_resize(in, &amp;out, …, NULL)</c>) are avoided, because P/Invoke has no variadic calls. Owned by the
/// caller; it holds references on its inputs until disposed.
/// </summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private readonly GObjectHandle handle;
    private readonly string name;

    /// <summary>Names the operation.</summary>
    /// <param name="name">Nickname, such as <c>jpegload_buffer</c>.</param>
    /// <exception cref="VipsException">This libvips has no such operation.</exception>
    internal VipsOperation(string name)
    {
        this.name = name;
        handle = Vips.NewOperation(name);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            throw new VipsException(name);
        }
    }

    /// <summary>Sets a number or an enum value.</summary>
    /// <param name="property">Property name.</param>
    /// <param name="number">Value; GObject converts it to the property's enum.</param>
    /// <returns>This call, for chaining.</returns>
    internal VipsOperation Set(string property, int number)
    {
        GValue value = default;
        Vips.InitValue(&value, GValue.IntType);
        Vips.SetInt(&value, number);
        return SetAndUnset(property, &value);
    }

    /// <inheritdoc cref="Set(string, int)"/>
    internal VipsOperation Set(string property, bool state)
    {
        GValue value = default;
        Vips.InitValue(&value, GValue.BooleanType);
        Vips.SetBoolean(&value, state ? 1 : 0);
        return SetAndUnset(property, &value);
    }

    /// <inheritdoc cref="Set(string, int)"/>
    internal VipsOperation Set(string property, string text)
    {
        GValue value = default;
        Vips.InitValue(&value, GValue.StringType);
        Vips.SetString(&value, text);
        return SetAndUnset(property, &value);
    }

    /// <inheritdoc cref="Set(string, int)"/>
    internal VipsOperation Set(string property, double number)
    {
        GValue value = default;
        Vips.InitValue(&value, GValue.DoubleType);
        Vips.SetDouble(&value, number);
        return SetAndUnset(property, &value);
    }

    /// <summary>Sets an input image; the operation takes a reference of its own.</summary>
    /// <param name="property">Property name.</param>
    /// <param name="image">Image. Borrowed.</param>
    /// <returns>This call, for chaining.</returns>
    internal VipsOperation Set(string property, GObjectHandle image)
    {
        GValue value = default;
        Vips.InitValue(&value, Vips.ImageType());
        Vips.SetObject(&value, image);
        return SetAndUnset(property, &value);
    }

    /// <summary>Sets an array of numbers; they are copied.</summary>
    /// <param name="property">Property name.</param>
    /// <param name="numbers">Values.</param>
    /// <returns>This call, for chaining.</returns>
    internal VipsOperation Set(string property, ReadOnlySpan<double> numbers)
    {
        GValue value = default;
        Vips.InitValue(&value, Vips.ArrayDoubleType());
        fixed (double* first = numbers)
        {
            Vips.SetArrayDouble(&value, first, numbers.Length);
        }

        return SetAndUnset(property, &value);
    }

    /// <summary>
    /// Sets the bytes to read. They are not copied: the caller keeps them pinned until every image that came out of the
    /// operation is disposed.
    /// </summary>
    /// <param name="property">Property name.</param>
    /// <param name="data">First byte.</param>
    /// <param name="length">Number of bytes.</param>
    /// <returns>This call, for chaining.</returns>
    internal VipsOperation SetBytes(string property, byte* data, int length)
    {
        GValue value = default;
        Vips.InitValue(&value, Vips.BlobType());
        Vips.SetBlob(&value, 0, data, (nuint)length);
        return SetAndUnset(property, &value);
    }

    /// <summary>
    /// Runs the operation and takes its image. Most operations only describe the work here; pixels are made when they
    /// are asked for.
    /// </summary>
    /// <returns>The image. Owned by the caller.</returns>
    /// <exception cref="VipsException">libvips refused.</exception>
    internal GObjectHandle RunToImage()
    {
        Build();
        GValue value = default;
        Vips.InitValue(&value, Vips.ImageType());
        Vips.GetProperty(handle, "out", &value);
        GObjectHandle image = Vips.DupObject(&value);
        Vips.UnsetValue(&value);
        Vips.UnrefOutputs(handle);
        return image;
    }

    /// <summary>Runs an encoder and copies the bytes it made.</summary>
    /// <returns>The encoded file.</returns>
    /// <exception cref="VipsException">libvips refused.</exception>
    internal byte[] RunToBytes()
    {
        Build();
        GValue value = default;
        Vips.InitValue(&value, Vips.BlobType());
        Vips.GetProperty(handle, "buffer", &value);
        byte* data = Vips.GetBlob(&value, out nuint length);
        byte[] bytes = new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        Vips.UnsetValue(&value);
        Vips.UnrefOutputs(handle);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private void Build()
    {
        if (Vips.Build(handle) != 0)
        {
            // A half-built operation may hold outputs already.
            Vips.UnrefOutputs(handle);
            throw new VipsException(name);
        }
    }

    private VipsOperation SetAndUnset(string property, GValue* value)
    {
        Vips.SetProperty(handle, property, value);
        Vips.UnsetValue(value);
        return this;
    }
}
