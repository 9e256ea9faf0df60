namespace Pipeline.Inference.Sessions;

/// <summary>The device that was asked for, the one that is used, and why.</summary>
/// <param name="Requested">From the options.</param>
/// <param name="Effective">Where the network runs; never <see cref="ScoringDevice.Auto"/>.</param>
/// <param name="Reason">One line for a person.</param>
public sealed record DeviceReport(ScoringDevice Requested, ScoringDevice Effective, string Reason)
{
    /// <summary>Which of several GPUs; 0 on the CPU.</summary>
    public int Index { get; init; }

    /// <summary>
    /// ONNX Runtime's name of the provider that was asked for first, such as <c>CUDAExecutionProvider</c>.
    /// </summary>
    public string Provider => ExecutionProviders.NameOf(Effective);

    /// <summary>
    /// How many nodes ran on which provider in the self-test, the largest share first. Empty on the CPU, where there is
    /// no choice, and without a self-test, which is what is watched.
    /// </summary>
    public IReadOnlyList<NodePlacement> Placement { get; init; } = [];

    /// <summary>Whether a device was asked for by name and another one is used.</summary>
    public bool IsFallback => Requested != ScoringDevice.Auto && Requested != Effective;
}
