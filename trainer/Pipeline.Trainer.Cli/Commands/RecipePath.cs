using System.CommandLine;

namespace Pipeline.Trainer.Cli.Commands;

/// <summary>
/// The recipe's path on a command line: <c>train recipe.yaml</c>, or <c>train --recipe recipe.yaml</c>.
/// </summary>
internal sealed class RecipePath
{
    private const string What = "The recipe, a YAML file.";

    private readonly Argument<string?> argument = new("recipe") { Description = What, Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> option = new("--recipe", "-r") { Description = "The same, by name." };

    /// <summary>Lets a command take it, once.</summary>
    internal void AddTo(Command command)
    {
        command.Arguments.Add(argument);
        command.Options.Add(option);
        command.Validators.Add(result =>
        {
            (string? first, string? second) = (result.GetValue(argument), result.GetValue(option));
            if (first is null == second is null)
            {
                result.AddError(
                    first is null
                        ? $"The recipe is missing. Name a YAML file: pipeline-train {command.Name} recipe.yaml"
                        : $"The recipe is given twice, '{first}' and '{second}'. Leave one out."
                );
            }
        });
    }

    /// <summary>The path that was given.</summary>
    internal string Value(ParseResult parsed) =>
        parsed.GetValue(argument)
        ?? parsed.GetValue(option)
        ?? throw new InvalidOperationException("the parser lets no command without a recipe through");
}
