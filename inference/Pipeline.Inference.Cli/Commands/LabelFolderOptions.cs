using System.CommandLine;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Inference.Cli.Runs;
using Pipeline.Inference.Cli.Sources;

namespace Pipeline.Inference.Cli.Commands;

/// <summary>The options that sort images into a folder per class.</summary>
internal sealed class LabelFolderOptions
{
    private readonly (Option<string?> Option, LabelAction Action)[] options =
    [
        (
            new Option<string?>("--move-by-label")
            {
                Description =
                    "Afterwards, move each image to <folder>/<class>/. Nothing is overwritten; "
                    + "images without a class stay.",
                HelpName = "folder",
            },
            LabelAction.Move
        ),
        (
            new Option<string?>("--copy-by-label") { Description = "The same, but copy.", HelpName = "folder" },
            LabelAction.Copy
        ),
        (
            new Option<string?>("--link-by-label")
            {
                Description = "The same, but make symbolic links.",
                HelpName = "folder",
            },
            LabelAction.Link
        ),
    ];

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    internal LabelFolderOptions(Command command)
    {
        foreach ((Option<string?> option, _) in options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (options.Count(item => result.GetValue(item.Option) is not null) > 1)
            {
                result.AddError("Give only one of --move-by-label, --copy-by-label and --link-by-label.");
            }
        });
    }

    /// <summary>What was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="images">The images.</param>
    /// <returns>The folders, and <c>null</c> when nothing was asked for.</returns>
    /// <exception cref="OutputException">
    /// They would stand in a folder that is scored, and be scored the next time.
    /// </exception>
    internal LabelFolders? Create(ParseResult parsed, ImageSources images)
    {
        foreach ((Option<string?> option, LabelAction action) in options)
        {
            if (parsed.GetValue(option) is { } root)
            {
                return images.Folders.FirstOrDefault(folder => RealPath.IsWithin(root, folder)) is { } source
                    ? throw new OutputException(
                        $"{option.Name} is '{root}', which is in the folder '{source}' that is scored: "
                            + "its images would be mixed up with their copies. Give a folder outside of it."
                    )
                    {
                        Subject = root,
                    }
                    : new LabelFolders(root, action, images.RelativeName);
            }
        }

        return null;
    }
}
