namespace Pipeline.Trainer.Execution;

/// <summary>How far an epoch is.</summary>
/// <param name="Epoch">Number of the epoch in its phase, from 1.</param>
/// <param name="Done">Images done.</param>
/// <param name="Total">Images per epoch.</param>
/// <param name="Loss">Mean loss so far, in nats.</param>
/// <param name="Accuracy">Share right so far; of the first of two images where they are mixed.</param>
public sealed record StepProgress(int Epoch, int Done, int Total, double Loss, double Accuracy);
