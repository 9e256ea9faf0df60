using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Sessions;

/// <summary>Keeps a few <see cref="RunBuffers"/> for the next runs of one session. Thread-safe.</summary>
/// <param name="session">The native session. Borrowed.</param>
/// <param name="wiring">How it is called.</param>
/// <param name="size">Size of the images.</param>
internal sealed class RunBufferPool(InferenceSession session, GraphWiring wiring, ImageSize size) : IDisposable
{
    // as many as scored batches wait for their reader
    private static readonly int MostIdle = 8 + (4 * Environment.ProcessorCount);

    private readonly List<RunBuffers> idle = [];
    private readonly Lock gate = new();
    private bool isClosed;

    /// <summary>Gives buffers with enough room.</summary>
    /// <param name="count">Images N, at least 1.</param>
    /// <returns>Buffers. Owned by the caller, who returns them.</returns>
    internal RunBuffers Rent(int count)
    {
        RunBuffers? tooSmall = null;
        lock (gate)
        {
            for (int index = idle.Count - 1; index >= 0; index--)
            {
                if (idle[index].Rows >= count)
                {
                    RunBuffers found = idle[index];
                    idle.RemoveAt(index);
                    return found;
                }
            }

            if (idle.Count > 0)
            {
                tooSmall = idle[^1]; // the larger ones take its place
                idle.RemoveAt(idle.Count - 1);
            }
        }

        tooSmall?.Dispose();
        int step = Math.Max(wiring.FixedBatch, 1);
        return new RunBuffers(session, wiring, size, (count + step - 1) / step * step);
    }

    /// <summary>Takes buffers back.</summary>
    /// <param name="taken">The buffers. Transferred.</param>
    internal void Return(RunBuffers taken)
    {
        lock (gate)
        {
            if (!isClosed && idle.Count < MostIdle)
            {
                idle.Add(taken);
                return;
            }
        }

        taken.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            idle.ForEach(buffers => buffers.Dispose());
            idle.Clear();
        }
    }
}
