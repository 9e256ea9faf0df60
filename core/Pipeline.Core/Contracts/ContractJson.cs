using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Contracts;

/// <summary>The JSON of the contract: source-generated, so that the inference package can be trimmed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(PreprocessingJson))]
[JsonSerializable(typeof(GoldenSample))]
[JsonSerializable(typeof(ModelPrecision))]
[JsonSerializable(typeof(RejectOption))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(SortedDictionary<string, double>))]
internal sealed partial class ContractJson : JsonSerializerContext
{
    /// <summary>Reads one JSON text, turning every way it can be wrong into the one contract error.</summary>
    /// <typeparam name="T">Wire type.</typeparam>
    /// <param name="json">The text.</param>
    /// <param name="source">File and key, for the message.</param>
    /// <param name="type">The generated reader.</param>
    /// <returns>The value, never <c>null</c>.</returns>
    /// <exception cref="ModelContractException">The text is not JSON of that shape.</exception>
    internal static T Read<T>(string json, string source, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new ModelContractException($"{source}: found null, expected a value. Export the model again.")
                {
                    Subject = source,
                };
        }
        catch (JsonException error)
        {
            throw new ModelContractException(
                $"{source}: {JsonFault.Describe(error, [.. type.Properties.Select(property => property.Name)])}. "
                    + "Correct the file, or export the model again.",
                error
            )
            {
                Subject = source,
            };
        }
    }
}
