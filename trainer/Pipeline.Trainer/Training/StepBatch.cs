namespace Pipeline.Trainer.Training;

/// <summary>A batch of a training step.</summary>
/// <param name="Batch">The rows. Owned by the reader.</param>
/// <param name="Seed">Seed of the random numbers that the network draws for it: dropout does not depend on what ran before, so a resumed run draws the same.</param>
/// <param name="Mix">How its images are mixed; <c>null</c> leaves them alone.</param>
internal sealed record StepBatch(TrainingBatch Batch, long Seed, MixDraw? Mix);
