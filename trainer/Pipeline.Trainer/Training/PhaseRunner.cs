using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Metrics;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Trains one phase: epochs of steps, validation after each, weights of the best or the last epoch kept, early
/// stopping. Runs on the caller's thread, which must stay the same one.
/// </summary>
internal sealed class PhaseRunner(
    TorchNetwork network,
    IBatchSource source,
    PhaseRecipe phase,
    PhaseContext context,
    TimeProvider clock
)
{
    private const int ValidationBatchSize = 50;
    private readonly BestEpoch stopping = new(phase);
    private readonly TimeSpan? budget = phase.TimeBudgetMinutes is double minutes
        ? TimeSpan.FromMinutes(minutes)
        : null;
    private readonly Plateau plateau = new(phase.Schedule.Patience);

    /// <summary>Report of the epoch whose weights are kept so far; <c>null</c> before the first.</summary>
    internal EpochReport? KeptReport { get; private set; }

    /// <summary>All weights after the last epoch, once the phase is over.</summary>
    internal WeightSet? Last { get; private set; }

    /// <summary>Runs the epochs that are left; the network ends with the weights that the phase keeps.</summary>
    /// <param name="resumed">State after an earlier epoch of this phase; <c>null</c> starts it.</param>
    /// <param name="progress">Told after each step, and when the phase ends before its last epoch.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    internal IEnumerable<EpochFinished> Run(
        PhaseState? resumed,
        IProgress<TrainingUpdate> progress,
        CancellationToken cancellationToken
    )
    {
        IReadOnlySet<string> trainable = TrainableNodes.Find(network.Graph, phase.Train);
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained = network.SetTrainable(node =>
            trainable.Contains(node.Name)
        );
        Dictionary<object, string> keys = trained.ToDictionary(
            item => (object)item.Tensor,
            item => item.Spec.Key,
            ReferenceEqualityComparer.Instance
        );
        using optim.Optimizer optimizer = OptimizerFactory.Create(phase, network.Graph, trained);
        WeightSet kept = network.ToWeights(trainable);
        using WeightAverage? average =
            phase.Ema > 0 ? new WeightAverage(network, resumed?.Average ?? kept, phase.Ema) : null;
        if (resumed is not null)
        {
            network.Load(resumed.Last);
            OptimizerTensors.Write(optimizer, parameter => keys[parameter], resumed.Optimizer);
            (kept, KeptReport) = (resumed.Kept, resumed.KeptReport);
            (stopping.Memory, plateau.Memory) = (resumed.Memory, resumed.Plateau);
        }

        using ClassWeights? classWeights = ClassWeights.Create(phase, source, network);
        var step = new TrainingStep(
            network,
            optimizer,
            [.. trained.Select(item => item.Tensor)],
            phase,
            ForwardMode.Training(network.Graph, phase, trainable),
            source.StartNode,
            classWeights,
            progress.Message
        );
        var trainer = new EpochTrainer(source, step, optimizer, average, phase, context, network.Device);
        TimeSpan used = resumed?.Used ?? TimeSpan.Zero;
        int epoch = (resumed?.Epoch ?? 0) + 1;
        for (; epoch <= phase.Epochs && !stopping.IsOver && !(used >= budget); epoch++)
        {
            long start = clock.GetTimestamp();
            WeightSet? averaged = null;
            EpochFinished result = RunEpoch(
                trainer,
                () => averaged = average?.ToWeights(),
                trainable,
                epoch,
                progress,
                cancellationToken
            );
            if (result.Report.IsBest || phase.Keep == KeptEpoch.Last)
            {
                kept = averaged ?? network.ToWeights(trainable);
                KeptReport = result.Report;
            }

            used = budget is null ? used : used + clock.GetElapsedTime(start);
            yield return result; // the reader records it; only then does the state say that the epoch is done

            new PhaseState
            {
                Phase = context.Number,
                Epoch = epoch,
                Memory = stopping.Memory,
                Plateau = plateau.Memory,
                Used = used,
                KeptReport = KeptReport,
                Last = network.ToWeights(trainable),
                Kept = kept,
                Average = averaged,
                Optimizer = new WeightSet(OptimizerTensors.Read(optimizer, parameter => keys[parameter])),
            }.Save(context.StatePath);
        }

        if (used >= budget && epoch <= phase.Epochs)
        {
            progress.Message(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The time budget of {phase.TimeBudgetMinutes} minutes is used up after epoch {epoch - 1} of "
                        + $"{phase.Epochs}; the phase ends with its {WireNames.ToKebab(phase.Keep)} weights"
                )
            );
        }

        network.SetTrainable(_ => false);
        Last = network.ToWeights();
        network.Load(kept);
    }

    private EpochFinished RunEpoch(
        EpochTrainer trainer,
        Func<WeightSet?> average,
        IReadOnlySet<string> trainable,
        int epoch,
        IProgress<TrainingUpdate> progress,
        CancellationToken cancellationToken
    )
    {
        long start = clock.GetTimestamp();
        (double loss, double accuracy, double rate) = trainer.Run(
            epoch,
            plateau.Reductions,
            progress.Report,
            cancellationToken
        );
        TimeSpan training = clock.GetElapsedTime(start);
        ClassificationReport validation = Validate(average(), trainable, epoch, progress, cancellationToken);
        if (!double.IsFinite(validation.LogLoss))
        {
            throw EpochTrainer.Diverged(
                context,
                epoch,
                FormattableString.Invariant($": the loss became {validation.LogLoss} on the validation images"),
                rate
            ); // the last step did it
        }

        TimeSpan all = clock.GetElapsedTime(start);
        plateau.Observe(validation.LogLoss);
        var report = new EpochReport
        {
            Model = context.Model,
            Phase = context.Number,
            Epoch = epoch,
            Epochs = phase.Epochs,
            Loss = loss,
            Accuracy = accuracy,
            ValLoss = validation.LogLoss,
            ValAccuracy = validation.MicroAccuracy,
            LearningRate = rate,
            IsBest = stopping.Observe(metric =>
                metric switch
                {
                    MonitoredMetric.ValLoss => validation.LogLoss,
                    MonitoredMetric.ValAccuracy => validation.MicroAccuracy,
                    MonitoredMetric.Loss => loss,
                    _ => accuracy,
                }
            ),
        };
        var timing = new EpochTiming(
            training.TotalSeconds,
            (all - training).TotalSeconds,
            trainer.RowsPerEpoch / training.TotalSeconds,
            all.TotalSeconds * (phase.Epochs - epoch)
        );
        return new EpochFinished(report, timing);
    }

    /// <summary>Scores the validation images, with the averaged weights if there are any.</summary>
    private ClassificationReport Validate(
        WeightSet? average,
        IReadOnlySet<string> trainable,
        int epoch,
        IProgress<TrainingUpdate> progress,
        CancellationToken cancellationToken
    )
    {
        WeightSet? own = average is null ? null : network.ToWeights(trainable);
        if (average is not null)
        {
            network.Load(average);
        }

        ClassificationReport report = Validator.Run(
            network,
            source.Validate(context.FirstEpoch + epoch - 1, ValidationBatchSize, cancellationToken),
            source.StartNode,
            done => progress.Report(new PassProgress("validating", done, source.ValidationRows))
        );
        if (own is not null)
        {
            network.Load(own);
        }

        return report;
    }
}
