using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Pipeline.Inference.Hosting;

/// <summary>Registers classifiers in an application's container.</summary>
public static class ImageClassifierServices
{
    /// <summary>
    /// Adds a classifier: inject <see cref="HostedClassifier"/>, or with a name <c>[FromKeyedServices("name")]
    /// HostedClassifier</c>. Its options are checked, and its model loaded, when the host starts. Without a name, or as
    /// the last one added, it is also what an injection without a key gets.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">Its name, when there are several models; each name once.</param>
    /// <returns>
    /// The options, to be set: <c>.Configure(options =&gt; …)</c>, <c>.Bind(section)</c> or
    /// <c>.BindConfiguration("Classifier")</c>.
    /// </returns>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static OptionsBuilder<ImageClassifierOptions> AddImageClassifier(
        this IServiceCollection services,
        string name = ""
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        if (
            services.Any(service =>
                service.IsKeyedService
                && service.ServiceType == typeof(HostedClassifier)
                && name.Equals(service.ServiceKey)
            )
        )
        {
            throw new ArgumentException(
                $"An image classifier named '{name}' is registered already. Give each model a name of its own.",
                nameof(name)
            );
        }

        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ImageClassifierOptions>, ImageClassifierOptionsValidator>()
        );
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ClassifierStartup>());
        services.AddKeyedSingleton(
            name,
            (provider, _) =>
                new HostedClassifier(
                    name,
                    provider.GetRequiredService<IOptionsMonitor<ImageClassifierOptions>>().Get(name),
                    (
                        provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance
                    ).CreateLogger<HostedClassifier>()
                )
        );
        services.AddSingleton(provider => provider.GetRequiredKeyedService<HostedClassifier>(name));
        return services.AddOptions<ImageClassifierOptions>(name).ValidateOnStart();
    }
}
