using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Export;
using Pipeline.Networks.Checkpoints;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Runs;
using Pipeline.Trainer.Training;

namespace Pipeline.Training;

/// <summary>
/// Writes a model's candidate for the gate, with what is chosen on the validation images: the temperature first, then
/// the reject option, which looks at the calibrated confidences.
/// </summary>
internal sealed class CandidateExport(Recipe recipe, TrainingContext context, IProgress<TrainingUpdate> progress)
{
    private ExportOptions Variant =>
        new()
        {
            Input = recipe.Export.TakesFloat32 ? ExportInput.Float32 : ExportInput.Uint8,
            Precision = recipe.Export.IsFloat16 ? ExportPrecision.Fp16 : ExportPrecision.Fp32,
            Features = recipe.Export.HasFeatures,
        };

    /// <summary>
    /// Writes the candidate; when something was chosen, also the best checkpoint again, so that <c>export
    /// --checkpoint</c> gives the run's bytes.
    /// </summary>
    /// <param name="model">The model's recipe.</param>
    /// <param name="checkpoint">Its best checkpoint. Borrowed.</param>
    /// <param name="folder">Where candidate and checkpoint go.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The candidate's contract, and the fitted temperature; <c>null</c> when the recipe wants none.</returns>
    internal (ModelContract Contract, TemperatureFit? Fit) Write(
        ModelRecipe model,
        Checkpoint checkpoint,
        ModelFolder folder,
        CancellationToken cancellationToken
    )
    {
        ModelContract written = ModelExporter.Export(checkpoint, folder.Candidate, Variant);
        TemperatureFit? fit = model.Calibration == ScoreCalibration.Temperature ? Fit(folder, cancellationToken) : null;
        if (fit is not null && fit.Temperature != 1)
        {
            checkpoint = checkpoint with { Contract = checkpoint.Contract with { Temperature = fit.Temperature } };
            written = Replace(checkpoint, folder);
        }

        if (model.RejectAccuracy is double target && Reject(folder, target, cancellationToken) is { } reject)
        {
            written = Replace(checkpoint with { Contract = checkpoint.Contract with { Reject = reject } }, folder);
        }

        return (written, fit);
    }

    private ModelContract Replace(Checkpoint checkpoint, ModelFolder folder)
    {
        checkpoint.Save(folder.BestCheckpoint);
        return ModelExporter.Export(checkpoint, folder.Candidate, Variant);
    }

    private TemperatureFit? Fit(ModelFolder folder, CancellationToken cancellationToken)
    {
        TemperatureFit? fit = TemperatureChoice.Make(
            folder.Candidate,
            context.Data,
            recipe.Threads,
            context.Skipped,
            cancellationToken
        );
        if (fit is not null)
        {
            progress.Message(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"calibration: temperature {fit.Temperature}; on {fit.Images} validation images "
                        + $"log-loss {fit.LogLossBefore:0.0000} to {fit.LogLossAfter:0.0000}, "
                        + $"calibration error {fit.CalibrationErrorBefore:0.000} to {fit.CalibrationErrorAfter:0.000}"
                )
            );
        }

        return fit;
    }

    private RejectOption? Reject(ModelFolder folder, double target, CancellationToken cancellationToken)
    {
        RejectOption? reject = RejectChoice.Make(
            folder.Candidate,
            context.Data,
            target,
            recipe.Threads,
            cancellationToken
        );
        if (reject is null)
        {
            progress.Message(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"reject: at no confidence are {target:P1} of the validation images right, "
                        + $"so every image gets a label"
                )
            );
        }
        else
        {
            progress.Message(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"reject: below a confidence of {reject.MinimumConfidence:0.000} no label; "
                        + $"of the validation images {reject.Coverage:P1} get one, "
                        + $"{reject.Accuracy:P1} of them the right one"
                )
            );
        }

        return reject;
    }
}
