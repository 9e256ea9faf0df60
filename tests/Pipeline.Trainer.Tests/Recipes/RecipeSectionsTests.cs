using System.Globalization;
using System.Text.Json.Nodes;
using Json.Schema;
using Pipeline.Trainer.Recipes.Reading;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Tests.Recipes;

/// <summary>
/// What is made of the recipe's keys besides reading and writing. After a change of keys: <c>./build.sh
/// --target=recipe-keys</c>.
/// </summary>
public sealed class RecipeSectionsTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "recipes");

    public static TheoryData<string> Recipes =>
        [.. Directory.GetFiles(Folder, "*.yaml").Select(path => Path.GetFileName(path))];

    [Fact]
    public void Schema_InTheRepository_IsTheOneOfTheKeys() =>
        Assert.Equal(RecipeSections.ToJsonSchema(), File.ReadAllText(Path.Combine(Folder, "recipe.schema.json")));

    [Fact]
    public void ReferencePage_InTheRepository_HasTheKeys() =>
        Assert.Contains(
            RecipeSections.ToMarkdown(),
            File.ReadAllText(Path.Combine(Folder, "recipes.md")),
            StringComparison.Ordinal
        );

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Schema_RecipeThatIsRead_Accepts(string name)
    {
        JsonNode? recipe = ToJson(Path.Combine(Folder, name));

        EvaluationResults results = Evaluate(recipe);

        Assert.True(results.IsValid, string.Join('\n', Faults(results)));
    }

    [Theory]
    [InlineData("sed: 3")]
    [InlineData("seed: -1")]
    [InlineData("quantization: { budget_points: 101 }")]
    [InlineData("phases: [{ train: head, epochs: 1, augmentation: { fill: wrap } }]")]
    public void Schema_RecipeThatIsRefused_Refuses(string line)
    {
        JsonNode? whole = ToJson(Path.Combine(Folder, "cats-dogs-cifar.yaml"));
        using var text = new StringReader(line);
        var stream = new YamlStream();
        stream.Load(text);
        foreach ((string key, JsonNode? value) in ToJson(stream.Documents[0].RootNode)?.AsObject() ?? [])
        {
            (whole?.AsObject() ?? [])[key] = value?.DeepClone();
        }

        Assert.False(Evaluate(whole).IsValid);
    }

    private static EvaluationResults Evaluate(JsonNode? recipe) =>
        JsonSchema
            .FromText(RecipeSections.ToJsonSchema())
            .Evaluate(
                System.Text.Json.JsonSerializer.SerializeToElement(recipe),
                new EvaluationOptions { OutputFormat = OutputFormat.List }
            );

    private static IEnumerable<string> Faults(EvaluationResults results) =>
        (results.Details ?? [])
            .Where(detail => detail.Errors is not null)
            .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", (detail.Errors ?? []).Values)}");

    private static JsonNode? ToJson(string path)
    {
        using var text = new StreamReader(path);
        var stream = new YamlStream();
        stream.Load(text);
        return ToJson(stream.Documents[0].RootNode);
    }

    private static JsonNode? ToJson(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.Select(pair =>
                    KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? string.Empty, ToJson(pair.Value))
                )
            ),
            YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
            YamlScalarNode { Value: "true" } => true,
            YamlScalarNode { Value: "false" } => false,
            YamlScalarNode { Value: string text }
                when long.TryParse(text, CultureInfo.InvariantCulture, out long whole) => whole,
            YamlScalarNode { Value: string text }
                when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) =>
                number,
            YamlScalarNode scalar => scalar.Value,
            _ => null,
        };
}
