using System.Reflection;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Files;
using Pipeline.Core.Imaging;
using Pipeline.Core.Metrics;
using Pipeline.Inference.Verification;
using Pipeline.Networks.Checkpoints;
using Pipeline.Networks.Summaries;
using Pipeline.Torch;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Features;
using Pipeline.Trainer.Precision;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Runs;
using Pipeline.Trainer.Training;
using Pipeline.Training.Gate;
using Pipeline.Training.Quantization;
using TorchSharp;

namespace Pipeline.Training;

/// <summary>One run of a recipe, from data to the table at the end. All of it on the caller's thread.</summary>
internal sealed class TrainingRun(Recipe recipe, ImageTrainerOptions options, IProgress<TrainingUpdate> progress)
{
    private static readonly string CodeVersion =
        typeof(TrainingRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    private readonly string artifacts = options.Artifacts;
    private readonly TimeProvider clock = options.Clock;
    private readonly torch.Device device = TrainingDevice.Choose(options.Device);
    private readonly WeightsAtHand weights = new(
        Path.Combine(CacheFolders.Root(options.Artifacts), "weights"),
        progress.Message
    );

    /// <summary>The newest complete run of the same resolved recipe.</summary>
    internal static RunFolder? FindFinished(string artifacts, Recipe recipe)
    {
        string hash = RecipeWriter.Hash(recipe);
        return RunFolder
            .All(artifacts, recipe.Name)
            .FirstOrDefault(run =>
                RunRecord.Find(run.Record) is { State: RunState.Complete } record
                && (record.RecipeHash == hash || record.RequestedRecipeHash == hash)
            );
    }

    /// <summary>
    /// Trains, exports, checks and scores every model; goes on with an interrupted run of the same recipe unless told
    /// not to.
    /// </summary>
    internal TrainedRun Execute(bool resume, CancellationToken cancellationToken)
    {
        TorchRuntime.ConfigureThreads(recipe.Threads);
        weights.Prepare(recipe, cancellationToken);
        DatasetSplits data = PrepareData(cancellationToken);
        string requested = RecipeWriter.Hash(recipe);
        recipe =
            (resume ? FindMeasured(requested) : null)
            ?? new PrecisionResolver(data, device, progress, clock).Resolve(recipe, cancellationToken);
        (RunFolder run, IDisposable claim, RunRecord? earlier) = Open(resume);
        using IDisposable held = claim;
        try
        {
            TrainAll(run, earlier, requested, data, cancellationToken);
            return TrainedRun.Read(run, recipe.Publish);
        }
        catch
        {
            run.RemoveIfUntrained();
            throw;
        }
    }

    /// <summary>
    /// Sweeps over learning rates for a phase of a model, from the weights that the model starts from. No run is made
    /// and none is touched.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="phase">Number of the phase, from 1.</param>
    /// <param name="from">Checkpoint to start from; <c>null</c> starts from the backbone's weights.</param>
    /// <param name="range">The rates.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    internal RateSweep FindLearningRate(
        ModelRecipe model,
        int phase,
        Checkpoint? from,
        RateRange range,
        CancellationToken cancellationToken
    )
    {
        TorchRuntime.ConfigureThreads(recipe.Threads);
        weights.Prepare(recipe, cancellationToken);
        DatasetSplits data = PrepareData(cancellationToken);
        using var trainer = new ModelTrainer(
            model,
            new ModelFolder(Path.Combine(artifacts, recipe.Name, "no-run")),
            from,
            Context(data, SplitManifest.Create(data).Hash),
            cancellationToken
        );
        return trainer.FindLearningRate(phase, range, cancellationToken);
    }

    private void TrainAll(
        RunFolder run,
        RunRecord? earlier,
        string requested,
        DatasetSplits data,
        CancellationToken cancellationToken
    )
    {
        var manifest = SplitManifest.Create(data); // reads every image
        TrainingContext context = Context(data, manifest.Hash);
        RunRecord record = earlier is null
            ? StartRecord(data, context.DataHash, requested)
            : Continue(run, earlier, context.DataHash); // refuses before anything of the run is written again
        AtomicFile.WriteText(run.Recipe, RecipeWriter.Write(recipe));
        manifest.Write(run.Split);
        SampleGrid.Write(data, run.File("samples.csv"));
        record.Write(run.Record);
        progress.Report(
            new RunStarted(
                run.Path,
                data.Labels,
                data.Train.Count,
                data.Validation.Count,
                data.Test.Count,
                $"{device}, {recipe.Threads} threads, libtorch {torch.__version__}",
                IsResumed: earlier is not null
            )
        );

        var metrics = new MetricsLog(run, report => IsDone(run, record, report));
        var trained = new Dictionary<string, Checkpoint>(StringComparer.Ordinal);
        foreach (ModelRecipe model in recipe.Models)
        {
            ModelFolder folder = run.Model(model.Name);
            if (record.Models.Any(done => done.Row.Model == model.Name))
            {
                trained[model.Name] = Checkpoint.Load(folder.BestCheckpoint);
                continue;
            }

            progress.Report(new ModelStarted(model.Name, Describe(model)));
            (trained[model.Name], ModelRecord result) = Train(
                model,
                trained.GetValueOrDefault(model.From ?? string.Empty),
                folder,
                context,
                metrics,
                cancellationToken
            );
            record = record with { Models = [.. record.Models, result], Skipped = context.Skipped.All };
            record.Write(run.Record);
        }

        if (context.Skipped.All.Count is > 0 and int skipped)
        {
            progress.Message(
                $"warning: {skipped} of the training and validation images could not be read and were left out; "
                    + $"{run.Record} names them"
            );
        }

        Quantize(run.Model(recipe.Publish), data, cancellationToken);
        Publish(run, record with { State = RunState.Complete });
    }

