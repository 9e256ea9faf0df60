using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Networks.Graph;
using Pipeline.Torch;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Bench;

/// <summary>The trainer's own step on VGG-16 at 64x64, batch 32, all layers trained with Adam.</summary>
internal sealed class TrainingStepBenchmark : IDisposable
{
    private const int BatchSize = 32;

    private readonly TorchNetwork network;
    private readonly optim.Optimizer optimizer;
    private readonly ImageTrainingBatch batch;
    private readonly TrainingStep step;

    internal TrainingStepBenchmark(PrecisionMode precision)
    {
        NetworkGraph graph = Models.Vgg16.Build();
        network = new TorchNetwork(graph, Models.Weights(graph), CPU);
        var recipe = new OptimizerRecipe { Name = OptimizerKind.Adam, LearningRate = 1e-4 };
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained = network.SetTrainable(_ => true);
        optimizer = OptimizerFactory.Create(recipe, trained);
        ImageBatch images = ImageBatch.Rent(BatchSize, Models.Vgg16.Size);
        GoldenSample.FillPixels(images.Pixels, BatchSize, Models.Vgg16.Size);
        batch = new ImageTrainingBatch(
            new LabelledBatch(images, [.. Enumerable.Range(0, BatchSize).Select(index => (long)(index % 10))], [.. Enumerable.Range(0, BatchSize)]),
            Models.Preprocessing(Models.Vgg16.Size),
            augmenter: null, epoch: 0);
        var phase = new PhaseRecipe { Train = new TrainableSet(TrainableKind.All), Optimizer = recipe, Epochs = 1 };
        step = new TrainingStep(network, optimizer, [.. trained.Select(item => item.Tensor)], phase, new ForwardMode { Dropout = true, Precision = precision }, NetworkGraph.InputName, classWeights: null);
    }

    /// <summary>One step: normalise, forward, loss, backward, Adam.</summary>
    internal void Step() => step.Run([new StepBatch(batch, Seed: 1, Mix: null)]);

    public void Dispose()
    {
        batch.Dispose();
        optimizer.Dispose();
        network.Dispose();
    }

    /// <summary>Takes as many steps as each line of the input says, and answers each with a line of wall and processor milliseconds per step; for comparison with a peer in turns.</summary>
    internal static void Serve(PrecisionMode precision, int threads, TextReader commands, TextWriter answers)
    {
        TorchRuntime.ConfigureThreads(threads);
        using var benchmark = new TrainingStepBenchmark(precision);
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
}
