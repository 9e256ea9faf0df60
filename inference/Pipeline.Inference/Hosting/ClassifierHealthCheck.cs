using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// Says whether every registered model can answer:
/// <c>services.AddHealthChecks().AddCheck&lt;ClassifierHealthCheck&gt;("models")</c>. Unhealthy: one is not loaded.
/// Degraded: one answers, but not with the file that is there now, or not on the device that was asked for. It scores
/// nothing; the model was tested when it was loaded.
/// </summary>
/// <param name="classifiers">All that were registered. Borrowed.</param>
public sealed class ClassifierHealthCheck(IEnumerable<HostedClassifier> classifiers) : IHealthCheck
{
    /// <summary>Looks at every registered classifier.</summary>
    /// <param name="context">Not used.</param>
    /// <param name="cancellationToken">Not used: nothing here waits.</param>
    /// <returns>
    /// The worst state of all, a line per model that is not well, and per model its device and the number of its loads.
    /// </returns>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        HealthStatus worst = HealthStatus.Healthy;
        var lines = new List<string>();
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (HostedClassifier classifier in classifiers)
        {
            (HealthStatus status, string? line) = Look(classifier, data);
            worst = status < worst ? status : worst;
            if (line is not null)
            {
                lines.Add(classifier.Name.Length == 0 ? line : $"{classifier.Name}: {line}");
            }
        }

        return Task.FromResult(
            new HealthCheckResult(worst, lines.Count == 0 ? null : string.Join(" ", lines), data: data)
        );
    }

    private static (HealthStatus Status, string? Line) Look(
        HostedClassifier classifier,
        Dictionary<string, object> data
    )
    {
        string prefix = classifier.Name.Length == 0 ? string.Empty : classifier.Name + ".";
        data[prefix + "generation"] = classifier.Generation;
        if (classifier.Generation == 0)
        {
            return (HealthStatus.Unhealthy, "The model is not loaded.");
        }

        using ClassifierLease lease = classifier.Lease();
        DeviceReport device = lease.Classifier.Device;
        data[prefix + "device"] = WireNames.ToKebab(device.Effective);
        data[prefix + "classes"] = lease.Classifier.Labels.Count;
        if (classifier.Refusal is { } refusal)
        {
            return (HealthStatus.Degraded, $"An older model answers, because the file was refused: {refusal}");
        }

        return device.IsFallback
            ? (
                HealthStatus.Degraded,
                $"Device '{WireNames.ToKebab(device.Requested)}' was asked for and the CPU is used: {device.Reason}"
            )
            : (HealthStatus.Healthy, null);
    }
}
