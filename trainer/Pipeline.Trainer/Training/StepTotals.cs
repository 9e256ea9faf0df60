using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Sums of loss and right rows over steps, kept on the device: reading a number back waits for all that the device has
/// still to do, so it is done once per report, not once per step. Owns a tensor.
/// </summary>
/// <param name="device">Where the steps compute.</param>
internal sealed class StepTotals(Device device) : IDisposable
{
    private readonly Tensor sums = zeros([2], dtype: float64, device: device).DetachFromDisposeScope();

    /// <summary>Adds a step.</summary>
    /// <param name="loss">Mean loss of its rows, <c>float64 []</c>. Borrowed.</param>
    /// <param name="correct">How many rows were right, of any number type <c>[]</c>. Borrowed.</param>
    /// <param name="rows">Its rows.</param>
    internal void Add(Tensor loss, Tensor correct, int rows)
    {
        using Tensor lossSum = loss * rows,
            count = correct.to(float64),
            both = stack([lossSum, count]);
        sums.add_(both);
    }

    /// <summary>Reads the sums back.</summary>
    /// <returns>Sum of the loss over all rows, in nats, and how many were right.</returns>
    internal (double Loss, int Correct) Read()
    {
        using Tensor host = sums.cpu();
        ReadOnlySpan<double> values = host.data<double>().ToArray();
        return (values[0], (int)values[1]);
    }

    /// <summary>Releases the tensor.</summary>
    public void Dispose() => sums.Dispose();
}
