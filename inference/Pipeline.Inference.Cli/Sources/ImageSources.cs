using Pipeline.Core.Errors;
using Pipeline.Inference.Batching;

namespace Pipeline.Inference.Cli.Sources;

/// <summary>
/// What a command line names, as one stream of paths and addresses in a fixed order: the sources as they were given; a
/// folder and a pattern in ordinal order. Nothing is held but the names in the folders that the walk is inside of; a
/// list on standard input can be read once only.
/// </summary>
internal sealed class ImageSources
{
    private readonly List<Source> sources = [];

    private ImageSources() { }

    /// <summary>Number of files; <c>null</c> when a list has to be read for that. Walks through folders.</summary>
    internal long? Count =>
        sources.Exists(source => source.IsList) ? null : sources.Sum(source => source.Paths.LongCount());

    /// <summary>Whether an address is or may be among them.</summary>
    internal bool MayHaveAddresses => sources.Exists(source => source.IsList || source.Prefix is null);

    /// <summary>The paths and addresses that can be had more than once: all but those on standard input.</summary>
    internal IEnumerable<string> PathsButOfInput =>
        sources.Where(source => !source.IsList).SelectMany(source => source.Paths);

    /// <summary>The files and folders as they were given, lists of names too.</summary>
    internal IEnumerable<string> Names => sources.Select(source => source.Text).Where(Path.Exists);

    /// <summary>The folders that are walked through.</summary>
    internal IEnumerable<string> Folders =>
        sources.Select(source => source.Prefix).OfType<string>().Select(prefix => prefix.Length == 0 ? "." : prefix);

    /// <summary>The paths and addresses.</summary>
    internal IEnumerable<string> Paths => sources.SelectMany(source => source.Paths);

    /// <summary>The sources as they were given, for messages.</summary>
    /// <returns>Such as <c>Folder 'photos'</c>.</returns>
    public override string ToString() =>
        string.Join(
            ", ",
            sources.Select(source =>
                source.IsList ? "The list on standard input"
                : source.Prefix is null && !Directory.Exists(source.Text) ? $"'{source.Text}'"
                : $"Folder '{source.Text}'"
            )
        );

    /// <summary>Finds out what each source is.</summary>
    /// <param name="folder">A folder of its own option; <c>null</c> for none.</param>
    /// <param name="list">A file with a list; <c>null</c> for none.</param>
    /// <param name="texts">Folders, files, patterns, addresses, and <c>-</c> for a list.</param>
    /// <param name="options">How to read them.</param>
    /// <returns>The sources; nothing of them was read but the top level of folders.</returns>
    /// <exception cref="DatasetException">A source does not exist, or standard input is named twice.</exception>
    internal static ImageSources Resolve(string? folder, string? list, IEnumerable<string> texts, SourceRules options)
    {
        var result = new ImageSources();
        if (folder is not null)
        {
            result.sources.Add(Folder(folder, options));
        }

        if (list is not null)
        {
            result.sources.Add(new Source(list, ListFile.ReadFile(list, options), Prefix: null));
        }

        foreach (string text in texts)
        {
            Source source = Find(text, options);
            if (source.IsList && result.sources.Exists(other => other.IsList))
            {
                throw new DatasetException(
                    "Standard input ('-') is named twice, and it can be read once only. Name it once."
                );
            }

            result.sources.Add(source);
        }

        return result;
    }

    /// <summary>A file's path as seen from the folder that it was found in.</summary>
    /// <param name="path">One of <see cref="Paths"/>.</param>
    /// <returns>
    /// A relative path that does not lead out of a folder; the file's name when it was named by itself.
    /// </returns>
    internal string RelativeName(string path)
    {
        string? prefix = sources
            .Select(source => source.Prefix)
            .FirstOrDefault(prefix => prefix is not null && path.StartsWith(prefix, StringComparison.Ordinal));
        string relative = prefix is null ? path : path[prefix.Length..];
        return prefix is null || Path.IsPathRooted(relative) || relative.Split('/').Contains("..")
            ? Path.GetFileName(path)
            : relative;
    }

    private static Source Find(string text, SourceRules options)
    {
        if (text == "-")
        {
            return new Source(text, ListFile.ReadInput(options), Prefix: null, IsList: true);
        }

        if (WebDownloader.IsAddress(text))
        {
            return new Source(text, [text], Prefix: null);
        }

        if (Directory.Exists(text))
        {
            return Folder(text, options);
        }

        if (File.Exists(text) || options.KeepMissing)
        {
            return new Source(text, [text], Prefix: null);
        }

        return GlobPattern.IsPattern(text)
            ? new Source(text, GlobPattern.Files(text).Where(options.IsInput), GlobPattern.PrefixOf(text))
            : throw new DatasetException(
                $"'{text}' is no file, folder, pattern with '*' or http(s) address. Check the name; "
                    + "'-' reads a list from standard input, --list from a file."
            )
            {
                Subject = text,
            };
    }

    private static Source Folder(string folder, SourceRules options) =>
        new(
            folder,
            FolderListing.Enumerate(folder).Where(options.IsInput),
            Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar
        );

    private sealed record Source(string Text, IEnumerable<string> Paths, string? Prefix, bool IsList = false);
}
