using System.Text.RegularExpressions;

/// Writes what is made of the recipe's keys: the JSON Schema, and the list of keys in the reference page.
void WriteRecipeKeys(BuildPaths paths)
{
    var page = paths.Root.CombineWithFilePath("docs/reference/recipes.md").FullPath;
    var keys = new Regex("(?<=<!-- keys: [^>]*-->\n).*(?=<!-- /keys -->)", RegexOptions.Singleline);
    var schema = paths.Root.CombineWithFilePath("recipes/recipe.schema.json").FullPath;
    System.IO.File.WriteAllText(schema, Recipe("schema"));
    System.IO.File.WriteAllText(page, keys.Replace(System.IO.File.ReadAllText(page), _ => Recipe("keys"), 1));

    string Recipe(string what)
    {
        var program = Quote(paths.Program("Pipeline.Trainer.Cli", "pipeline-train").FullPath);
        var settings = new ProcessSettings { Arguments = $"{program} recipe {what}", RedirectStandardOutput = true };
        StartProcess("dotnet", settings, out var lines);
        return string.Join("\n", lines) + "\n";
    }
}
