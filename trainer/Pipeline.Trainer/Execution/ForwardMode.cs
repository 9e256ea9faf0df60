using Pipeline.Networks.Graph;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Execution;

/// <summary>How layers behave that know a difference between training and use.</summary>
internal sealed record ForwardMode
{
    /// <summary>Dropout off, batch-norm on running statistics: what an exported model computes.</summary>
    public static ForwardMode Evaluation { get; } = new();

    /// <summary>Whether dropout drops.</summary>
    public bool Dropout { get; init; }

    /// <summary>
    /// Batch-norm nodes that normalise by the batch and update their running statistics; <c>null</c> means none. Do not
    /// modify.
    /// </summary>
    public IReadOnlySet<string>? BatchNormNodes { get; init; }

    /// <summary>Weight of the newest batch in the running statistics; <c>null</c> means each layer's own.</summary>
    public double? BatchNormMomentum { get; init; }

    /// <summary>
    /// The number format of convolutions and matrix products; 32 bits unless a training step says otherwise.
    /// </summary>
    public PrecisionMode Precision { get; init; } = PrecisionMode.Fp32;

    /// <summary>How layers behave in the steps of a phase.</summary>
    /// <param name="graph">The network. Borrowed.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="trainable">Names of the trained nodes. Borrowed.</param>
    /// <returns>Dropout on; trained batch-norms on batch statistics, if the phase says so.</returns>
    public static ForwardMode Training(NetworkGraph graph, PhaseRecipe phase, IReadOnlySet<string> trainable) =>
        new()
        {
            Dropout = true,
            BatchNormNodes =
                phase.BatchNorm == BatchNormTraining.Train
                    ? graph
                        .Nodes.Where(node => node.Operation is BatchNorm2d && trainable.Contains(node.Name))
                        .Select(node => node.Name)
                        .ToHashSet(StringComparer.Ordinal)
                    : null,
            Precision = phase.Precision,
        };
}
