using System.Runtime.InteropServices;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging.Native;

/// <summary>Runs alone: libvips counts for the whole process.</summary>
[CollectionDefinition(nameof(NativeLeakTests), DisableParallelization = true)]
[Collection(nameof(NativeLeakTests))]
[Trait("Kind", "Leak")]
public sealed class NativeLeakTests
{
    private static int objects;

    [Fact]
    public void Decode_GoodAndBadFiles_LeaveNothingBehind()
    {
        DecodeAll();
        int openFiles = Counts.Take().OpenFiles;

        for (int round = 0; round < 5; round++)
        {
            DecodeAll();
        }

        // libvips' own worker threads give their line buffers back when they end, a moment after the call that used
        // them.
        var nothing = new Counts(0, 0, 0, 0, openFiles);
        SpinWait.SpinUntil(() => Counts.Take() == nothing, TimeSpan.FromSeconds(5));
        Assert.Equal(nothing, Counts.Take());
    }

    // Every committed file, whole and cut in the middle: the error paths own handles too.
    private static void DecodeAll()
    {
        Preprocessing rules = TestImages.Rules(20, 20);
        var result = new byte[rules.Size.RgbBytes];
        foreach (string path in Directory.GetFiles(TestImages.PathOf(string.Empty)))
        {
            byte[] bytes = File.ReadAllBytes(path);
            byte[] holed = [.. bytes];
            holed.AsSpan(bytes.Length / 2, bytes.Length / 4).Clear();
            foreach (byte[] version in new[] { bytes, bytes[..(bytes.Length / 2)], holed })
            {
                try
                {
                    ImageDecoder.Decode(version, path, rules, result);
                }
                catch (ImageDecodeException)
                {
                    // Expected of many.
                }
            }
        }

        _ = ImageEncoder.EncodePng(result, rules.Size);
    }

    [UnmanagedCallersOnly]
    private static nint CountOne(nint handle, nint a, nint b)
    {
        objects++;
        return 0;
    }

    private readonly record struct Counts(int Allocations, nuint Bytes, int NativeFiles, int LiveObjects, int OpenFiles)
    {
        public static unsafe Counts Take()
        {
            // The same file that the product loaded: the loader gives the same handle.
            string file = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libvips.so.42");
            nint library = NativeLibrary.Load(Environment.GetEnvironmentVariable("PIPELINE_LIBVIPS") ?? file);
            objects = 0;
            (
                (delegate* unmanaged<delegate* unmanaged<nint, nint, nint, nint>, nint, nint, nint>)
                    NativeLibrary.GetExport(library, "vips_object_map")
            )(&CountOne, 0, 0);
            var counts = new Counts(
                ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "vips_tracked_get_allocs"))(),
                ((delegate* unmanaged<nuint>)NativeLibrary.GetExport(library, "vips_tracked_get_mem"))(),
                ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "vips_tracked_get_files"))(),
                objects,
                Directory.GetFiles("/proc/self/fd").Length
            );
            NativeLibrary.Free(library);
            return counts;
        }
    }
}
