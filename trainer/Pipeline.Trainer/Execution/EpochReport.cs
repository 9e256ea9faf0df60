namespace Pipeline.Trainer.Execution;

/// <summary>What one epoch gave: a line of <c>metrics.jsonl</c> and a row of <c>results.csv</c>.</summary>
public sealed record EpochReport
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Number of the phase, from 1.</summary>
    public required int Phase { get; init; }

    /// <summary>Number of the epoch in its phase, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs that the phase has at most.</summary>
    public required int Epochs { get; init; }

    /// <summary>Mean training loss over the epoch's images, in nats, as computed in its steps.</summary>
    public required double Loss { get; init; }

    /// <summary>Share of training images that their step got right, in [0, 1].</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean validation loss after the epoch, in nats.</summary>
    public required double ValLoss { get; init; }

    /// <summary>Validation accuracy after the epoch, in [0, 1].</summary>
    public required double ValAccuracy { get; init; }

    /// <summary>Learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Whether this epoch is the best so far by the phase's metric.</summary>
    public required bool IsBest { get; init; }
}

/// <summary>An epoch's timing; kept apart, so that the metrics of equal runs are equal bytes.</summary>
/// <param name="TrainSeconds">Time of the training steps, loading included.</param>
/// <param name="ValidationSeconds">Time of the validation.</param>
/// <param name="ImagesPerSecond">Training images per second.</param>
/// <param name="RemainingSeconds">Estimate for the rest of the phase, if it is not stopped early.</param>
public sealed record EpochTiming(
    double TrainSeconds,
    double ValidationSeconds,
    double ImagesPerSecond,
    double RemainingSeconds
);