    /// <summary>
    /// Makes the published model int8 as well, if the recipe says so. One that is not good enough is no error of the
    /// run: the table and the report say why.
    /// </summary>
    private void Quantize(ModelFolder folder, DatasetSplits data, CancellationToken cancellationToken)
    {
        if (recipe.Quantization is null)
        {
            return;
        }

        progress.Report(new ModelStarted(recipe.Publish, "the same in int8"));
        var job = new QuantizationJob
        {
            Model = folder.Onnx,
            Output = folder.Int8,
            Report = folder.Quantization,
            Calibration = [.. data.Train.Select(sample => sample.Path)],
            CalibrationName = "The training images",
            Validation = data.Validation,
            Test = data.IsTestLabelled ? data.Test : [],
            Root = data.Root,
            Settings = recipe.Quantization,
            Threads = recipe.Threads,
        };
        QuantizationReport report = new ModelQuantization(job, progress, clock).Execute(cancellationToken);
        progress.Report(new QuantizationFinished(report, job.Output, job.Report));
    }

    /// <summary>
    /// The recipe that the newest interrupted run made of this one by measuring: going on must not measure again, and
    /// perhaps choose otherwise.
    /// </summary>
    private Recipe? FindMeasured(string requested)
    {
        RunFolder? run = RunFolder
            .All(artifacts, recipe.Name)
            .FirstOrDefault(run =>
                RunRecord.Find(run.Record) is { State: RunState.Running } record
                && record.RequestedRecipeHash == requested
            );
        return run is null ? null : RecipeReader.Read(run.Recipe, []);
    }

    /// <summary>The newest interrupted run of the same recipe that no other process works on, or a new one.</summary>
    private (RunFolder Run, IDisposable Claim, RunRecord? Earlier) Open(bool resume)
    {
        string hash = RecipeWriter.Hash(recipe);
        RunFolder.RemoveOrphans(artifacts, recipe.Name, clock);
        foreach (RunFolder candidate in resume ? RunFolder.All(artifacts, recipe.Name) : [])
        {
            if (
                RunRecord.Find(candidate.Record) is not { State: RunState.Running } earlier
                || earlier.RecipeHash != hash
            )
            {
                continue;
            }

            if (candidate.TryClaim() is IDisposable claim)
            {
                return (candidate, claim, earlier);
            }

            progress.Message(
                $"Run {candidate.Path} of the same recipe is in use by another process and is left alone; "
                    + "this is a new run"
            );
        }

        RunFolder run = RunFolder.Create(artifacts, recipe.Name);
        return (
            run,
            run.TryClaim()
                ?? throw new IOException(
                    $"Run folder '{run.Path}' was just made and is in use by another process. Start again."
                ),
            null
        );
    }

    private static RunRecord Continue(RunFolder run, RunRecord earlier, string dataHash) =>
        earlier.DataHash == dataHash
            ? earlier with
            {
                Resumed = earlier.Resumed + 1,
            }
            : throw new DatasetException(
                $"Run '{run.Path}' was interrupted and its images have changed since. "
                    + "Start a new run with --force."
            )
            {
                Subject = run.Path,
                Expected = earlier.DataHash,
                Found = dataHash,
            };

    /// <summary>Whether a recorded epoch stands: its model is done, or the model's state includes it.</summary>
    private static bool IsDone(RunFolder run, RunRecord record, EpochReport report) =>
        record.Models.Any(model => model.Row.Model == report.Model)
        || ModelTrainer.Includes(run.Model(report.Model), report);

