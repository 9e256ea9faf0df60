using System.Globalization;

namespace Pipeline.Trainer.Execution;

/// <summary>Something that a training tells while it runs; each kind is a record of its own.</summary>
public abstract record TrainingUpdate;

/// <summary>A step that may take long has begun, or one has ended with something worth knowing.</summary>
/// <param name="Text">One sentence.</param>
public sealed record TrainingMessage(string Text) : TrainingUpdate
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A phase of a model begins.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Phase">Number of the phase, from 1.</param>
/// <param name="Phases">Phases that the model has.</param>
/// <param name="Description">What is trained, how, and for how long; one clause.</param>
public sealed record PhaseStarted(string Model, int Phase, int Phases, string Description) : TrainingUpdate;

/// <summary>Images of a long pass that are done.</summary>
/// <param name="Pass">What the pass does, such as <c>validating</c>.</param>
/// <param name="Done">Images done.</param>
/// <param name="Total">Images in all.</param>
public sealed record PassProgress(string Pass, int Done, int Total) : TrainingUpdate;

/// <summary>A training step is done.</summary>
/// <param name="Epoch">Number of the epoch in its phase, from 1.</param>
/// <param name="Done">Images of the epoch done.</param>
/// <param name="Total">Images per epoch.</param>
/// <param name="Loss">Mean loss so far, in nats.</param>
/// <param name="Accuracy">Share right so far; of the first of two images where they are mixed.</param>
public sealed record StepProgress(int Epoch, int Done, int Total, double Loss, double Accuracy) : TrainingUpdate;

/// <summary>An epoch is over.</summary>
/// <param name="Report">Its metrics.</param>
/// <param name="Timing">Its times.</param>
public sealed record EpochFinished(EpochReport Report, EpochTiming Timing) : TrainingUpdate
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Report.Model}, phase {Report.Phase}, epoch {Report.Epoch} of {Report.Epochs}: "
                + $"loss {Report.Loss:0.0000}, "
                + $"validation loss {Report.ValLoss:0.0000}, validation accuracy {Report.ValAccuracy:0.000}"
        );
}

/// <summary>Shorter calls of what is told most often.</summary>
public static class TrainingProgressExtensions
{
    /// <summary>Tells one sentence.</summary>
    /// <param name="progress">Who is told. Borrowed.</param>
    /// <param name="text">The sentence.</param>
    public static void Message(this IProgress<TrainingUpdate> progress, string text)
    {
        ArgumentNullException.ThrowIfNull(progress);
        progress.Report(new TrainingMessage(text));
    }
}
