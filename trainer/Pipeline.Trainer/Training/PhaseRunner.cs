using Pipeline.Core.Errors;
using Pipeline.Core.Metrics;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>What a phase works with.</summary>
/// <param name="Model">Name of the model, for reports.</param>
/// <param name="Number">Number of the phase, from 1.</param>
/// <param name="FirstEpoch">Epochs of the phases before: random numbers go on counting.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="StatePath">Where the state is written after each epoch.</param>
internal sealed record PhaseContext(string Model, int Number, int FirstEpoch, int Seed, string StatePath);

/// <summary>One finished epoch.</summary>
/// <param name="Report">Its metrics.</param>
/// <param name="Timing">Its times.</param>
public sealed record EpochResult(EpochReport Report, EpochTiming Timing);

/// <summary>Trains one phase: epochs of steps, validation after each, best weights kept, early stopping. Runs on the caller's thread, which must stay the same one.</summary>
internal sealed class PhaseRunner(TorchNetwork network, IBatchSource source, PhaseRecipe phase, PhaseContext context, TimeProvider clock)
{
    private const int ValidationBatchSize = 50;
    private const long StepPurpose = 0x57E9;

    /// <summary>Report of the best epoch so far; <c>null</c> before the first.</summary>
    internal EpochReport? BestReport { get; private set; }

    /// <summary>All weights after the last epoch, once the phase is over.</summary>
    internal WeightSet? Last { get; private set; }

    /// <summary>Runs the epochs that are left; the network ends with the best weights.</summary>
    /// <param name="resumed">State after an earlier epoch of this phase; <c>null</c> starts it.</param>
    /// <param name="batchProgress">Told after each step.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    internal IEnumerable<EpochResult> Run(PhaseState? resumed, Action<StepProgress> batchProgress, CancellationToken cancellationToken)
    {
        IReadOnlySet<string> trainable = TrainableNodes.Of(network.Graph, phase.Train);
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained = network.SetTrainable(node => trainable.Contains(node.Name));
        Dictionary<object, string> keys = trained.ToDictionary(item => (object)item.Tensor, item => item.Spec.Key, ReferenceEqualityComparer.Instance);
        using optim.Optimizer optimizer = OptimizerFactory.Create(phase.Optimizer, trained);
        ForwardMode mode = ForwardMode.Training(network.Graph, phase, trainable);
        var stopping = new BestEpoch(phase);
        WeightSet best = network.ToWeights(trainable);
        if (resumed is not null)
        {
            network.Load(resumed.Last);
            OptimizerTensors.Write(optimizer, parameter => keys[parameter], resumed.Optimizer);
            (best, BestReport, stopping.Memory) = (resumed.Best, resumed.BestReport, resumed.Memory);
        }

        for (int epoch = (resumed?.Epoch ?? 0) + 1; epoch <= phase.Epochs && !stopping.IsOver; epoch++)
        {
            EpochResult result = RunEpoch(optimizer, mode, stopping, epoch, batchProgress, cancellationToken);
            if (result.Report.IsBest)
            {
                best = network.ToWeights(trainable);
                BestReport = result.Report;
            }

            yield return result;   // the reader records it; only then does the state say that the epoch is done

            new PhaseState
            {
                Phase = context.Number,
                Epoch = epoch,
                Memory = stopping.Memory,
                BestReport = BestReport,
                Last = network.ToWeights(trainable),
                Best = best,
                Optimizer = new WeightSet(OptimizerTensors.Read(optimizer, parameter => keys[parameter])),
            }.Save(context.StatePath);
        }

        network.SetTrainable(_ => false);
        Last = network.ToWeights();
        network.Load(best);
    }

    private EpochResult RunEpoch(optim.Optimizer optimizer, ForwardMode mode, BestEpoch stopping, int epoch, Action<StepProgress> batchProgress, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        (double loss, double accuracy, double rate) = TrainEpoch(optimizer, mode, epoch, batchProgress, cancellationToken);
        TimeSpan training = clock.GetElapsedTime(start);
        ClassificationReport validation = Validator.Run(network, source.Validate(context.FirstEpoch + epoch - 1, ValidationBatchSize, cancellationToken), source.StartNode);
        TimeSpan all = clock.GetElapsedTime(start);
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
            IsBest = stopping.Observe(validation),
        };
        var timing = new EpochTiming(
            training.TotalSeconds,
            (all - training).TotalSeconds,
            source.TrainCount / training.TotalSeconds,
            all.TotalSeconds * (phase.Epochs - epoch));
        return new EpochResult(report, timing);
    }

    private (double Loss, double Accuracy, double Rate) TrainEpoch(optim.Optimizer optimizer, ForwardMode mode, int epoch, Action<StepProgress> batchProgress, CancellationToken cancellationToken)
    {
        int runEpoch = context.FirstEpoch + epoch - 1;
        long stepsPerEpoch = (source.TrainCount + phase.BatchSize - 1) / phase.BatchSize;
        double lossSum = 0, rate = phase.Optimizer.LearningRate;
        int done = 0, correct = 0, step = 0;
        foreach (TrainingBatch batch in source.Train(runEpoch, phase.BatchSize, cancellationToken))
        {
            using (batch)
            {
                rate = LearningRateSchedule.At(phase, ((epoch - 1) * stepsPerEpoch) + step, phase.Epochs * stepsPerEpoch);
                foreach (var group in optimizer.ParamGroups)
                {
                    group.LearningRate = rate;
                }

                // The step's own seed: dropout does not depend on what ran before, so a resumed run draws the same
                manual_seed((long)(CounterRandom.Bits(context.Seed, StepPurpose, runEpoch, step) >> 1));
                (float loss, int right) = TrainingStep.Run(network, optimizer, batch, source.StartNode, mode);
                if (!float.IsFinite(loss))
                {
                    throw new TrainingException(FormattableString.Invariant($"Model '{context.Model}', phase {context.Number}, epoch {epoch}, step {step + 1}: the loss became {loss} at learning rate {rate:G3}. Use a smaller learning rate; the best weights so far are kept."));
                }

                lossSum += (double)loss * batch.ClassIndexes.Length;
                done += batch.ClassIndexes.Length;
                correct += right;
                step++;
                batchProgress(new StepProgress(epoch, done, source.TrainCount, lossSum / done, (double)correct / done));
            }
        }

        return (lossSum / done, (double)correct / done, rate);
    }
}

/// <summary>How far an epoch is.</summary>
/// <param name="Epoch">Number of the epoch in its phase, from 1.</param>
/// <param name="Done">Images done.</param>
/// <param name="Total">Images per epoch.</param>
/// <param name="Loss">Mean loss so far, in nats.</param>
/// <param name="Accuracy">Share right so far.</param>
public sealed record StepProgress(int Epoch, int Done, int Total, double Loss, double Accuracy);
