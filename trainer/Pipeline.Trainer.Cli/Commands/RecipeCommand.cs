using System.CommandLine;
using Pipeline.CommandLine;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary><c>recipe</c>: what a recipe may say, for editors and for people.</summary>
internal static class RecipeCommand
{
    /// <summary>Makes the verb.</summary>
    internal static Command Create() =>
        new("recipe", "What a recipe may say: as JSON Schema for editors, or as a list of keys.")
        {
            Printing(
                "schema",
                "Print the JSON Schema; name it in a recipe with '# yaml-language-server: $schema=<file>'.",
                RecipeSections.ToJsonSchema
            ),
            Printing("keys", "Print every key with its default, as Markdown.", RecipeSections.ToMarkdown),
        };

    private static Command Printing(string name, string description, Func<string> text)
    {
        var command = new Command(name, description);
        command.SetAction(_ =>
        {
            Console.Write(text());
            return ExitCodes.Done;
        });
        return command;
    }
}
