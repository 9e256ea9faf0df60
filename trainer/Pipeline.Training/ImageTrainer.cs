using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pipeline.Core.Errors;
using Pipeline.Networks.Checkpoints;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Training;

namespace Pipeline.Training;

/// <summary>
/// Trains every model of a recipe, exports each, passes it through the gate, scores the test images, and publishes the
/// chosen one as <c>model.onnx</c>; int8 as well, if the recipe says so.
/// </summary>
/// <remarks>
/// <para>A training runs on a thread of its own: libtorch's thread count and grad mode belong to a thread. One at a
/// time per process, since the thread count and the random generator are the process's.</para>
/// </remarks>
public sealed class ImageTrainer
{
    private const int MostUnread = 256; // steps told beyond that are left out: the reader is slower than the training

    private readonly ImageTrainerOptions options;

    /// <summary>A trainer of a recipe.</summary>
    /// <param name="recipe">The recipe; checked as a file of it would be.</param>
    /// <param name="options">Where and how; <c>null</c> takes the defaults.</param>
    /// <exception cref="RecipeException">The recipe contradicts itself.</exception>
    public ImageTrainer(Recipe recipe, ImageTrainerOptions? options = null)
    {
        Recipe = RecipeReader.Parse(RecipeWriter.Write(recipe), recipe.Name);
        this.options = options ?? new ImageTrainerOptions();
    }

    /// <summary>The recipe, with every default filled in.</summary>
    public Recipe Recipe { get; }

    /// <summary>A trainer of a recipe file.</summary>
    /// <param name="path">Path of the YAML file.</param>
    /// <param name="options">Where and how; <c>null</c> takes the defaults.</param>
    /// <param name="overrides">Single values to change, as <c>key.path=value</c>.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="RecipeException">
    /// The file is missing or no YAML, has an unknown key or a value of the wrong type, or contradicts itself.
    /// </exception>
    public static ImageTrainer FromFile(
        string path,
        ImageTrainerOptions? options = null,
        IReadOnlyList<string>? overrides = null
    ) => new(RecipeReader.Read(path, overrides ?? []), options);

    /// <summary>A trainer of a recipe in a text, as it would stand in a file.</summary>
    /// <param name="yaml">The recipe.</param>
    /// <param name="options">Where and how; <c>null</c> takes the defaults.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="RecipeException">As for a file.</exception>
    public static ImageTrainer FromYaml(string yaml, ImageTrainerOptions? options = null) =>
        new(RecipeReader.Parse(yaml), options);

    /// <summary>
    /// The newest complete run of the same recipe, whatever images it had: for whoever does not want to train again.
    /// </summary>
    /// <returns>The run; <c>null</c> when there is none.</returns>
    public TrainedRun? FindFinished() =>
        TrainingRun.FindFinished(options.Artifacts, Recipe) is { } run ? TrainedRun.Read(run, Recipe.Publish) : null;

    /// <summary>Trains and tells what happens; the last update is <see cref="RunFinished"/>.</summary>
    /// <param name="cancellationToken">
    /// Stops between two steps. What is trained so far is kept, and the same call goes on from there.
    /// </param>
    /// <returns>
    /// The updates in order. Leaving the loop early stops the training as well; a reader that is slower than the
    /// training misses steps, never anything else.
    /// </returns>
    /// <exception cref="PipelineException">
    /// From the loop: the data, the weights or the device cannot be used, the training diverged, or the gate refused a
    /// file.
    /// </exception>
    /// <exception cref="InvalidOperationException">From the loop: another training runs in this process.</exception>
    /// <exception cref="OperationCanceledException">From the loop: the token fired.</exception>
    public async IAsyncEnumerable<TrainingUpdate> TrainAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var updates = Channel.CreateUnbounded<TrainingUpdate>();
        Task training = OnOwnThread(() => Train(updates, stop.Token));
        try
        {
            await foreach (
                TrainingUpdate update in updates.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)
            )
            {
                yield return update;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await training.ConfigureAwait(false);
        }
    }

    /// <summary>Trains without telling what happens.</summary>
    /// <param name="cancellationToken">As in <see cref="TrainAsync"/>.</param>
    /// <returns>The finished run.</returns>
    /// <exception cref="PipelineException">As in <see cref="TrainAsync"/>.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async Task<TrainedRun> FitAsync(CancellationToken cancellationToken = default)
    {
        TrainedRun? run = null;
        await foreach (TrainingUpdate update in TrainAsync(cancellationToken).ConfigureAwait(false))
        {
            run = (update as RunFinished)?.Run ?? run;
        }

        return run ?? throw new InvalidOperationException("The training ended without a run.");
    }

    /// <summary>
    /// Sweeps over learning rates for a phase of a model, from the weights that the model starts from. No run is made
    /// and none is touched.
    /// </summary>
    /// <param name="model">A model of the recipe.</param>
    /// <param name="phase">Number of the phase, from 1.</param>
    /// <param name="range">The rates.</param>
    /// <param name="from">Checkpoint to start from; <c>null</c> starts from the backbone's weights.</param>
    /// <param name="progress">Told how far it is; <c>null</c> for nobody.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The losses, and the rate at which they fell fastest.</returns>
    public Task<RateSweep> FindLearningRateAsync(
        ModelRecipe model,
        int phase,
        RateRange range,
        Checkpoint? from = null,
        IProgress<TrainingUpdate>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        progress ??= new Progress<TrainingUpdate>();
        return OnOwnThread(() =>
        {
            using IDisposable only = TrainingLock.Take();
            return NewRun(progress).FindLearningRate(model, phase, from, range, cancellationToken);
        });
    }

    private void Train(Channel<TrainingUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            using IDisposable only = TrainingLock.Take();
            TrainedRun run = NewRun(new ChannelProgress(updates)).Execute(options.Resume, cancellationToken);
            updates.Writer.TryWrite(new RunFinished(run));
            updates.Writer.Complete();
        }
        catch (Exception error)
        {
            updates.Writer.Complete(error); // the reader's loop throws it
        }
    }

    private TrainingRun NewRun(IProgress<TrainingUpdate> progress) => new(Recipe, options, progress);

    private static Task OnOwnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Task<T> OnOwnThread<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private sealed class ChannelProgress(Channel<TrainingUpdate> updates) : IProgress<TrainingUpdate>
    {
        public void Report(TrainingUpdate value)
        {
            if (value is not (StepProgress or PassProgress) || updates.Reader.Count < MostUnread)
            {
                updates.Writer.TryWrite(value);
            }
        }
    }
}
