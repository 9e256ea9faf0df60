namespace Pipeline.Trainer.Training;

/// <summary>Counts how often the validation loss stood still for as long as a schedule waits.</summary>
/// <param name="patience">Epochs without improvement that make one reduction, at least 1.</param>
/// <remarks>As Keras's <c>ReduceLROnPlateau</c>; PyTorch's waits one epoch longer for the same number.</remarks>
internal sealed class Plateau(int patience)
{
    private double lowest = double.PositiveInfinity;
    private int waited;

    /// <summary>Reductions so far.</summary>
    internal int Reductions { get; private set; }

    /// <summary>What a resumed phase must know. Exact when written as round-trip text.</summary>
    internal (double Lowest, int Waited, int Reductions) Memory
    {
        get => (lowest, waited, Reductions);
        set => (lowest, waited, Reductions) = value;
    }

    /// <summary>Takes an epoch's validation loss in.</summary>
    internal void Observe(double loss)
    {
        waited = loss < lowest ? 0 : waited + 1;
        lowest = Math.Min(lowest, loss);
        if (waited >= patience)
        {
            Reductions++;
            waited = 0;
        }
    }
}
