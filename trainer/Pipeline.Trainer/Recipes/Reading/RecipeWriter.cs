using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Writes a resolved recipe: every value spelled out, so that the file alone reproduces the run.</summary>
public static class RecipeWriter
{
    /// <summary>Writes YAML that <see cref="RecipeReader"/> reads back to an equal recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>YAML text, invariant, keys in a fixed order.</returns>
    public static string Write(Recipe recipe)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(RecipeSections.Root.Write(recipe))).Save(text, assignAnchors: false);
        return text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>Names a resolved recipe by its content.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>Hex SHA-256 of the YAML.</returns>
    public static string Hash(Recipe recipe) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(recipe))));
}
