using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Precision;

/// <summary>
/// A phase's whole step, backward and optimizer included, on a network of its own with random weights: the time of a
/// step does not depend on them, and the run's are not touched. Owns the network and the optimizer.
/// </summary>
internal sealed class ProbeStep : IDisposable
{
    private readonly optim.Optimizer optimizer;
    private readonly IReadOnlyList<Parameter> trained;
    private readonly PhaseRecipe phase;
    private readonly ForwardMode mode;
    private readonly StepBatch batch;

    /// <summary>Prepares it.</summary>
    /// <param name="graph">The model's network.</param>
    /// <param name="phase">What is trained, and how.</param>
    /// <param name="batch">The images of every step. Borrowed.</param>
    /// <param name="seed">Seed of the weights and of dropout.</param>
    /// <param name="device">Where to compute.</param>
    internal ProbeStep(NetworkGraph graph, PhaseRecipe phase, TrainingBatch batch, int seed, Device device)
    {
        this.phase = phase with { Gradients = GradientRecipe.Plain };
        this.batch = new StepBatch(batch, seed, Mix: null);
        Network = new TorchNetwork(
            graph,
            new WeightSet(graph.Parameters.Select(spec => ParameterInitializer.Create(spec, seed))),
            device
        );
        IReadOnlySet<string> trainable = TrainableNodes.Find(graph, phase.Train);
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> parameters = Network.SetTrainable(node =>
            trainable.Contains(node.Name)
        );
        optimizer = OptimizerFactory.Create(phase.Optimizer, parameters);
        trained = [.. parameters.Select(item => item.Tensor)];
        mode = ForwardMode.Training(graph, phase, trainable);
    }

    /// <summary>The network that is trained. Borrowed.</summary>
    internal TorchNetwork Network { get; }

    /// <summary>Takes a step.</summary>
    /// <param name="precision">The number format.</param>
    /// <returns>The loss before it.</returns>
    internal float Take(PrecisionMode precision) =>
        (float)
            new TrainingStep(
                Network,
                optimizer,
                trained,
                phase,
                mode with
                {
                    Precision = precision,
                },
                NetworkGraph.InputName,
                classWeights: null
            )
                .Run([batch])
                .Loss;

    /// <summary>Releases the optimizer and the network.</summary>
    public void Dispose()
    {
        optimizer.Dispose();
        Network.Dispose();
    }
}
