using System.Runtime.InteropServices;

namespace Pipeline.Torch;

/// <summary>Families of BLAS libraries that differ in speed.</summary>
internal enum BlasKind
{
    Unknown,
    Reference,
    OpenBlas,
    Mkl,
    Other,
}

/// <summary>The BLAS library that is mapped into this process. Debian's <c>libblas.so.3</c> is a link, so only the mapped file tells.</summary>
internal readonly record struct LoadedBlas(BlasKind Kind, string? Path)
{
    private const string MappedFiles = "/proc/self/maps";

    internal string Description => Kind switch
    {
        BlasKind.Unknown => "unknown BLAS",
        BlasKind.Reference => $"reference BLAS ({Path})",
        BlasKind.OpenBlas => $"OpenBLAS ({Path})",
        BlasKind.Mkl => $"MKL ({Path})",
        _ => $"BLAS ({Path})",
    };

    internal static LoadedBlas Find() => File.Exists(MappedFiles) ? Find(File.ReadLines(MappedFiles)) : default;

    /// <summary>Picks the fastest of the libraries: OpenBLAS comes as <c>libblas</c> that may load a second file of its own.</summary>
    internal static LoadedBlas Find(IEnumerable<string> maps) => maps
        .Select(line => line.IndexOf('/', StringComparison.Ordinal) is int start and >= 0 ? line[start..] : string.Empty)
        .Distinct()
        .Select(path => new LoadedBlas(KindOf(path), path))
        .Where(blas => blas.Kind != BlasKind.Unknown)
        .OrderBy(blas => blas.Kind is BlasKind.Reference or BlasKind.Other)
        .FirstOrDefault();

    /// <summary>Sets OpenBLAS's own thread count; other libraries follow OpenMP's, which libtorch sets.</summary>
    internal unsafe void SetThreads(int threads)
    {
        if (Kind == BlasKind.OpenBlas && Path is not null && NativeLibrary.TryLoad(Path, out nint library) && NativeLibrary.TryGetExport(library, "openblas_set_num_threads", out nint set))
        {
            ((delegate* unmanaged<int, void>)set)(threads);
        }
    }

    private static BlasKind KindOf(string path)
    {
        string file = System.IO.Path.GetFileName(path);
        if (path.Contains("openblas", StringComparison.OrdinalIgnoreCase))
        {
            return BlasKind.OpenBlas;
        }

        if (file.StartsWith("libmkl", StringComparison.Ordinal))
        {
            return BlasKind.Mkl;
        }

        if (!file.StartsWith("libblas.so", StringComparison.Ordinal) && !file.StartsWith("libcblas.so", StringComparison.Ordinal))
        {
            return BlasKind.Unknown;
        }

        return path.Contains("/blas/", StringComparison.Ordinal) ? BlasKind.Reference : BlasKind.Other;
    }
}