    private (Checkpoint Checkpoint, ModelRecord Record) Train(
        ModelRecipe model,
        Checkpoint? from,
        ModelFolder folder,
        TrainingContext context,
        MetricsLog metrics,
        CancellationToken cancellationToken
    )
    {
        long start = clock.GetTimestamp();
        using var trainer = new ModelTrainer(model, folder, from, context, cancellationToken);
        LayerTable layers = trainer.Layers;
        LayerFile.Write(layers, folder.Layers);
        progress.Report(new NetworkBuilt(layers, folder.Layers));
        var epochs = new List<EpochTiming>();
        foreach (EpochFinished epoch in trainer.Run(cancellationToken))
        {
            metrics.Append(epoch.Report);
            epochs.Add(epoch.Timing);
            progress.Report(epoch);
        }

        Checkpoint checkpoint = trainer.SaveCheckpoints();
        GateReference.Write(
            trainer.Network,
            model.Preprocessing,
            context.Data,
            recipe.Seed,
            folder.Golden,
            context.Skipped
        );
        (ModelContract contract, TemperatureFit? fit) = new CandidateExport(recipe, context, progress).Write(
            model,
            checkpoint,
            folder,
            cancellationToken
        );
        var gate = new ExportGate(folder.Golden, context.Data.Root, contract, recipe.Export.HasFeatures);
        VerificationReport verified = gate.Publish(
            new GatedFile(folder.Candidate, folder.Onnx, folder.Rejected),
            folder.Gate
        );
        progress.Report(new ModelExported(model.Name, folder.Onnx, verified));
        double seconds = Math.Round(clock.GetElapsedTime(start).TotalSeconds, 1);
        (ClassificationReport report, string part) = TestEvaluation.Run(
            context.Data,
            folder,
            fit,
            recipe.Threads,
            progress,
            cancellationToken
        );
        progress.Report(new ModelEvaluated(model.Name, report, part));
        var row = new ComparisonRow(
            model.Name,
            report.MicroAccuracy,
            layers.Parameters,
            layers.TrainableParameters,
            seconds
        );
        return (checkpoint, new ModelRecord(row, epochs, fit));
    }

    /// <summary>
    /// Copies the chosen model's files to run level, then says that the run is complete, then moves <c>latest</c>: a
    /// reader never finds a half run.
    /// </summary>
    private void Publish(RunFolder run, RunRecord record)
    {
        ModelFolder chosen = run.Model(recipe.Publish);
        foreach (string name in ModelFolder.Published.Where(name => File.Exists(Path.Combine(chosen.Path, name))))
        {
            AtomicFile.Write(
                run.File(name),
                stream =>
                {
                    using FileStream source = File.OpenRead(Path.Combine(chosen.Path, name));
                    source.CopyTo(stream);
                }
            );
        }

        ComparisonFile.Write(run.Comparison, RunComparison.Compare(run, [.. record.Models.Select(model => model.Row)]));
        record.Write(run.Record);
        run.MarkLatest();
    }

    private DatasetSplits PrepareData(CancellationToken cancellationToken)
    {
        DataRecipe data = recipe.Data;
        if (data.Source != DataSource.Application)
        {
            return DataPreparation.Prepare(
                data,
                NpmPackages.Folder,
                CacheFolders.Named(artifacts, "data"),
                progress.Message
            );
        }

        // the run owns its thread and has nothing to do until the images are there
        string folder = ApplicationImages
            .WriteAsync(options.Images, CacheFolders.Named(artifacts, "data"), progress, cancellationToken)
            .GetAwaiter()
            .GetResult();
        return ImageFolder.Scan(folder, data);
    }

    private TrainingContext Context(DatasetSplits data, string dataHash) =>
        new()
        {
            Recipe = recipe,
            Data = data,
            DataHash = dataHash,
            Skipped = new SkippedImages(data.Train.Count + data.Validation.Count),
            Features = new FeatureCache(CacheFolders.Named(artifacts, "features")),
            Weights = weights.Store,
            Device = device,
            Progress = progress,
            Clock = clock,
            CodeVersion = CodeVersion,
        };

    private RunRecord StartRecord(DatasetSplits data, string dataHash, string requested) =>
        new()
        {
            State = RunState.Running,
            RecipeHash = RecipeWriter.Hash(recipe),
            RequestedRecipeHash = requested == RecipeWriter.Hash(recipe) ? null : requested,
            Started = clock.GetUtcNow(),
            DataHash = dataHash,
            DataRoot = Path.GetFullPath(data.Root),
            Device = device.ToString(),
            Threads = recipe.Threads,
            Versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["pipeline"] = CodeVersion,
                ["libtorch"] = torch.__version__,
                ["decoder"] = ImageDecoder.Version,
            },
        };

    private static string Describe(ModelRecipe model) =>
        model.From is not null
            ? $"{model.Backbone.Name}, going on from '{model.From}'"
            : model.Backbone.Name
                + (
                    model.Backbone.Weights is null
                        ? " from random weights"
                        : $" with weights '{model.Backbone.Weights}'"
                )
                + (model.Backbone.Cut is null ? string.Empty : $", cut at {model.Backbone.Cut}")
                + $", {model.Preprocessing.Size}";
}
