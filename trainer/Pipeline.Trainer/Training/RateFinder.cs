using Pipeline.Networks.Graph;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Trains a phase's first steps at rising learning rates, to see at which one the loss falls fastest. Its schedule,
/// early stopping and running average stay out; the network is worn out afterwards.
/// </summary>
/// <param name="network">The network with the weights that the phase starts from; changed. Borrowed.</param>
/// <param name="source">The phase's batches.</param>
/// <param name="phase">The phase.</param>
/// <param name="seed">Seed of the run.</param>
internal sealed class RateFinder(TorchNetwork network, IBatchSource source, PhaseRecipe phase, int seed)
{
    private const long Purpose = 0x14F1;
    private const double Smoothing = 0.95,
        TooHigh = 4;

    /// <summary>Sweeps.</summary>
    /// <param name="range">The rates.</param>
    /// <param name="progress">Told after each step, and of shortage of memory.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The losses, up to where they are four times the lowest or no longer finite.</returns>
    internal RateSweep Run(RateRange range, IProgress<TrainingUpdate> progress, CancellationToken cancellationToken)
    {
        IReadOnlySet<string> trainable = TrainableNodes.Find(network.Graph, phase.Train);
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained = network.SetTrainable(node =>
            trainable.Contains(node.Name)
        );
        using optim.Optimizer optimizer = OptimizerFactory.Create(phase, network.Graph, trained);
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
        var points = new List<RatePoint>();
        double mean = 0,
            lowest = double.PositiveInfinity;
        foreach (
            StepBatch[] group in StepBatch.Group(
                Batches(cancellationToken).Take(range.Steps * phase.Gradients.Accumulate),
                phase.Gradients.Accumulate
            )
        )
        {
            double rate = range.At(points.Count);
            optimizer.SetRate(rate, phase.Optimizer.LearningRate);
            using var totals = new StepTotals(network.Device);
            int rows = group.Sum(item => item.Batch.ClassIndexes.Length);
            step.Take(group, totals);
            double loss = totals.Read().Loss / rows;
            mean = (Smoothing * mean) + ((1 - Smoothing) * loss);
            double smoothed = mean / (1 - Math.Pow(Smoothing, points.Count + 1));
            if (!double.IsFinite(smoothed) || smoothed > TooHigh * lowest)
            {
                break;
            }

            lowest = Math.Min(lowest, smoothed);
            points.Add(new RatePoint(rate, loss, smoothed));
            progress.Report(new PassProgress("Learning rates", points.Count, range.Steps));
        }

        return RateSweep.FromPoints(points);
    }

    /// <summary>Pass after pass over the training rows.</summary>
    private IEnumerable<StepBatch> Batches(CancellationToken cancellationToken) =>
        Enumerable
            .Range(0, int.MaxValue)
            .SelectMany(pass =>
                source
                    .Train(pass, phase.BatchSize, 0, cancellationToken)
                    .Select((batch, index) => StepBatch.Create(batch, phase.Mix, seed, Purpose, pass, index))
            );
}
