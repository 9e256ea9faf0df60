using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Catalog;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Summaries;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Runs;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>
/// Trains one model of a recipe: starting weights, batch-norm statistics, feature statistics, phases. Owns the network;
/// one thread at a time, since libtorch's thread count and grad mode belong to a thread.
/// </summary>
internal sealed class ModelTrainer : IDisposable
{
    private readonly ModelRecipe model;
    private readonly TrainingContext context;
    private readonly SampleLoader loader,
        keepingLoader;
    private readonly NetworkSpec spec;
    private readonly string origin;
    private readonly ModelFolder folder;
    private readonly FrozenFeatures features;
    private readonly int firstPhase = 1;
    private EpochReport? kept;
    private WeightSet? last;

    /// <summary>
    /// Prepares the network, or takes it up where an earlier process left it: after this, only phases are left.
    /// </summary>
    /// <param name="model">What to train.</param>
    /// <param name="folder">Where its checkpoints are.</param>
    /// <param name="from">
    /// Checkpoint of the model it starts from; <c>null</c> when it starts from its backbone. Borrowed.
    /// </param>
    /// <param name="context">Data, device and caches of the run.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public ModelTrainer(
        ModelRecipe model,
        ModelFolder folder,
        Checkpoint? from,
        TrainingContext context,
        CancellationToken cancellationToken
    )
    {
        this.model = model;
        this.folder = folder;
        this.context = context;
        RequireImagesToWeigh();
        loader = new SampleLoader(model.Preprocessing, context.Recipe.Threads, context.Skipped);
        keepingLoader = new SampleLoader(
            model.Preprocessing,
            context.Recipe.Threads,
            context.Skipped,
            new KeptImages(model.Preprocessing.Size, context.ImageCacheBytes)
        );
        spec = model.Network(context.Data.Labels);
        NetworkGraph graph = spec.Build();
        RequireBatchesWithStatistics(graph);
        if (PhaseStart.Find(folder.PhaseStart) is PhaseStart resumed)
        {
            (firstPhase, origin) = (resumed.Phase, resumed.Origin);
            Network = new TorchNetwork(graph, resumed.Weights, context.Device);
            features = new FrozenFeatures(Network, model.Preprocessing, loader, context);
            return;
        }

        StartingWeights start = StartingWeights.For(model, spec, from, context);
        origin = start.Origin;
        Network = new TorchNetwork(graph, start.Weights, context.Device);
        features = new FrozenFeatures(Network, model.Preprocessing, loader, context);
        if (model.From is null)
        {
            Prepare(cancellationToken);
        }
    }

    /// <summary>The network with its present weights. Owned by this trainer.</summary>
    public TorchNetwork Network { get; }

    /// <summary>The layer table as the last phase trains it.</summary>
    public LayerTable Layers
    {
        get
        {
            IReadOnlySet<string> trainable = TrainableNodes.Find(Network.Graph, model.Phases[^1].Train);
            return LayerTable.Create(Network.Graph, node => trainable.Contains(node.Name));
        }
    }

    /// <summary>
    /// Trains the phases that are left; each ends with the weights that it keeps, its best ones or its last.
    /// </summary>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The epochs as they end. Enumerate on one thread.</returns>
    public IEnumerable<EpochFinished> Run(CancellationToken cancellationToken)
    {
        for (int index = firstPhase - 1; index < model.Phases.Count; index++)
        {
            PhaseRecipe phase = model.Phases[index];
            int number = index + 1;
            context.Progress.Report(new PhaseStarted(model.Name, number, model.Phases.Count, phase.Describe()));
            PhaseState? state = PhaseState.Find(folder.State);
            if (state?.Phase == number)
            {
                context.Progress.Message($"Resuming '{model.Name}' after epoch {state.Epoch} of phase {number}");
            }
            else
            {
                state = null;
                DrawAugmented(phase, number);
                new PhaseStart(number, origin, Network.ToWeights()).Save(folder.PhaseStart);
            }

            var runner = new PhaseRunner(
                Network,
                Source(phase, cancellationToken),
                phase,
                new PhaseContext(model.Name, number, FirstEpoch(number), context.Recipe.Seed, folder.State),
                context.Clock
            );
            foreach (EpochFinished result in runner.Run(state, context.Progress, cancellationToken))
            {
                yield return result;
            }

            (kept, last) = (runner.KeptReport, runner.Last);
        }
    }

    /// <summary>
    /// Sweeps over learning rates from the present weights. Neither files nor best weights come of it, and the network
    /// is of no use afterwards.
    /// </summary>
    /// <param name="phase">Number of the phase whose optimizer, images and layers are used, from 1.</param>
    /// <param name="range">The rates.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The losses and the suggested rate.</returns>
    public RateSweep FindLearningRate(int phase, RateRange range, CancellationToken cancellationToken)
    {
        PhaseRecipe recipe = model.Phases[phase - 1];
        return new RateFinder(Network, Source(recipe, cancellationToken), recipe, context.Recipe.Seed).Run(
            range,
            context.Progress,
            cancellationToken
        );
    }

    /// <summary>Whether a model's state includes an epoch, so that a resumed run will not do it again.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="report">The epoch.</param>
    /// <returns>Whether it is done.</returns>
    public static bool Includes(ModelFolder folder, EpochReport report)
    {
        (int phase, int epoch) = PhaseState.FindPosition(folder.State);
        return report.Phase < PhaseStart.FindPhase(folder.PhaseStart)
            || (report.Phase == phase && report.Epoch <= epoch);
    }

    /// <summary>
    /// The kept weights with the contract that an exported model will carry, and the last ones; both are written to the
    /// model's folder.
    /// </summary>
    /// <returns>The checkpoint with the kept weights, which are copies.</returns>
    public Checkpoint SaveCheckpoints()
    {
        Checkpoint checkpoint = ToCheckpoint();
        (checkpoint with { Weights = last ?? checkpoint.Weights }).Save(folder.LastCheckpoint);
        checkpoint.Save(folder.BestCheckpoint);
        return checkpoint;
    }

    /// <summary>Releases the network and closes its features.</summary>
    public void Dispose()
    {
        features.Dispose();
        Network.Dispose();
    }

    /// <summary>Weights that make classes count alike do not exist for a class without images.</summary>
    private void RequireImagesToWeigh()
    {
        bool weighs = model.Phases.Any(phase => phase.Loss.ClassWeights == ClassWeighting.Balanced);
        var seen = context.Data.Train.Select(sample => sample.ClassIndex).ToHashSet();
        string[] missing = weighs ? [.. context.Data.Labels.Where((_, index) => !seen.Contains(index))] : [];
        if (missing.Length > 0)
        {
            throw new DatasetException(
                $"Model '{model.Name}' asks for class_weights: balanced, and there is no training image of: "
                    + $"{string.Join(", ", missing)}. Add images, leave these classes out with data.classes, "
                    + "or remove class_weights."
            )
            {
                Subject = missing[0],
            };
        }
    }

    /// <summary>
    /// A last batch of one image is welcome, but not where a batch-norm layer has one value per image: the deviation of
    /// a single number would make the running statistics NaN.
    /// </summary>
    private void RequireBatchesWithStatistics(NetworkGraph graph)
    {
        int images = context.Data.Train.Count;
        foreach (
            (PhaseRecipe phase, int index) in model
                .Phases.Select((phase, index) => (phase, index))
                .Where(item => !item.phase.UsesBottleneckFeatures && images % item.phase.BatchSize == 1)
        )
        {
            string? norm = ForwardMode
                .Training(graph, phase, TrainableNodes.Find(graph, phase.Train))
                .BatchNormNodes?.FirstOrDefault(name => graph.ShapeOf(name) is { Height: 1, Width: 1 });
            if (norm is not null)
            {
                string remedy =
                    images == 1
                        ? "Add images"
                        : string.Create(
                            CultureInfo.InvariantCulture,
                            $"Use a batch_size of "
                                + $"{Enumerable.Range(phase.BatchSize + 1, images).First(size => images % size != 1)}"
                        );
                throw new DatasetException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Model '{model.Name}', phase {index + 1}: of {images} training images in batches of "
                            + $"{phase.BatchSize} one is left over, and batch-norm layer '{norm}' has one value per "
                            + $"image, which has no deviation. {remedy}, or batch_norm: frozen."
                    )
                );
            }
        }
    }

    private Checkpoint ToCheckpoint()
    {
        var contract = new ModelContract
        {
            Labels = context.Data.Labels,
            Preprocessing = model.Preprocessing,
            Provenance = Provenance(),
            Golden = ReferenceOutputs.OfSyntheticImages(Network, model.Preprocessing),
        };
        if (kept is not null)
        {
            contract.Metrics["valLoss"] = kept.ValLoss;
            contract.Metrics["valAccuracy"] = kept.ValAccuracy;
        }

        return new Checkpoint(spec, Network.ToWeights(), contract);
    }

    private void Prepare(CancellationToken cancellationToken)
    {
        if (model.Backbone.BatchNorm == BatchNormStart.ReEstimate)
        {
            context.Progress.Message("Measuring the backbone's batch-norm statistics again on training images");
            int images = BatchNormEstimator.Estimate(
                Network,
                context.Data.Train,
                loader,
                model.Preprocessing,
                context.Recipe.Seed,
                cancellationToken
            );
            context.Progress.Message($"Batch-norm statistics measured on {images} images");
        }

        Node? standardize = Network.Graph.Nodes.FirstOrDefault(node => node.Operation is Standardize);
        if (standardize is not null)
        {
            BottleneckFeatures measured = features.Compute(
                model.Phases[0].UsesBottleneckFeatures ? model.Phases[0].Augmentation.Flips : [ImageFlips.None],
                cancellationToken
            );
            Network.Load(new WeightSet(FeatureStandardizer.Measure(standardize, measured.Train[ImageFlips.None])));
        }
    }

    /// <summary>Number over all phases, from 0, of a phase's first epoch.</summary>
    private int FirstEpoch(int phase) => model.Phases.Take(phase - 1).Sum(earlier => earlier.Epochs);

    private void DrawAugmented(PhaseRecipe phase, int number)
    {
        if (phase.Augmentation.IsAny)
        {
            AugmentedSamples.Write(
                context.Data,
                model.Preprocessing,
                phase,
                FirstEpoch(number),
                context.Recipe.Seed,
                folder.Augmented(number)
            );
        }
    }

    private IBatchSource Source(PhaseRecipe phase, CancellationToken cancellationToken)
    {
        if (phase.UsesBottleneckFeatures)
        {
            return new FeatureBatchSource(
                features.Compute(phase.Augmentation.Flips, cancellationToken),
                phase,
                context.Recipe.Seed
            );
        }

        features.Forget();
        return new ImageBatchSource(
            context.Data,
            phase.Epochs > 1 ? keepingLoader : loader,
            model.Preprocessing,
            phase,
            context.Recipe.Seed
        );
    }

    private SortedDictionary<string, string> Provenance() =>
        new(StringComparer.Ordinal)
        {
            ["data"] = $"sha256:{context.DataHash}",
            ["weights"] = origin,
            ["recipe"] = $"sha256:{RecipeWriter.Hash(context.Recipe)}",
            ["model"] = model.Name,
            ["seed"] = context.Recipe.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["code"] = context.CodeVersion,
            ["libtorch"] = __version__,
            ["decoder"] = ImageDecoder.Version,
        };
}
