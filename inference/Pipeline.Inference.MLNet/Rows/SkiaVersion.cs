using System.Reflection;

namespace Pipeline.Inference.MLNet.Rows;

/// <summary>
/// ML.NET 5's <c>MLImage</c> is compiled against SkiaSharp 2.88. With 3.x and 4.x its pixels are a
/// <see cref="MissingMethodException"/>, which says nothing to a user.
/// </summary>
internal static class SkiaVersion
{
    private static readonly Lazy<Version?> Loaded = new(() => Find("SkiaSharp"));

    /// <summary>Refuses another SkiaSharp than the one that <c>MLImage</c> works with.</summary>
    /// <exception cref="NotSupportedException">It is another one.</exception>
    internal static void Check() => Check(Loaded.Value);

    /// <summary>Refuses another version.</summary>
    /// <param name="found">Version of the assembly; <c>null</c> where there is none, which ML.NET says itself.</param>
    internal static void Check(Version? found)
    {
        if (found is not null && (found.Major != 2 || found.Minor != 88))
        {
            throw new NotSupportedException(
                $"ML.NET's MLImage needs SkiaSharp 2.88, this application has {found}. Pin the packages SkiaSharp and "
                    + "SkiaSharp.NativeAssets.Linux.NoDependencies (or that of your system) to 2.88.9, "
                    + "or give image paths "
                    + "or bytes instead of MLImage."
            );
        }
    }

    private static Version? Find(string name)
    {
        try
        {
            return Assembly.Load(name).GetName().Version;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
