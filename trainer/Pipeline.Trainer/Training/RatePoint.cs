namespace Pipeline.Trainer.Training;

/// <summary>One step of a learning-rate sweep.</summary>
/// <param name="LearningRate">Rate of the step.</param>
/// <param name="Loss">Loss of its batch before the step, in nats.</param>
/// <param name="SmoothedLoss">Running mean of the losses so far.</param>
public sealed record RatePoint(double LearningRate, double Loss, double SmoothedLoss);
