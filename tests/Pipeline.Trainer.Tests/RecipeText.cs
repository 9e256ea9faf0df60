using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests;

/// <summary>Small recipes from the one line that a test is about.</summary>
internal static class RecipeText
{
    /// <summary>Reads a recipe with one phase that has the given lines.</summary>
    internal static Recipe Read(string phaseLines, string modelLines = "")
    {
        string text = $"""
            name: test
            threads: 1
            data: {"{ source: folder, folder: images }"}
            models:
              - name: model
                preprocessing: {"{ size: 32, resize: squash, kernel: bicubic, scale: 1/255 }"}
                backbone: {"{ name: small-cnn }"}
                {modelLines}
                phases:
                  - train: all
                    epochs: 4
                    {phaseLines.Replace("\n", "\n        ", StringComparison.Ordinal)}
            """;
        return RecipeReader.Read(text, "test.yaml", []);
    }

    /// <summary>Reads its phase.</summary>
    internal static PhaseRecipe Phase(string phaseLines) => Read(phaseLines).Models[0].Phases[0];
}
