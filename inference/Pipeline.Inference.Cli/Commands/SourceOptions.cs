using System.CommandLine;
using Pipeline.Core.Errors;
using Pipeline.Inference.Cli.Sources;

namespace Pipeline.Inference.Cli.Commands;

/// <summary>The options of verbs that take images from anywhere.</summary>
internal sealed class SourceOptions
{
    private readonly Argument<string[]> sources = new("images")
    {
        Description =
            "Folders, files, patterns such as 'photos/**/*.jpg' (in quotes), http(s) addresses; "
            + "- reads a list of them from standard input.",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string?> folder = new("--folder", "-f")
    {
        Description = "Folder of images; its sub-folders too.",
    };
    private readonly Option<string?> list = new("--list")
    {
        Description =
            "File with the name of an image, or its address, on each line: for more than a command line holds.",
        HelpName = "file",
    };
    private readonly Option<bool> isNull = new("--null", "-0")
    {
        Description = "Names in a list end in NUL, as find -print0 writes them.",
    };
    private readonly Option<int> limit = ModelOptions.Positive(
        "--download-limit",
        "Largest file read from an address, in MB.",
        64,
        256
    );
    private readonly Option<int> timeout = ModelOptions.Positive(
        "--download-timeout",
        "Longest time for one address, in seconds.",
        30,
        86_400
    );
    private readonly Option<bool> allowPrivate = new("--allow-private-addresses")
    {
        Description = "Read addresses of this machine and its private network too, and use the system's proxy.",
    };

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    internal SourceOptions(Command command)
    {
        command.Arguments.Add(sources);
        foreach (Option option in new Option[] { folder, list, isNull, limit, timeout, allowPrivate })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            foreach (
                string option in (result.GetValue(sources) ?? []).Where(text =>
                    text.StartsWith('-') && text != "-" && !Path.Exists(text)
                )
            )
            {
                string guess = Spelling.DidYouMean(option.Split('=')[0], command.Options.Select(known => known.Name));
                result.AddError($"'{option}' is no option of {command.Name}.{guess}");
            }

            if (
                result.GetValue(folder) is null
                && result.GetValue(list) is null
                && result.GetValue(sources) is null or []
            )
            {
                result.AddError(
                    $"Say which images to {command.Name}: a folder (--folder photos), files, a pattern, addresses, "
                        + "a list (--list names.txt), or - for a list on standard input."
                );
            }
        });
    }

    /// <summary>Finds out what the sources are.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="keepMissing">Whether a name that does not exist stays, to get an error of its own.</param>
    /// <param name="own">Full paths of files that the run itself writes.</param>
    /// <param name="cancellationToken">Ends the waiting for standard input.</param>
    /// <returns>The sources.</returns>
    internal ImageSources Resolve(
        ParseResult parsed,
        bool keepMissing,
        IReadOnlySet<string> own,
        CancellationToken cancellationToken
    )
    {
        var rules = new SourceRules
        {
            Input = Console.OpenStandardInput(),
            IsNullSeparated = parsed.GetValue(isNull),
            KeepMissing = keepMissing,
            Own = own,
            CancellationToken = cancellationToken,
        };
        return ImageSources.Resolve(
            parsed.GetValue(folder),
            parsed.GetValue(list),
            parsed.GetValue(sources) ?? [],
            rules
        );
    }

    /// <summary>What may be downloaded for these sources.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="found">The sources.</param>
    /// <returns>The limits; <c>null</c> when there can be no address.</returns>
    internal WebLimits? Limits(ParseResult parsed, ImageSources found) =>
        found.MayHaveAddresses
            ? new WebLimits(
                parsed.GetValue(limit) * 1_000_000L,
                TimeSpan.FromSeconds(parsed.GetValue(timeout)),
                parsed.GetValue(allowPrivate)
            )
            : null;
}
