using Microsoft.Extensions.Options;
using Pipeline.Core.Files;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// Finds what is wrong with the options of a registered classifier before the application takes its first request.
/// </summary>
internal sealed class ImageClassifierOptionsValidator : IValidateOptions<ImageClassifierOptions>
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, ImageClassifierOptions options)
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(options.ModelPath))
        {
            faults.Add($"{nameof(options.ModelPath)} is not set, expected the path of an exported .onnx file");
        }
        else if (!File.Exists(FolderAlias.Resolve(options.ModelPath)))
        {
            faults.Add(
                $"{nameof(options.ModelPath)} is '{options.ModelPath}', "
                    + $"which does not exist below '{Environment.CurrentDirectory}'"
            );
        }

        if (options.ReloadInterval < ShortestInterval || options.ReloadInterval > LongestInterval)
        {
            faults.Add(
                $"{nameof(options.ReloadInterval)} is {options.ReloadInterval}, expected {ShortestInterval} to "
                    + $"{LongestInterval}"
            );
        }

        try
        {
            options.Scoring.Validate();
        }
        catch (ArgumentException error)
        {
            faults.Add(error.Message);
        }

        string subject = string.IsNullOrEmpty(name) ? "Image classifier" : $"Image classifier '{name}'";
        return faults.Count == 0
            ? ValidateOptionsResult.Success
            // .NET joins them with semicolons
            : ValidateOptionsResult.Fail(faults.Select(fault => $"{subject}: {fault.TrimEnd('.')}"));
    }
}
