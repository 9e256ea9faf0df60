using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Graph;
using Pipeline.Torch;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Bench;

/// <summary>
/// The trainer's own step, batch 32, all layers trained with Adam: on one resident batch, or on batches that its loader
/// reads and its augmentation changes.
/// </summary>
internal sealed class TrainingStepBenchmark : IDisposable
{
    private const int BatchSize = 32,
        Seed = 42;

    private readonly TorchNetwork network;
    private readonly optim.Optimizer optimizer;
    private readonly ImageTrainingBatch resident;
    private readonly TrainingStep step;
    private readonly IEnumerator<TrainingBatch>? stream;

    /// <summary>Prepares a step.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="precision">The number format.</param>
    /// <param name="images">Files to read batches from; <c>null</c> for the resident batch.</param>
    /// <param name="keep">
    /// Whether decoded images are kept for later passes, as a training does; they are all read once before the first
    /// step then.
    /// </param>
    internal TrainingStepBenchmark(
        NetworkSpec spec,
        PrecisionMode precision,
        IReadOnlyList<string>? images = null,
        bool keep = false
    )
    {
        NetworkGraph graph = spec.Build();
        network = new TorchNetwork(graph, Models.Weights(graph), CPU);
        var phase = new PhaseRecipe
        {
            Train = new TrainableSet(TrainableKind.All),
            Optimizer = new OptimizerRecipe { Name = OptimizerKind.Adam, LearningRate = 1e-4 },
            Epochs = 1,
            BatchSize = BatchSize,
            Precision = precision,
            Augmentation = images is null ? new AugmentationRecipe() : Augmentation,
        };
        IReadOnlySet<string> all = TrainableNodes.Find(graph, phase.Train);
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained = network.SetTrainable(_ => true);
        optimizer = OptimizerFactory.Create(phase.Optimizer, trained);
        resident = Resident(spec.Size);
        step = new TrainingStep(
            network,
            optimizer,
            [.. trained.Select(item => item.Tensor)],
            phase,
            ForwardMode.Training(graph, phase, all),
            NetworkGraph.InputName,
            classWeights: null
        );
        stream = images is null ? null : Stream(spec.Size, phase, images, keep).GetEnumerator();
    }

    /// <summary>What the peer's transforms do.</summary>
    internal static AugmentationRecipe Augmentation { get; } =
        new()
        {
            HorizontalFlip = true,
            RotationDegrees = 20,
            WidthShift = 0.1,
            HeightShift = 0.1,
            Zoom = new FactorRange(0.8, 1.2),
            ZoomAxes = ZoomAxes.Both,
            Brightness = new FactorRange(0.8, 1.2),
        };

    /// <summary>
    /// One step: normalise, forward, loss, backward, Adam; from files, the wait for the batch before and its
    /// augmentation too.
    /// </summary>
    internal void Step()
    {
        if (stream is null)
        {
            step.Run([new StepBatch(resident, Seed: 1, Mix: null)]);
            return;
        }

        stream.MoveNext();
        using TrainingBatch batch = stream.Current;
        step.Run([new StepBatch(batch, Seed: 1, Mix: null)]);
    }

    public void Dispose()
    {
        stream?.Dispose();
        resident.Dispose();
        optimizer.Dispose();
        network.Dispose();
    }

    /// <summary>
    /// Takes as many steps as each line of the input says, and answers each with a line of wall and processor
    /// milliseconds per step; for comparison with a peer in turns.
    /// </summary>
    internal static void Serve(
        NetworkSpec spec,
        PrecisionMode precision,
        int threads,
        string? images,
        TextReader commands,
        TextWriter answers
    )
    {
        TorchRuntime.ConfigureThreads(threads);
        string[]? files = images is null
            ? null
            : [.. Directory.EnumerateFiles(images, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        using var benchmark = new TrainingStepBenchmark(spec, precision, files);
        answers.WriteLine("ready");
        while (commands.ReadLine() is string line && int.TryParse(line, out int steps))
        {
            for (int step = 0; step < steps; step++)
            {
                (double wall, double processor) = Clock.Time(benchmark.Step);
                answers.Write(FormattableString.Invariant($"{wall:0.000} {processor:0.000} "));
            }

            answers.WriteLine();
            answers.Flush();
        }
    }

    /// <summary>A step on a batch that lies ready and is augmented.</summary>
    internal void StepAugmented()
    {
        using var augmented = new ImageTrainingBatch(
            Pixels(network.Graph.Input),
            Models.Preprocessing(Size(network.Graph.Input)),
            new Trainer.Augmentation.ImageAugmenter(Augmentation, Trainer.Augmentation.AugmentedPart.Train, Seed),
            epoch: 0
        );
        step.Run([new StepBatch(augmented, Seed: 1, Mix: null)]);
    }

    private static ImageSize Size(FeatureShape input) => new(input.Width, input.Height);

    private static ImageTrainingBatch Resident(ImageSize size) =>
        new(Pixels(size), Models.Preprocessing(size), augmenter: null, epoch: 0);

    private static DecodedBatch Pixels(FeatureShape input) => Pixels(Size(input));

    private static DecodedBatch Pixels(ImageSize size)
    {
        ImageBatch images = ImageBatch.Rent(BatchSize, size);
        GoldenSample.FillPixels(images.Pixels, BatchSize, size);
        return DecodedBatch.FromPixels(
            [
                .. Enumerable
                    .Range(0, BatchSize)
                    .Select(index => new SampleSource(new ImageSample("ramp", index % 10), index)),
            ],
            images
        );
    }

    /// <summary>Full batches of pass after pass, each pass in another order.</summary>
    private static IEnumerable<TrainingBatch> Stream(
        ImageSize size,
        PhaseRecipe phase,
        IReadOnlyList<string> files,
        bool keep
    )
    {
        string[] classes = [.. Enumerable.Range(0, 10).Select(index => $"class-{index}")]; // any: times are the same
        ImageSample[] samples = [.. files.Select((path, index) => new ImageSample(path, index % classes.Length))];
        ImageSample[] whole = samples[..(samples.Length / BatchSize * BatchSize)];
        var data = new DatasetSplits("photographs", new LabelSet(classes), whole, samples, []);
        var loader = new SampleLoader(
            Models.Preprocessing(size),
            get_num_threads(),
            new SkippedImages(samples.Length),
            keep ? new KeptImages(size, KeptImages.DefaultBudgetBytes) : null
        );
        var source = new ImageBatchSource(data, loader, Models.Preprocessing(size), phase, Seed);
        foreach (TrainingBatch batch in keep ? source.Train(0, BatchSize, 0, CancellationToken.None) : [])
        {
            batch.Dispose();
        }

        return Enumerable
            .Range(0, int.MaxValue)
            .SelectMany(pass => source.Train(pass, BatchSize, 0, CancellationToken.None));
    }
}
