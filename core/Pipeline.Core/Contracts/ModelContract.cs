using System.Globalization;
using System.Text.Json;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Contracts;

/// <summary>
/// What a model file promises about itself, stored in the ONNX file's <c>metadata_props</c>: one file is the whole
/// deliverable. Unknown optional keys are ignored; an unknown version is refused. It holds no time stamp, run number or
/// speed, so equal trainings give equal bytes.
/// </summary>
public sealed record ModelContract
{
    /// <summary>The version of the contract that this code reads and writes.</summary>
    public const string CurrentVersion = "1";

    /// <summary>
    /// Name of the graph input: <c>uint8 [N, H, W, 3]</c>, or <c>float32 [N, 3, H, W]</c> when the caller normalises
    /// (<see cref="Preprocessing.IsInGraph"/>). N is dynamic.
    /// </summary>
    public const string InputName = "image";

    /// <summary>Name of the output of raw scores: <c>float32 [N, K]</c>.</summary>
    public const string LogitsName = "logits";

    /// <summary>Name of the output of softmax(logits / temperature): <c>float32 [N, K]</c>.</summary>
    public const string ProbabilitiesName = "probabilities";

    /// <summary>
    /// Name of the optional output of the backbone's result: <c>float32 [N, C, H, W]</c>, or <c>[N, F]</c> where the
    /// backbone ends in a vector.
    /// </summary>
    public const string FeaturesName = "features";

    private const string Prefix = "pipeline.";

    /// <summary>Class names in output order.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>From file bytes to the network's input.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>
    /// Divisor of the logits before the softmax, positive; 1 when the model was not calibrated. It is part of the
    /// graph; this copy is for the reader.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>In what numbers the graph computes; float32 when the file says nothing.</summary>
    public ModelPrecision Precision { get; init; } = ModelPrecision.Float32;

    /// <summary>From which confidence on an answer is given; <c>null</c> when every answer is.</summary>
    public RejectOption? Reject { get; init; }

