using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Export;

/// <summary>
/// What a person says about an ONNX classifier made elsewhere: a JSON object with <c>labels</c>, <c>preprocessing</c>,
/// and optionally <c>input</c>, <c>output</c>, <c>provenance</c>.
/// </summary>
/// <param name="Path">Where it was read from.</param>
/// <param name="Contract">Labels and preprocessing.</param>
/// <param name="Input">Name of the graph's input; <c>null</c> when it has only one.</param>
/// <param name="Output">Name of the scores; <c>null</c> when the graph has only one output.</param>
internal sealed record ForeignContract(string Path, ModelContract Contract, string? Input, string? Output)
{
    private static readonly string[] Keys = ["labels", "preprocessing", "input", "output", "provenance"];

    /// <summary>Reads the file.</summary>
    /// <param name="path">Path of a JSON file.</param>
    /// <returns>The contract.</returns>
    /// <exception cref="ModelContractException">
    /// The file is missing, no such object, or has a key that is not known.
    /// </exception>
    public static ForeignContract Read(string path)
    {
        try
        {
            JsonObject root =
                JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw Fault(path, "it is no JSON object");
            if (root.FirstOrDefault(pair => !Keys.Contains(pair.Key)).Key is string unknown)
            {
                throw Fault(
                    path,
                    $"it has the key '{unknown}', which is not known.{Spelling.DidYouMean(unknown, Keys)} Known: "
                        + $"{string.Join(", ", Keys)}"
                );
            }

            string[] labels =
            [
                .. (root["labels"] as JsonArray ?? throw Fault(path, "it has no array 'labels'")).Select(label =>
                    label?.GetValue<string>() ?? string.Empty
                ),
            ];
            JsonNode preprocessing = root["preprocessing"] ?? throw Fault(path, "it has no 'preprocessing'");
            var contract = new ModelContract
            {
                Labels = new LabelSet(labels),
                Preprocessing = Preprocessing.FromJson(preprocessing.ToJsonString(), $"{path}: preprocessing"),
            };
            foreach ((string key, JsonNode? value) in root["provenance"]?.AsObject() ?? [])
            {
                contract.Provenance[key] = value?.GetValue<string>() ?? string.Empty;
            }

            return new ForeignContract(
                path,
                contract,
                root["input"]?.GetValue<string>(),
                root["output"]?.GetValue<string>()
            );
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

    private static ModelContractException Fault(string path, string fault, Exception? inner = null) =>
        new(
            $"Contract file '{path}' cannot be used: {fault}. See 'A contract for a foreign model' in "
                + "docs/reference/files.md.",
            inner
        )
        {
            Subject = path,
            Found = fault,
        };
}
