namespace Pipeline.Inference.Cli.Sources;

/// <summary>What may be read from the web.</summary>
/// <param name="Bytes">Largest file.</param>
/// <param name="Timeout">Longest time for one file, from the first packet to the last.</param>
/// <param name="AllowPrivateAddresses">Whether this machine and its neighbours may be read.</param>
internal sealed record WebLimits(long Bytes, TimeSpan Timeout, bool AllowPrivateAddresses);
