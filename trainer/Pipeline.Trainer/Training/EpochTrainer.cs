using System.Globalization;
using Pipeline.Core.Errors;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Takes the steps of one epoch.</summary>
/// <param name="source">The batches.</param>
/// <param name="step">Takes a step. Borrowed.</param>
/// <param name="optimizer">Whose learning rate is set. Borrowed.</param>
/// <param name="average">Running average of the weights; <c>null</c> means none. Borrowed.</param>
/// <param name="phase">The phase.</param>
/// <param name="context">Names and seed.</param>
/// <param name="device">Where the steps compute.</param>
internal sealed class EpochTrainer(
    IBatchSource source,
    TrainingStep step,
    optim.Optimizer optimizer,
    WeightAverage? average,
    PhaseRecipe phase,
    PhaseContext context,
    Device device
)
{
    private const long StepPurpose = 0x57E9;
    private const int DeviceStepsPerReport = 10;
    private readonly bool hasDevice = device.type != TorchSharp.DeviceType.CPU;
    private readonly int stepsPerReport = device.type == TorchSharp.DeviceType.CPU ? 1 : DeviceStepsPerReport;
    private readonly int batchesPerEpoch = BatchStream.Count(source, phase);

    /// <summary>Rows of an epoch.</summary>
    internal int RowsPerEpoch => BatchStream.Rows(source, phase);

    private long StepsPerEpoch => (batchesPerEpoch + phase.Gradients.Accumulate - 1) / phase.Gradients.Accumulate;

    /// <summary>Trains an epoch.</summary>
    /// <param name="epoch">Number in the phase, from 1.</param>
    /// <param name="reductions">How often the schedule's plateau has reduced the rate.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>Mean loss in nats, share right, last learning rate.</returns>
    internal (double Loss, double Accuracy, double Rate) Run(
        int epoch,
        int reductions,
        Action<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        int runEpoch = context.FirstEpoch + epoch - 1;
        double lossSum = 0,
            rate = phase.Optimizer.LearningRate;
        int done = 0,
            correct = 0,
            unread = 0;
        using var totals = new StepTotals(device);
        long number = (epoch - 1) * StepsPerEpoch;
        IEnumerable<StepBatch> batches = BatchStream
            .Read(source, phase, runEpoch, cancellationToken)
            .Select((batch, index) => StepBatch.Create(batch, phase.Mix, context.Seed, StepPurpose, runEpoch, index));
        foreach (StepBatch[] group in StepBatch.Group(Prepared(batches, cancellationToken), phase.Gradients.Accumulate))
        {
            rate = LearningRateSchedule.At(phase, number, StepsPerEpoch, reductions);
            optimizer.SetRate(rate, phase.Optimizer.LearningRate);
            int rows = group.Sum(item => item.Batch.ClassIndexes.Length);
            step.Take(group, totals);
            average?.Update(number);
            number++;
            done += rows;
            if (++unread == stepsPerReport)
            {
                Report();
            }
        }

        Report();
        return (lossSum / done, (double)correct / done, rate);

        // Numbers are read back from the device here, and nowhere else
        void Report()
        {
            if (unread == 0)
            {
                return;
            }

            int steps = unread;
            unread = 0;
            double before = lossSum;
            (lossSum, correct) = totals.Read();
            if (!double.IsFinite(lossSum))
            {
                long step = number - ((epoch - 1) * StepsPerEpoch);
                string place =
                    steps == 1
                        ? FormattableString.Invariant($", step {step}")
                        : FormattableString.Invariant($", within steps {step - steps + 1} to {step}");
                throw Diverged(context, epoch, $"{place}: the loss became {Text(lossSum - before)}", rate);
            }

            progress(new StepProgress(epoch, done, RowsPerEpoch, lossSum / done, (double)correct / done));
        }
    }

    private static string Text(double loss) => loss.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// A device of its own computes while the next batch is made; a processor has nothing to spare. Who accumulates is
    /// short of memory, and has one batch at a time.
    /// </summary>
    private IEnumerable<StepBatch> Prepared(IEnumerable<StepBatch> batches, CancellationToken cancellationToken) =>
        hasDevice && phase.Gradients.Accumulate == 1
            ? PreparedBatches.Read(batches, device, cancellationToken)
            : batches;

    /// <summary>The error of a training that ran away.</summary>
    /// <param name="context">Which phase.</param>
    /// <param name="epoch">Number in the phase, from 1.</param>
    /// <param name="what">What became of the loss, and where.</param>
    /// <param name="rate">Last learning rate.</param>
    /// <returns>The error.</returns>
    internal static TrainingException Diverged(PhaseContext context, int epoch, string what, double rate)
    {
        string kept =
            epoch > 1
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"The weights up to epoch {epoch - 1} are kept in '{context.StatePath}'."
                )
                : "No epoch of this phase was finished.";
        return new TrainingException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Model '{context.Model}', phase {context.Number}, epoch {epoch}{what} at learning rate {rate:G3}. "
                    + $"Use a smaller learning rate (pipeline-train lr-find suggests one) or gradients: "
                    + $"{{ clip_norm: 1 }}. {kept}"
            )
        );
    }
}
