using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Recipes;

/// <summary>A good recipe that takes more keys at its top level: they begin at line 9.</summary>
internal static class TopLevelRecipe
{
    internal static Recipe Read(string lines, params string[] set) =>
        RecipeReader.Read(
            $$"""
            name: test
            threads: 1
            data: { source: folder, folder: images }
            models:
              - name: model
                preprocessing: { size: 32, resize: squash, kernel: bicubic, scale: 1/255 }
                backbone: { name: small-cnn }
                phases: [{ train: all, epochs: 4, optimizer: { name: adam } }]
            {{lines}}
            """,
            "test.yaml",
            set
        );
}
