using Microsoft.ML.OnnxRuntime;
using Pipeline.Core.Contracts;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Pipeline.Inference.Sessions;

/// <summary>
/// The memory of one run of a network and its native bindings, made once and used again and again, so that a batch in
/// the steady state allocates next to nothing. Used by one run at a time; owned by a <see cref="ScoreBatch"/> while
/// somebody reads the scores, else by the <see cref="RunBufferPool"/>.
/// </summary>
internal sealed unsafe class RunBuffers : IDisposable
{
    private const int MostViews = 64; // different batch sizes whose bindings are kept

    private readonly InferenceSession session;
    private readonly GraphWiring wiring;
    private readonly ImageSize size;
    private readonly int featureCount;
    private readonly byte[] input; // pinned; empty when the caller's pixels are the input
    private readonly Dictionary<(int Start, int Count), View> views = [];

    /// <summary>Makes room.</summary>
    /// <param name="session">The native session. Borrowed.</param>
    /// <param name="wiring">How it is called.</param>
    /// <param name="size">Size of the images.</param>
    /// <param name="rows">Images that there is room for.</param>
    internal RunBuffers(InferenceSession session, GraphWiring wiring, ImageSize size, int rows)
    {
        this.session = session;
        this.wiring = wiring;
        this.size = size;
        Rows = rows;
        int classCount = (int)wiring.ScoreShape[0];
        featureCount =
            wiring.FeatureShape.Length == 0
                ? 0
                : (int)wiring.FeatureShape.Aggregate(1L, (product, length) => checked(product * length));
        Logits = Pinned<float>(rows * (long)classCount);
        Probabilities = Pinned<float>(rows * (long)classCount);
        Features = Pinned<float>(rows * (long)featureCount);
        input = IsPacked ? Pinned<byte>(rows * (long)size.RgbBytes * ElementBytes) : [];
    }

    /// <summary>Images that there is room for.</summary>
    internal int Rows { get; }

    /// <summary>Raw scores, <c>float32 [Rows, K]</c>.</summary>
    internal float[] Logits { get; }

    /// <summary>Probabilities, <c>float32 [Rows, K]</c>.</summary>
    internal float[] Probabilities { get; }

    /// <summary>Features, row after row; empty when they are not asked for.</summary>
    internal float[] Features { get; }

    private bool IsPacked => wiring.Packer is not null || wiring.FixedBatch > 0;

    private int ElementBytes => wiring.Packer?.ElementBytes ?? 1;

    /// <summary>Runs the network on a batch, into the rows from 0.</summary>
    /// <param name="runOptions">Options of the run. Borrowed.</param>
    /// <param name="pixels"><c>uint8 [N, H, W, 3]</c>. Borrowed.</param>
    /// <param name="count">Images N, 1 to <see cref="Rows"/>.</param>
    internal void Run(RunOptions runOptions, ReadOnlySpan<byte> pixels, int count)
    {
        if (!IsPacked)
        {
            fixed (byte* data = pixels)
            {
                RunOnce(runOptions, 0, count, data);
            }

            return;
        }

        Pack(pixels, count);
        int step = wiring.FixedBatch > 0 ? wiring.FixedBatch : count;
        fixed (byte* data = input)
        {
            for (int start = 0; start < count; start += step)
            {
                RunOnce(runOptions, start, step, data + ((long)start * size.RgbBytes * ElementBytes));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (View view in views.Values)
        {
            view.Dispose();
        }

        views.Clear();
    }

    private void Pack(ReadOnlySpan<byte> pixels, int count)
    {
        int packed = pixels.Length * ElementBytes;
        if (wiring.Packer is { } packer)
        {
            packer.Pack(pixels, input.AsSpan(0, packed), count);
        }
        else
        {
            pixels.CopyTo(input);
        }

        if (wiring.FixedBatch > 0)
        {
            input.AsSpan(packed).Clear(); // what fills it up
        }
    }

    private void RunOnce(RunOptions runOptions, int start, int count, byte* data)
    {
        View view = ViewOf(start, count);
        long bytes = (long)count * size.RgbBytes * ElementBytes;
        using OrtValue image = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            wiring.InputType,
            view.InputShape,
            (nint)data,
            bytes
        );
        view.Binding.BindInput(wiring.Input, image); // at each run: a device copies its input when it is bound
        session.RunWithBinding(runOptions, view.Binding);
    }

    private View ViewOf(int start, int count)
    {
        if (views.TryGetValue((start, count), out View? known))
        {
            return known;
        }

        if (views.Count == MostViews)
        {
            Dispose();
        }

        View made = MakeView(start, count);
        views.Add((start, count), made);
        return made;
    }

    private View MakeView(int start, int count)
    {
        long[] shape = wiring.IsChannelsFirst
            ? [count, 3, size.Height, size.Width]
            : [count, size.Height, size.Width, 3];
        var view = new View(session.CreateIoBinding(), shape);
        try
        {
            long classCount = wiring.ScoreShape[0];
            view.Bind(wiring.Logits, Logits, [count, .. wiring.ScoreShape], start * classCount, count * classCount);
            view.Bind(
                wiring.Probabilities,
                Probabilities,
                [count, .. wiring.ScoreShape],
                start * classCount,
                count * classCount
            );
            view.Bind(
                featureCount > 0 ? ModelContract.FeaturesName : null,
                Features,
                [count, .. wiring.FeatureShape],
                (long)start * featureCount,
                (long)count * featureCount
            );
            return view;
        }
        catch
        {
            view.Dispose();
            throw;
        }
    }

    private static T[] Pinned<T>(long length) => GC.AllocateArray<T>(checked((int)length), pinned: true);

    /// <summary>A stretch of rows, bound to the graph's outputs.</summary>
    private sealed class View(OrtIoBinding binding, long[] inputShape) : IDisposable
    {
        private readonly List<OrtValue> outputs = [];

        internal OrtIoBinding Binding => binding;

        internal long[] InputShape => inputShape;

        internal void Bind(string? name, float[] pinned, long[] shape, long start, long length)
        {
            if (name is null)
            {
                return;
            }

            fixed (float* data = pinned)
            {
                OrtValue value = OrtValue.CreateTensorValueWithData(
                    OrtMemoryInfo.DefaultInstance,
                    TensorElementType.Float,
                    shape,
                    (nint)(data + start),
                    length * sizeof(float)
                );
                outputs.Add(value);
                binding.BindOutput(name, value);
            }
        }

        public void Dispose()
        {
            binding.Dispose();
            outputs.ForEach(output => output.Dispose());
        }
    }
}
