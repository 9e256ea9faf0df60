using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Training;

/// <summary>Tells when a recipe gives pretrained weights other numbers than they were trained on.</summary>
internal static class InputWarning
{
    /// <summary>
    /// The warning, or nothing. Batch-norm statistics that are measured again take up a shift and a scale, so then
    /// there is none.
    /// </summary>
    internal static IEnumerable<string> For(ModelRecipe model)
    {
        if (
            model.Backbone.BatchNorm == BatchNormStart.ReEstimate
            || KnownPreprocessing.Find(model.Backbone) is not Preprocessing known
        )
        {
            yield break;
        }

        var range = new InputRange(string.Empty, known.ChannelOrder, known.Scale, known.Mean, known.Std);
        if (!range.Agrees(model.Preprocessing))
        {
            yield return $"warning: model '{model.Name}' gives weights '{model.Backbone.Weights}' "
                + $"{Text(model.Preprocessing)}, and they were trained on {Text(known)}; leave scale, mean, "
                + "std and channel_order out of 'preprocessing' to get these";
        }
    }

    private static string Text(Preprocessing value) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{value.ChannelOrder.ToString().ToUpperInvariant()} scale {value.Scale:0.######} mean "
                + $"[{string.Join(", ", value.Mean)}] std [{string.Join(", ", value.Std)}]"
        );
}
