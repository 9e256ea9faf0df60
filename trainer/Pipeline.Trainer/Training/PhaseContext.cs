namespace Pipeline.Trainer.Training;

/// <summary>What a phase works with.</summary>
/// <param name="Model">Name of the model, for reports.</param>
/// <param name="Number">Number of the phase, from 1.</param>
/// <param name="FirstEpoch">Epochs of the phases before: random numbers go on counting.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="StatePath">Where the state is written after each epoch.</param>
internal sealed record PhaseContext(string Model, int Number, int FirstEpoch, int Seed, string StatePath);
