using Pipeline.Core.Errors;

namespace Pipeline.Inference.Cli.Sources;

/// <summary>How sources are read.</summary>
internal sealed record SourceRules
{
    /// <summary>Standard input. Borrowed.</summary>
    internal required Stream Input { get; init; }

    /// <summary>Whether the names on standard input end in NUL and not in a line end.</summary>
    internal bool IsNullSeparated { get; init; }

    /// <summary>Whether a name that does not exist stays, to get a row with the reason.</summary>
    internal bool KeepMissing { get; init; }

    /// <summary>Files of this run's own making, as full paths: they are no input when a folder holds them.</summary>
    internal IReadOnlySet<string> Own { get; init; } = new HashSet<string>();

    /// <summary>Ends the waiting for standard input.</summary>
    internal CancellationToken CancellationToken { get; init; }

    /// <summary>Refuses a file of the run's own making.</summary>
    /// <param name="path">A path or an address.</param>
    /// <returns>The same.</returns>
    /// <exception cref="OutputException">The run writes it.</exception>
    internal string RequireInput(string path) =>
        WebDownloader.IsAddress(path) || IsInput(path)
            ? path
            : throw new OutputException(
                $"Cannot write '{path}': it is in the list of images, which are read. Give another --output."
            )
            {
                Subject = path,
            };

    /// <summary>Whether a file that was found is one to score.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Whether it is not the run's own.</returns>
    internal bool IsInput(string path) => Own.Count == 0 || !Own.Contains(Path.GetFullPath(path));
}
