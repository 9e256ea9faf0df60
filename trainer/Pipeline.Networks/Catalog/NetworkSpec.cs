using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Networks.Catalog;

/// <summary>The few facts from which a network is built again: what a checkpoint stores instead of a graph.</summary>
/// <param name="Backbone">Name in the catalog.</param>
/// <param name="Cut">Node where the backbone ends; <c>null</c> means its own last node.</param>
/// <param name="Head">Layers of the classifier. Do not modify.</param>
/// <param name="Size">Size of the input images.</param>
/// <param name="ClassCount">Number of classes.</param>
public sealed record NetworkSpec(string Backbone, string? Cut, IReadOnlyList<HeadLayer> Head, ImageSize Size, int ClassCount)
{
    /// <summary>Builds the backbone up to its cut.</summary>
    /// <returns>The graph without the head.</returns>
    /// <exception cref="RecipeException">There is no such network.</exception>
    /// <exception cref="ShapeException">There is no such node, or the images are too small.</exception>
    public NetworkGraph BuildBackbone()
    {
        NetworkGraph whole = NetworkCatalog.Create(Backbone, Size);
        return Cut is null ? whole : whole.CutAt(Cut);
    }

    /// <summary>Builds backbone and head.</summary>
    /// <returns>The graph whose output is one raw score per class.</returns>
    /// <exception cref="RecipeException">There is no such network, or the head does not end in one score per class.</exception>
    /// <exception cref="ShapeException">The layers do not fit together.</exception>
    public NetworkGraph Build() => HeadBuilder.Append(BuildBackbone(), Head, ClassCount);

    /// <summary>The JSON form for a checkpoint's metadata.</summary>
    /// <returns>One object, keys in a fixed order.</returns>
    public string ToJson() => new JsonObject
    {
        ["backbone"] = Backbone,
        ["cut"] = Cut,
        ["head"] = new JsonArray([.. Head.Select(layer => (JsonNode)HeadNotation.Write(layer))]),
        ["width"] = Size.Width,
        ["height"] = Size.Height,
        ["classes"] = ClassCount,
    }.ToJsonString();

    /// <summary>Reads the JSON form.</summary>
    /// <param name="json">One object.</param>
    /// <param name="source">File name for messages.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="CheckpointException">The text is no such object.</exception>
    public static NetworkSpec FromJson(string json, string source)
    {
        try
        {
            JsonNode node = JsonNode.Parse(json) ?? throw new JsonException("found null.");
            return new NetworkSpec(
                Require(node, "backbone").GetValue<string>(),
                node["cut"]?.GetValue<string>(),
                [.. Require(node, "head").AsArray().Select(layer => HeadNotation.Read(layer?.GetValue<string>() ?? string.Empty))],
                new ImageSize(Require(node, "width").GetValue<int>(), Require(node, "height").GetValue<int>()),
                Require(node, "classes").GetValue<int>());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or RecipeException)
        {
            throw new CheckpointException($"Checkpoint '{source}' has no readable network description: {error.Message} Train again, or use another checkpoint.", error) { Subject = source };
        }
    }

    private static JsonNode Require(JsonNode node, string key) => node[key] ?? throw new JsonException($"'{key}' is missing.");
}