    /// <summary>
    /// Where the model comes from: hashes of data, weights and recipe, seed, code and library versions. Do not modify.
    /// </summary>
    public SortedDictionary<string, string> Provenance { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Validation metrics of the checkpoint that was exported. Do not modify.</summary>
    public SortedDictionary<string, double> Metrics { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The start-up self-test; <c>null</c> when the model carries none.</summary>
    public GoldenSample? Golden { get; init; }

    /// <summary>The key-value pairs to store in the model file, in a fixed order.</summary>
    /// <returns>Keys with the prefix <c>pipeline.</c>; values are JSON.</returns>
    public IReadOnlyList<KeyValuePair<string, string>> ToMetadata()
    {
        string[] labels = [.. Labels];
        var calibration = new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["temperature"] = Temperature,
        };
        var entries = new List<KeyValuePair<string, string>>
        {
            new(Prefix + "contract", CurrentVersion),
            new(Prefix + "labels", JsonSerializer.Serialize(labels, ContractJson.Default.StringArray)),
            new(Prefix + "preprocessing", Preprocessing.ToJson()),
            new(
                Prefix + "provenance",
                JsonSerializer.Serialize(Provenance, ContractJson.Default.SortedDictionaryStringString)
            ),
            new(
                Prefix + "metrics",
                JsonSerializer.Serialize(Metrics, ContractJson.Default.SortedDictionaryStringDouble)
            ),
            new(
                Prefix + "calibration",
                JsonSerializer.Serialize(calibration, ContractJson.Default.SortedDictionaryStringDouble)
            ),
        };
        if (Precision != ModelPrecision.Float32)
        {
            entries.Add(
                new(Prefix + "precision", JsonSerializer.Serialize(Precision, ContractJson.Default.ModelPrecision))
            );
        }

        if (Reject is not null)
        {
            entries.Add(new(Prefix + "reject", JsonSerializer.Serialize(Reject, ContractJson.Default.RejectOption)));
        }

        if (Golden is not null)
        {
            entries.Add(new(Prefix + "golden", JsonSerializer.Serialize(Golden, ContractJson.Default.GoldenSample)));
        }

        return entries;
    }

    /// <summary>Reads the pairs back.</summary>
    /// <param name="metadata">The model file's <c>metadata_props</c>.</param>
    /// <param name="source">Path of the model file, for messages.</param>
    /// <returns>A validated contract.</returns>
    /// <exception cref="ModelContractException">
    /// A required key is missing, the version is unknown, or a value is malformed.
    /// </exception>
    public static ModelContract FromMetadata(IReadOnlyDictionary<string, string> metadata, string source)
    {
        string version = Require(metadata, "contract", source);
        if (version != CurrentVersion)
        {
            throw new ModelContractException(
                $"Model '{source}' has contract version {version}, this program reads version {CurrentVersion}. "
                    + "Update the inference package, or export the model again."
            )
            {
                Subject = source,
                Expected = CurrentVersion,
                Found = version,
            };
        }

        var calibration = ReadOptional(
            metadata,
            "calibration",
            source,
            ContractJson.Default.SortedDictionaryStringDouble
        );
        return new ModelContract
        {
            Labels = ReadLabels(metadata, source),
            Preprocessing = Preprocessing.FromJson(
                Require(metadata, "preprocessing", source),
                $"{source}: {Prefix}preprocessing"
            ),
            Temperature =
                calibration is not null && calibration.TryGetValue("temperature", out double temperature)
                    ? CheckTemperature(temperature, source)
                    : 1,
            Precision =
                ReadOptional(metadata, "precision", source, ContractJson.Default.ModelPrecision)
                    ?.Validate($"{source}: {Prefix}precision")
                ?? ModelPrecision.Float32,
            Reject = ReadOptional(metadata, "reject", source, ContractJson.Default.RejectOption)
                ?.Validate($"{source}: {Prefix}reject"),
            Provenance =
                ReadOptional(metadata, "provenance", source, ContractJson.Default.SortedDictionaryStringString) ?? [],
            Metrics =
                ReadOptional(metadata, "metrics", source, ContractJson.Default.SortedDictionaryStringDouble) ?? [],
            Golden = ReadOptional(metadata, "golden", source, ContractJson.Default.GoldenSample),
        };
    }

    private static LabelSet ReadLabels(IReadOnlyDictionary<string, string> metadata, string source)
    {
        string[] names = ContractJson.Read(
            Require(metadata, "labels", source),
            $"{source}: {Prefix}labels",
            ContractJson.Default.StringArray
        );
        try
        {
            return new LabelSet(names);
        }
        catch (DatasetException error)
        {
            throw new ModelContractException($"Model '{source}': {Prefix}labels: {error.Message}", error)
            {
                Subject = source,
            };
        }
    }

    private static double CheckTemperature(double temperature, string source) =>
        temperature > 0 && double.IsFinite(temperature)
            ? temperature
            : throw new ModelContractException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Model '{source}': {Prefix}calibration has temperature {temperature}, "
                        + $"expected a positive number. Export the model again."
                )
            )
            {
                Subject = source,
            };

    private static string Require(IReadOnlyDictionary<string, string> metadata, string key, string source) =>
        metadata.TryGetValue(Prefix + key, out string? value)
            ? value
            : throw new ModelContractException(
                $"Model '{source}' has no '{Prefix}{key}' in its metadata, so it was not exported by Pipeline. "
                    + "Export it with Pipeline, or give its preprocessing in a file."
            )
            {
                Subject = source,
                Expected = Prefix + key,
            };

    private static T? ReadOptional<T>(
        IReadOnlyDictionary<string, string> metadata,
        string key,
        string source,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type
    )
        where T : class =>
        metadata.TryGetValue(Prefix + key, out string? json)
            ? ContractJson.Read(json, $"{source}: {Prefix}{key}", type)
            : null;
}
