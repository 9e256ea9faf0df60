using Pipeline.Trainer.Execution;

namespace Pipeline.Trainer.Training;

/// <summary>One finished epoch.</summary>
/// <param name="Report">Its metrics.</param>
/// <param name="Timing">Its times.</param>
public sealed record EpochResult(EpochReport Report, EpochTiming Timing);
