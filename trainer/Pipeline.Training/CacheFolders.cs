namespace Pipeline.Training;

/// <summary>Where downloads and other things that can be made again are kept.</summary>
internal static class CacheFolders
{
    /// <summary>The folder of them all: <c>PIPELINE_CACHE</c>, or <c>cache</c> under the artifacts.</summary>
    internal static string Root(string artifacts) =>
        Environment.GetEnvironmentVariable("PIPELINE_CACHE") ?? Path.Combine(artifacts, "cache");

    /// <summary>One of them.</summary>
    internal static string Named(string artifacts, string name) => Path.Combine(Root(artifacts), name);
}
