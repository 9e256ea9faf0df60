using Pipeline.Core.Errors;
using Pipeline.Trainer.Runs;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>
/// Reads a recipe file. A field given at the top is inherited by every model that does not say it itself.
/// </summary>
public static class RecipeReader
{
    private static readonly string[] InheritedByAll = ["precision", "calibration", "reject", "phases"];

    /// <summary>Keys of a model that may stand at the top, for all models that do not have them.</summary>
    internal static readonly string[] Inherited = ["preprocessing", "backbone", "head", "init", .. InheritedByAll];

    /// <summary>Reads and checks a file.</summary>
    /// <param name="path">Path of the YAML file.</param>
    /// <param name="overrides">
    /// Single values to change, as <c>key.path=value</c>; list items by index (<c>models.0.phases.0.epochs=2</c>) or a
    /// model by name (<c>models.frozen.phases.0.epochs=2</c>).
    /// </param>
    /// <returns>The recipe with every default filled in.</returns>
    /// <exception cref="RecipeException">
    /// The file is missing or no YAML, has an unknown key or a value of the wrong type, or contradicts itself; the
    /// message says line and remedy.
    /// </exception>
    public static Recipe Read(string path, IReadOnlyList<string> overrides)
    {
        return Read(TextOf(path), path, overrides);
    }

    /// <summary>Reads and checks a text.</summary>
    /// <param name="yaml">The text of a recipe file.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The recipe with every default filled in.</returns>
    /// <exception cref="RecipeException">As for a file.</exception>
    public static Recipe Parse(string yaml, string name = "recipe") => Read(yaml, name, []);

    internal static Recipe Read(string text, string path, IReadOnlyList<string> overrides)
    {
        YamlMappingNode root = RecipeText.Parse(text, path);
        var origin = new RecipeOrigin(path);
        foreach (string change in overrides)
        {
            RecipeOverride.Apply(root, change, origin);
        }

        return ReadRoot(new YamlSection(origin, root, "the recipe"));
    }

    /// <summary>
    /// Which model a resolved recipe publishes. Nothing else of it is read: weights that it names may be gone.
    /// </summary>
    /// <param name="path">Path of a run's recipe.</param>
    internal static string PublishedIn(string path) =>
        new YamlSection(new RecipeOrigin(path), RecipeText.Parse(TextOf(path), path), "the recipe").Text("publish");

    private static string TextOf(string path)
    {
        string? fault =
            Directory.Exists(path) ? "is a folder"
            : File.Exists(path) ? null
            : "does not exist";
        if (fault is not null)
        {
            throw new RecipeException(
                $"Recipe '{path}' {fault}. Give the path of a YAML file; there are some in recipes/."
            )
            {
                Subject = path,
            };
        }

        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RecipeException($"Recipe '{path}' cannot be read: {error.Message} Check its permissions.", error)
            {
                Subject = path,
            };
        }
    }

    private static Recipe ReadRoot(YamlSection root)
    {
        string name = RequireFileName(root, root.Text("name"));
        if (RunFolder.IsReserved(name))
        {
            throw root.At(
                root.Find("name") ?? root.Mapping,
                $"a recipe cannot be named '{name}': that folder of the artifacts belongs to the build. "
                    + $"Choose another name; reserved are: {string.Join(", ", RunFolder.Reserved)}."
            );
        }

        IReadOnlyList<ModelRecipe> models = ReadModels(root);
        var recipe = new Recipe
        {
            Name = name,
            Seed = root.Integer("seed", 42, 0),
            Threads = root.Integer("threads", Environment.ProcessorCount, 1, 1024),
            Data = DataSection.Read(root.Section("data")),
            Models = models,
            Publish = root.TextOrNull("publish") ?? models[^1].Name,
            Export = root.SectionOrNull("export") is YamlSection export
                ? OutputSections.Export.Read(export, ExportRecipe.Standard)
                : ExportRecipe.Standard,
            Quantization = root.SectionOrNull("quantization") is YamlSection int8
                ? OutputSections.Quantization.Read(int8, new QuantizationRecipe())
                : null,
        };
        foreach (string key in Inherited)
        {
            root.Find(key); // known here; read through the models
        }

        root.RequireNoMore();
        if (recipe is { Quantization: not null, Export: { TakesFloat32: true } or { IsFloat16: true } })
        {
            throw root.At(
                root.Find("export") ?? root.Mapping,
                "'quantization' starts from a model that takes pixels and computes in float32. "
                    + "Remove 'input' and 'precision' from 'export', or 'quantization'."
            );
        }

        return models.Any(model => model.Name == recipe.Publish)
            ? recipe
            : throw root.At(
                root.Find("publish") ?? root.Mapping,
                $"'publish' names model '{recipe.Publish}', the models are: "
                    + $"{string.Join(", ", models.Select(model => model.Name))}."
            );
    }

    private static List<ModelRecipe> ReadModels(YamlSection root)
    {
        IReadOnlyList<YamlNode> nodes = root.List("models");
        if (nodes.Count == 0)
        {
            throw root.At(root.Mapping, "the recipe lacks 'models'. Add a list with at least one model.");
        }

        var models = new List<ModelRecipe>();
        foreach (YamlNode node in nodes)
        {
            if (node is not YamlMappingNode mapping)
            {
                throw root.WrongType(node, "models", "a list of mappings, each with a 'name'");
            }

            Inherit(root, mapping);
            models.Add(ModelSection.Read(new YamlSection(root.Origin, mapping, "the model"), models));
        }

        return models;
    }

    /// <summary>
    /// A model that starts from another has that one's network, so it inherits precision, calibration, reject and
    /// phases only.
    /// </summary>
    private static void Inherit(YamlSection root, YamlMappingNode model)
    {
        bool startsFromAnother = model.Children.ContainsKey(new YamlScalarNode("from"));
        foreach (string key in startsFromAnother ? InheritedByAll : Inherited)
        {
            if (!model.Children.ContainsKey(new YamlScalarNode(key)) && root.Find(key) is YamlNode inherited)
            {
                model.Children.Add(new YamlScalarNode(key), inherited);
            }
        }
    }

    /// <summary>Refuses names that cannot be folder names everywhere.</summary>
    internal static string RequireFileName(YamlSection section, string name) =>
        name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? name
            : throw section.At(
                section.Find("name") ?? section.Mapping,
                $"name '{name}' becomes a folder, expected up to 64 letters, digits, '-' and '_'."
            );
}
