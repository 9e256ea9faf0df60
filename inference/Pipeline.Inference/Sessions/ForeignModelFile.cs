using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Sessions;

/// <summary>What a person says about an ONNX classifier from elsewhere, so that it can be scored as it is.</summary>
internal sealed record ForeignModelFile
{
    private static readonly string[] Keys =
    [
        "preprocessing",
        "labels",
        "input",
        "output",
        "layout",
        "scores",
        "provenance",
    ];

    /// <summary>From file bytes to the network's input.</summary>
    internal required Preprocessing Preprocessing { get; init; }

    /// <summary>Class names in output order.</summary>
    internal required LabelSet Labels { get; init; }

    /// <summary>Name of the graph's input; <c>null</c> when it has only one.</summary>
    internal string? Input { get; init; }

    /// <summary>Name of the scores; <c>null</c> when the graph has only one output.</summary>
    internal string? Output { get; init; }

    /// <summary>Whether the input is <c>[N, 3, H, W]</c>; <c>null</c> when its shape shows it.</summary>
    internal bool? IsChannelsFirst { get; init; }

    /// <summary>Whether the scores are probabilities already.</summary>
    internal bool AreProbabilities { get; init; }

    /// <summary>
    /// Reads the file: an object with the keys of a foreign contract, or only its <c>preprocessing</c>.
    /// </summary>
    /// <param name="path">Path of the JSON file.</param>
    /// <param name="labelsPath">
    /// Path of a text file with a class name per line; <c>null</c> when the JSON file has them.
    /// </param>
    /// <returns>What it says.</returns>
    /// <exception cref="ModelContractException">
    /// A file is missing, malformed or has a key that is not known.
    /// </exception>
    internal static ForeignModelFile Read(string path, string? labelsPath)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root =
                json.RootElement.ValueKind == JsonValueKind.Object
                    ? json.RootElement
                    : throw Fault(path, "it is no JSON object");
            bool isWhole = root.TryGetProperty("preprocessing", out JsonElement preprocessing);
            string? unknown = isWhole
                ? root.EnumerateObject()
                    .Select(property => property.Name)
                    .FirstOrDefault(name => !Keys.Contains(name, StringComparer.Ordinal))
                : null;
            if (unknown is not null)
            {
                throw Fault(
                    path,
                    $"it has the key '{unknown}', which is not known.{Spelling.DidYouMean(unknown, Keys)} Known: "
                        + $"{string.Join(", ", Keys)}"
                );
            }

            root = isWhole ? root : EmptyObject();
            return new ForeignModelFile
            {
                Preprocessing = Preprocessing.FromJson(
                    (isWhole ? preprocessing : json.RootElement).GetRawText(),
                    $"{path}: preprocessing"
                ),
                Labels = new LabelSet(ReadLabels(root, path, labelsPath)),
                Input = Text(root, "input"),
                Output = Text(root, "output"),
                IsChannelsFirst = Choice(root, "layout", path, "nchw", "nhwc"),
                AreProbabilities = Choice(root, "scores", path, "probabilities", "logits") ?? false,
            };
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or InvalidOperationException
                        or IOException
                        or UnauthorizedAccessException
                        or DatasetException
            )
        {
            throw Fault(path, JsonFault.Describe(error), error);
        }
    }

    private static JsonElement EmptyObject()
    {
        using JsonDocument empty = JsonDocument.Parse("{}");
        return empty.RootElement.Clone();
    }

    private static IEnumerable<string> ReadLabels(JsonElement root, string path, string? labelsPath)
    {
        bool hasOwn = root.TryGetProperty("labels", out JsonElement labels);
        if (hasOwn == (labelsPath is not null))
        {
            throw Fault(
                path,
                hasOwn
                    ? "it has 'labels' and there is a labels file too; give one of them"
                    : "it has no array 'labels'; add it, or give a labels file"
            );
        }

        string[] names = labelsPath is null
            ? [.. labels.EnumerateArray().Select(label => label.GetString() ?? string.Empty)]
            : File.ReadAllLines(labelsPath);
        return Distinct(labelsPath is null ? names : names.Reverse().SkipWhile(string.IsNullOrWhiteSpace).Reverse());
    }

    /// <summary>Public label lists repeat names (ImageNet has two cranes): the later ones get their index.</summary>
    private static IEnumerable<string> Distinct(IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. names
                .Select(name => name.Trim())
                .Select(
                    (name, index) =>
                        name.Length == 0 || seen.Add(name) ? name : FormattableString.Invariant($"{name} ({index})")
                ),
        ];
    }

    private static string? Text(JsonElement root, string key) =>
        root.TryGetProperty(key, out JsonElement value) ? value.GetString() : null;

    private static bool? Choice(JsonElement root, string key, string path, string yes, string no) =>
        Text(root, key) switch
        {
            null => null,
            { } word when word == yes => true,
            { } word when word == no => false,
            { } word => throw Fault(path, $"'{key}' is '{word}', expected {yes} or {no}"),
        };

    private static ModelContractException Fault(string path, string fault, Exception? inner = null) =>
        new(
            $"Preprocessing file '{path}' cannot be used: {fault}. See 'Scoring a foreign model as it is' in "
                + "docs/reference/files.md.",
            inner
        )
        {
            Subject = path,
            Found = fault,
        };
}
