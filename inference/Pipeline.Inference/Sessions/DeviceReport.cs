namespace Pipeline.Inference.Sessions;

/// <summary>The device that was asked for, the one that is used, and why.</summary>
/// <param name="Requested">From the options.</param>
/// <param name="Effective">Where the network runs; never <see cref="ScoringDevice.Auto"/>.</param>
/// <param name="Reason">One line for a person.</param>
public sealed record DeviceReport(ScoringDevice Requested, ScoringDevice Effective, string Reason);
