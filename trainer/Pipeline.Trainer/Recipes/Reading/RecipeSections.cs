using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// The keys of a whole recipe, and what is made of them besides reading and writing: the reference page, and the JSON
/// Schema that editors use.
/// </summary>
public static class RecipeSections
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static RecipeSection<Recipe> Root { get; } =
        new(
            "the recipe",
            [
                Key(
                    "name",
                    "Its name; a run lands in `artifacts/<name>/<n>`. Letters, digits, `-` and `_`.",
                    new JsonObject { ["type"] = "string" },
                    recipe => recipe.Name
                ) with
                {
                    IsRequired = true,
                },
                Key(
                    "seed",
                    "Seed of every random number of the run.",
                    new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
                    recipe => RecipeNodes.Number(recipe.Seed)
                ) with
                {
                    Default = "42",
                },
                Key(
                    "threads",
                    "Threads of libtorch's operators; results are reproducible for a given number.",
                    new JsonObject
                    {
                        ["type"] = "integer",
                        ["minimum"] = 1,
                        ["maximum"] = 1024,
                    },
                    recipe => RecipeNodes.Number(recipe.Threads)
                ) with
                {
                    Default = "as many as processors",
                },
                Key(
                    "data",
                    "Where the images come from.",
                    DataSection.All.ToSchema(),
                    recipe => DataSection.All.Write(recipe.Data)
                ) with
                {
                    IsRequired = true,
                },
                Key(
                    "models",
                    "The models in training order.",
                    new JsonObject
                    {
                        ["type"] = "array",
                        ["items"] = ModelSection.All.ToSchema(),
                        ["minItems"] = 1,
                    },
                    recipe => new YamlSequenceNode(recipe.Models.Select(ModelSection.All.Write))
                ) with
                {
                    IsRequired = true,
                },
                Key(
                    "publish",
                    "The model whose files stand at run level.",
                    new JsonObject { ["type"] = "string" },
                    recipe => recipe.Publish
                ) with
                {
                    Default = "the last",
                },
                Key(
                    "export",
                    "Which variant of its file every model is exported as.",
                    OutputSections.Export.ToSchema(),
                    recipe => recipe.Export == ExportRecipe.Standard ? null : OutputSections.Export.Write(recipe.Export)
                ),
                Key(
                    "quantization",
                    "Makes the published model int8 as well, if it is good enough.",
                    OutputSections.Quantization.ToSchema(),
                    recipe => recipe.Quantization is { } int8 ? OutputSections.Quantization.Write(int8) : null
                ),
            ]
        );

    /// <summary>The JSON Schema of a recipe file, for editors: <c># yaml-language-server: $schema=</c>.</summary>
    /// <returns>JSON, indented.</returns>
    public static string ToJsonSchema()
    {
        JsonObject schema = Root.ToSchema();
        JsonObject properties = schema["properties"]?.AsObject() ?? [];
        foreach (string key in RecipeReader.Inherited)
        {
            properties[key] = new JsonObject { ["$ref"] = $"#/properties/models/items/properties/{key}" };
        }

        var whole = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "A recipe of Pipeline",
        };
        foreach ((string key, JsonNode? value) in schema)
        {
            whole[key] = value?.DeepClone();
        }

        return whole.ToJsonString(Json) + "\n";
    }

    /// <summary>The keys of every section as Markdown: the generated part of the reference page.</summary>
    /// <returns>Lines of at most 120 columns.</returns>
    public static string ToMarkdown()
    {
        var text = new StringBuilder();
        Append(text, "The recipe", Root);
        Append(text, "`data`", DataSection.All);
        Append(text, "`data.parts`", DataSection.Parts);
        Append(text, "`data.split`", DataSection.Split);
        Append(text, "`models`", ModelSection.All);
        Append(text, "`preprocessing`", PreprocessingSection.All);
        Append(text, "`backbone`", ModelSection.Backbone);
        Append(text, "`phases`", PhaseSection.All);
        Append(text, "`optimizer`", OptimizerSection.All);
        Append(text, "`loss`", LearningSections.Loss);
        Append(text, "`gradients`", LearningSections.Gradients);
        Append(text, "`mix`", LearningSections.Mix);
        Append(text, "`block_rates`", LearningSections.BlockRates);
        Append(text, "`early_stopping`", LearningSections.EarlyStopping);
        Append(text, "`augmentation`", AugmentationSection.All);
        Append(text, "`random_resized_crop`", AugmentationSection.Crop);
        Append(text, "`random_erasing`", AugmentationSection.Erasing);
        Append(text, "`export`", OutputSections.Export);
        Append(text, "`quantization`", OutputSections.Quantization);
        return text.ToString();
    }

    // Read by RecipeReader, all together: models are read one after the other
    private static RecipeKey<Recipe> Key(string name, string doc, JsonNode schema, Func<Recipe, YamlNode?> write) =>
        new(name, doc, schema, (_, recipe) => recipe, write);

    private static void Append<T>(StringBuilder text, string heading, RecipeSection<T> section)
    {
        text.Append("\n## ").Append(heading).Append("\n\n");
        foreach ((string name, string doc, string? missing, bool isRequired) in section.Described)
        {
            string note =
                isRequired ? " (required)"
                : missing is null ? string.Empty
                : $" (default: {missing})";
            AppendWrapped(text, $"- `{name}`{note}: {doc}");
        }
    }

    private static void AppendWrapped(StringBuilder text, string line)
    {
        const int Width = 118; // in characters; 120 in bytes where a letter takes two
        while (line.Length > Width)
        {
            int space = line.LastIndexOf(' ', Width);
            text.Append(line, 0, space).Append('\n');
            line = "  " + line[(space + 1)..];
        }

        text.Append(line).Append('\n');
    }
}
