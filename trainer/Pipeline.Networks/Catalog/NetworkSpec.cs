using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Heads;

namespace Pipeline.Networks.Catalog;

/// <summary>The few facts from which a network is built again: what a checkpoint stores instead of a graph.</summary>
/// <param name="Backbone">Name in the catalog; a name for messages when there are <see cref="Layers"/>.</param>
/// <param name="Cut">Node where the backbone ends; <c>null</c> means its own last node.</param>
/// <param name="Head">Layers of the classifier. Do not modify.</param>
/// <param name="Size">Size of the input images.</param>
/// <param name="ClassCount">Number of classes.</param>
public sealed record NetworkSpec(
    string Backbone,
    string? Cut,
    IReadOnlyList<HeadLayer> Head,
    ImageSize Size,
    int ClassCount
)
{
    /// <summary>Layers of a backbone of one's own; <c>null</c> when it is the catalog's. Do not modify.</summary>
    public IReadOnlyList<HeadLayer>? Layers { get; init; }

    /// <summary>
    /// Builds the backbone up to its cut: all that pretrained weights are for. When the head is the pretrained one,
    /// that is the whole network with its classifier.
    /// </summary>
    /// <returns>The graph without a new head.</returns>
    /// <exception cref="RecipeException">
    /// There is no such network, or it is cut and should keep its classifier.
    /// </exception>
    /// <exception cref="ShapeException">There is no such node, or the images are too small.</exception>
    public NetworkGraph BuildBackbone()
    {
        if (Head is [PretrainedLayer])
        {
            return Layers is null && Cut is null
                ? NetworkCatalog.CreateWithClassifier(Backbone, Size)
                : throw new RecipeException(
                    "'head: pretrained' keeps a whole network of the catalog. Remove 'cut' or 'layers' from the "
                        + "backbone, or give it a new head."
                );
        }

        NetworkGraph whole = BuildUncut();
        return Cut is null ? whole : whole.CutAt(Cut);
    }

    /// <summary>Builds the backbone as if it were not cut.</summary>
    /// <returns>The graph without the head.</returns>
    /// <exception cref="RecipeException">There is no such network.</exception>
    /// <exception cref="ShapeException">The images are too small.</exception>
    public NetworkGraph BuildUncut() =>
        Layers is null ? NetworkCatalog.Create(Backbone, Size) : LayerListNetwork.Create(Layers, Size);

    /// <summary>Builds backbone and head.</summary>
    /// <returns>The graph whose output is one raw score per class.</returns>
    /// <exception cref="RecipeException">
    /// There is no such network, or the head does not end in one score per class.
    /// </exception>
    /// <exception cref="ShapeException">The layers do not fit together.</exception>
    public NetworkGraph Build() => HeadBuilder.Append(BuildBackbone(), Head, ClassCount);

    /// <summary>The JSON form for a checkpoint's metadata.</summary>
    /// <returns>One object, keys in a fixed order.</returns>
    public string ToJson()
    {
        var json = new JsonObject { ["backbone"] = Backbone };
        if (Layers is not null)
        {
            json["layers"] = Write(Layers);
        }

        json["cut"] = Cut;
        json["head"] = Write(Head);
        json["width"] = Size.Width;
        json["height"] = Size.Height;
        json["classes"] = ClassCount;
        return json.ToJsonString();
    }

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
                Read(Require(node, "head")),
                new ImageSize(Require(node, "width").GetValue<int>(), Require(node, "height").GetValue<int>()),
                Require(node, "classes").GetValue<int>()
            )
            {
                Layers = node["layers"] is JsonNode layers ? Read(layers) : null,
            };
        }
        catch (Exception error)
            when (error is JsonException or InvalidOperationException or FormatException or RecipeException)
        {
            throw new CheckpointException(
                $"Checkpoint '{source}' has no readable network description: {error.Message} Train again, "
                    + "or use another checkpoint.",
                error
            )
            {
                Subject = source,
            };
        }
    }

    private static JsonArray Write(IReadOnlyList<HeadLayer> layers) =>
        new([.. layers.Select(layer => (JsonNode)HeadNotation.Write(layer))]);

    private static HeadLayer[] Read(JsonNode layers) =>
        [.. layers.AsArray().Select(layer => HeadNotation.Read(layer?.GetValue<string>() ?? string.Empty))];

    private static JsonNode Require(JsonNode node, string key) =>
        node[key] ?? throw new JsonException($"'{key}' is missing.");
}
