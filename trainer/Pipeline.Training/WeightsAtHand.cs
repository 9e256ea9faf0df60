using Pipeline.Networks.Weights;
using Pipeline.Networks.Weights.Registry;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Training;

/// <summary>
/// Gets all pretrained weights of a recipe before anything is trained, so that a file that cannot be had is an error at
/// once, not when the third model starts.
/// </summary>
internal sealed class WeightsAtHand(string folder, Action<string> say)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    /// <summary>One client for the life of the process, as HttpClient wants it.</summary>
    private static readonly HttpClient Client = new(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout })
    {
        Timeout = AnswerTimeout,
    };

    /// <summary>The cache and the packages.</summary>
    internal WeightsStore Store { get; } = new(folder, NpmPackages.Folder, Client);

    /// <summary>Fetches what is missing.</summary>
    /// <exception cref="Core.Errors.WeightsException">Weights cannot be had.</exception>
    internal void Prepare(Recipe recipe, CancellationToken cancellationToken)
    {
        foreach (
            BackboneRecipe backbone in recipe.Models.Where(model => model.From is null).Select(model => model.Backbone)
        )
        {
            if (
                backbone.Weights is string text
                && WeightsReference.Parse(text) is { Kind: WeightsKind.Registry, Text: string name }
            )
            {
                // the run owns its thread and has nothing to do until the file is there
                Store
                    .EnsureAsync(WeightsRegistry.Require(name, backbone.Name), say, cancellationToken)
                    .GetAwaiter()
                    .GetResult();
            }
        }
    }
}
