using System.Text.Json;
using Pipeline.Core.Errors;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>What a saved pipeline knows of its image classification. The model itself stays in its own file.</summary>
internal sealed record SavedState
{
    /// <summary>Full path of the model file when the pipeline was saved.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Column that the images come from.</summary>
    public required string InputColumn { get; init; }

    /// <summary>The model's classes.</summary>
    public required string[] Labels { get; init; }

    /// <summary>Column that the features go to; <c>null</c> for a classification.</summary>
    public string? FeatureColumn { get; init; }

    /// <summary>Reads the text that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The state.</returns>
    /// <exception cref="ModelContractException">It is something else.</exception>
    internal static SavedState FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<SavedState>(json) ?? throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new ModelContractException(
                $"The saved pipeline's image classification cannot be read: {error.Message} Save the pipeline again.",
                error
            );
        }
    }

    /// <summary>Writes everything as one text.</summary>
    /// <returns>JSON.</returns>
    internal string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Finds the model file and opens it.</summary>
    /// <param name="options">
    /// How to run it; <c>null</c> takes what <see cref="ImageClassifier.LoadForManyImages"/> does.
    /// </param>
    /// <param name="folders">Where to look for a file of the same name first.</param>
    /// <returns>The model. Owned by the caller.</returns>
    /// <exception cref="ModelContractException">
    /// The file is nowhere, is no model, or has other labels than when the pipeline was saved.
    /// </exception>
    internal ImageClassifier Open(ScoringOptions? options, params string[] folders)
    {
        string name = Path.GetFileName(ModelPath);
        string[] places =
        [
            .. folders.Select(folder => Path.Combine(folder, name)),
            ModelPath,
            Path.GetFullPath(name),
            Path.Combine(AppContext.BaseDirectory, name),
        ];
        string path =
            places.FirstOrDefault(File.Exists)
            ?? throw new ModelContractException(
                $"The pipeline classifies images with model '{name}', which is in none of these places: "
                    + $"{string.Join(", ", places.Distinct(StringComparer.Ordinal).Select(place => $"'{place}'"))}. "
                    + "Put the file into one of them."
            )
            {
                Subject = name,
            };
        ImageClassifier classifier = ModelFile.Open(path, options, FeatureColumn is not null);
        if (classifier.Labels.SequenceEqual(Labels, StringComparer.Ordinal))
        {
            return classifier;
        }

        string found = classifier.Labels.ToString();
        classifier.Dispose();
        throw new ModelContractException(
            $"Model '{path}' has the labels {found}; the pipeline was saved with one that has "
                + $"{string.Join(", ", Labels)}. Put the former file back, or build and save the pipeline again."
        )
        {
            Subject = path,
            Expected = string.Join(", ", Labels),
            Found = found,
        };
    }
}
