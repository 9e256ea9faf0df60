using System.Runtime.InteropServices;

namespace Pipeline.Core.Imaging.Native;

/// <summary>
/// The functions of libvips, GObject and GLib that are called, none of them variadic. Start-up order is
/// <see cref="VipsLibrary"/>'s.
/// </summary>
internal static unsafe partial class Vips
{
    internal const string Library = "libvips";
    internal const string GObjectLibrary = "libgobject-2.0";
    internal const string GLibLibrary = "libglib-2.0";

    /// <summary>VipsBandFormat (vips/image.h): samples are bytes.</summary>
    internal const int UChar = 0;

    [LibraryImport(Library, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Init(string programName);

    [LibraryImport(Library, EntryPoint = "vips_version")]
    internal static partial int Version(int part);

    [LibraryImport(Library, EntryPoint = "vips_block_untrusted_set")]
    internal static partial void BlockUntrusted(int state);

    [LibraryImport(Library, EntryPoint = "vips_cache_set_max")]
    internal static partial void SetCacheSize(int count);

    [LibraryImport(Library, EntryPoint = "vips_concurrency_set")]
    internal static partial void SetConcurrency(int threads);

    [LibraryImport(Library, EntryPoint = "vips_error_clear")]
    internal static partial void ClearError();

    [LibraryImport(Library, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial GObjectHandle NewOperation(string name);

    [LibraryImport(Library, EntryPoint = "vips_object_build")]
    internal static partial int Build(GObjectHandle operation);

    [LibraryImport(Library, EntryPoint = "vips_object_unref_outputs")]
    internal static partial void UnrefOutputs(GObjectHandle operation);

    [LibraryImport(Library, EntryPoint = "vips_image_new_from_memory")]
    internal static partial GObjectHandle NewFromMemory(
        byte* data,
        nuint length,
        int width,
        int height,
        int bands,
        int format
    );

    [LibraryImport(Library, EntryPoint = "vips_region_new")]
    internal static partial GObjectHandle NewRegion(GObjectHandle image);

    [LibraryImport(Library, EntryPoint = "vips_region_image")]
    internal static partial int AttachRegion(GObjectHandle region, in VipsRectangle area);

    [LibraryImport(Library, EntryPoint = "vips_region_prepare_to")]
    internal static partial int PrepareRegion(
        GObjectHandle region,
        GObjectHandle target,
        in VipsRectangle area,
        int left,
        int top
    );

    [LibraryImport(Library, EntryPoint = "vips_image_get_width")]
    internal static partial int Width(GObjectHandle image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_height")]
    internal static partial int Height(GObjectHandle image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_bands")]
    internal static partial int Bands(GObjectHandle image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_format")]
    internal static partial int Format(GObjectHandle image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_interpretation")]
    internal static partial int Interpretation(GObjectHandle image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_orientation")]
    internal static partial int Orientation(GObjectHandle image);

    [LibraryImport(Library, EntryPoint = "vips_image_hasalpha")]
    internal static partial int HasAlpha(GObjectHandle image);

    [LibraryImport(Library, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint TypeOf(GObjectHandle image, string field);

    [LibraryImport(Library, EntryPoint = "vips_image_get_blob", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetBlob(GObjectHandle image, string field, out byte* data, out nuint length);

    [LibraryImport(Library, EntryPoint = "vips_image_get_type")]
    internal static partial nuint ImageType();

    [LibraryImport(Library, EntryPoint = "vips_blob_get_type")]
    internal static partial nuint BlobType();

    [LibraryImport(Library, EntryPoint = "vips_array_double_get_type")]
    internal static partial nuint ArrayDoubleType();

    [LibraryImport(Library, EntryPoint = "vips_value_set_array_double")]
    internal static partial void SetArrayDouble(GValue* value, double* numbers, int count);

    [LibraryImport(Library, EntryPoint = "vips_value_set_blob")]
    internal static partial void SetBlob(GValue* value, nint freeFunction, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "vips_value_get_blob")]
    internal static partial byte* GetBlob(GValue* value, out nuint length);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_value_init")]
    internal static partial GValue* InitValue(GValue* value, nuint type);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_value_unset")]
    internal static partial void UnsetValue(GValue* value);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_value_set_boolean")]
    internal static partial void SetBoolean(GValue* value, int state);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_value_set_int")]
    internal static partial void SetInt(GValue* value, int number);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_value_set_double")]
    internal static partial void SetDouble(GValue* value, double number);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_value_set_string", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void SetString(GValue* value, string text);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_value_set_object")]
    internal static partial void SetObject(GValue* value, GObjectHandle handle);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_value_dup_object")]
    internal static partial GObjectHandle DupObject(GValue* value);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void SetProperty(GObjectHandle handle, string name, GValue* value);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void GetProperty(GObjectHandle handle, string name, GValue* value);

    [LibraryImport(GObjectLibrary, EntryPoint = "g_object_unref")]
    internal static partial void Unref(nint handle);

    [LibraryImport(GLibLibrary, EntryPoint = "g_free")]
    internal static partial void Free(nint memory);

    [LibraryImport(GLibLibrary, EntryPoint = "g_log_set_default_handler")]
    internal static partial nint SetLogHandler(
        delegate* unmanaged[Cdecl]<byte*, int, byte*, nint, void> handler,
        nint data
    );

    /// <summary>
    /// Reads and clears the error text, which is one per process: only meaningful while no other thread is inside
    /// libvips.
    /// </summary>
    /// <returns>The text on one line; empty when there is none.</returns>
    internal static string TakeErrorText()
    {
        nint copy = CopyErrorBuffer();
        try
        {
            string text = Marshal.PtrToStringUTF8(copy) ?? string.Empty;
            return string.Join(
                "; ",
                text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()
            );
        }
        finally
        {
            Free(copy);
        }
    }

    // Copies and clears under the library's own lock.
    [LibraryImport(Library, EntryPoint = "vips_error_buffer_copy")]
    private static partial nint CopyErrorBuffer();
}
