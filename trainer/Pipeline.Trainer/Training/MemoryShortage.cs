using System.Globalization;
using System.Runtime.InteropServices;
using Pipeline.Core.Errors;

namespace Pipeline.Trainer.Training;

/// <summary>
/// How many rows go through the network at once: as many as a batch has, until the device's memory turns out to be too
/// small for them; then half as many, again and again.
/// </summary>
/// <param name="say">Told when the number falls.</param>
internal sealed class MemoryShortage(Action<string> say)
{
    /// <summary>Rows at once, at most.</summary>
    internal int MostRows { get; private set; } = int.MaxValue;

    /// <summary>
    /// Whether libtorch refused for lack of memory. Its exceptions have no type of their own: CUDA says "out of
    /// memory", the processor's allocator "can't allocate memory".
    /// </summary>
    internal static bool IsOutOfMemory(Exception error) =>
        error is ExternalException or TorchException
        && (
            error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || error.Message.Contains("can't allocate memory", StringComparison.Ordinal)
        );

    /// <summary>Halves the number.</summary>
    /// <param name="rows">Rows of the largest batch that was tried.</param>
    /// <param name="error">libtorch's refusal.</param>
    /// <exception cref="TrainingException">There is one row only.</exception>
    internal void Halve(int rows, Exception error)
    {
        int tried = Math.Min(rows, MostRows);
        if (tried <= 1)
        {
            throw new TrainingException(
                "The device's memory does not hold a training step of one image: "
                    + $"{error.Message} Use smaller images, a smaller network, or --device cpu.",
                error
            );
        }

        MostRows = (tried + 1) / 2;
        say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"warning: the device's memory does not hold a training step of {tried} images; "
                    + $"they go through it in parts of at most {MostRows}, and the optimizer still takes one step "
                    + $"for all of them. Batch-norm sees the parts. Set batch_size to {MostRows} with "
                    + $"gradients.accumulate for the same without this trial."
            )
        );
    }
}
