using System.CommandLine;
using System.Globalization;

namespace Pipeline.Inference.Cli.Commands;

/// <summary>Options that take a share or a probability.</summary>
internal static class Shares
{
    /// <summary>Makes an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">For the help.</param>
    /// <returns>An option that takes a number from 0 to 1, <c>null</c> when it is not given.</returns>
    internal static Option<double?> Option(string name, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "0..1" };
        option.Validators.Add(result =>
        {
            if (
                result.Tokens.Count > 0
                && !(
                    double.TryParse(
                        result.Tokens[0].Value,
                        NumberStyles.Float,
                        CultureInfo.InvariantCulture,
                        out double value
                    ) && value is >= 0 and <= 1
                )
            )
            {
                result.AddError($"{name} is '{result.Tokens[0].Value}', expected a number from 0 to 1.");
            }
        });
        return option;
    }
}
