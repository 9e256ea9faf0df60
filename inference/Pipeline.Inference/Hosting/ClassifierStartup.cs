using Microsoft.Extensions.Hosting;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// Loads every registered model when the host starts: one that cannot be loaded stops the start, not the first request.
/// </summary>
/// <param name="classifiers">All that were registered.</param>
internal sealed class ClassifierStartup(IEnumerable<HostedClassifier> classifiers) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (HostedClassifier classifier in classifiers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            classifier.Load();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
