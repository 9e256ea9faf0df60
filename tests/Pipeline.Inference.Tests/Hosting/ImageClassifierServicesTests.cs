using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pipeline.Core.Errors;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Hosting;

public sealed class ImageClassifierServicesTests
{
    private static readonly byte[] Green = TestPictures.PngOf("green");

    [Fact]
    public async Task Start_TwoNames_LoadsBothAndGivesEachByItsKey()
    {
        using IHost host = Build(services =>
        {
            services.AddImageClassifier("first").Configure(options => Set(options, "colors"));
            services.AddImageClassifier("second").Configure(options => Set(options, "other-colors"));
        });

        await host.StartAsync();

        Assert.Equal(
            "green",
            host.Services.GetRequiredKeyedService<HostedClassifier>("first").Classify(Green, "image").Label
        );
        Assert.Equal(
            "lime",
            host.Services.GetRequiredKeyedService<HostedClassifier>("second").Classify(Green, "image").Label
        );
        Assert.All(host.Services.GetServices<HostedClassifier>(), classifier => Assert.Equal(1, classifier.Generation));
    }

    [Fact]
    public async Task Start_FromConfiguration_TakesEveryOption()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Model:ModelPath"] = TestModels.Colors,
            ["Model:Reload"] = "false",
            ["Model:ReloadInterval"] = "00:01:00",
            ["Model:Scoring:Device"] = "cpu",
            ["Model:Scoring:Threads"] = "1",
            ["Model:Scoring:BatchSize"] = "7",
            ["Model:Scoring:MicroBatching:MaxBatchSize"] = "5",
        };
        using IHost host = Build(services => services.AddImageClassifier().BindConfiguration("Model"), settings);

        await host.StartAsync();

        using ClassifierLease lease = host.Services.GetRequiredService<HostedClassifier>().Lease();
        Assert.Equal(
            (1, 7, ScoringDevice.Cpu),
            (
                lease.Classifier.Session.Options.Threads,
                lease.Classifier.Session.Options.BatchSize,
                lease.Classifier.Session.Options.Device
            )
        );
        Assert.Equal(5, lease.Classifier.Session.Options.MicroBatching?.MaxBatchSize);
        ImageClassifierOptions options = host
            .Services.GetRequiredService<IOptionsMonitor<ImageClassifierOptions>>()
            .Get(string.Empty);
        Assert.Equal((false, TimeSpan.FromMinutes(1)), (options.Reload, options.ReloadInterval));
    }

    [Fact]
    public async Task Start_BadOptions_ListsEveryFault()
    {
        using IHost host = Build(services =>
            services
                .AddImageClassifier("cats")
                .Configure(options =>
                {
                    options.ModelPath = "nowhere.onnx";
                    options.ReloadInterval = TimeSpan.Zero;
                    options.Scoring = new ScoringOptions { Threads = 0, DeviceIndex = -1 };
                })
        );

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            host.StartAsync()
        );

        Assert.All(
            [
                "Image classifier 'cats': ModelPath is 'nowhere.onnx', which does not exist",
                "ReloadInterval is 00:00:00, expected 00:00:00.1000000 to 1.00:00:00",
                "Threads is 0, expected 1 to 1024",
                "DeviceIndex is -1, expected 0 to 255",
            ],
            fault => Assert.Contains(fault, error.Message, StringComparison.Ordinal)
        );
        Assert.DoesNotContain(error.Failures, fault => fault.EndsWith('.'));
    }

    [Fact]
    public async Task Start_NoPath_SaysWhatIsMissing()
    {
        using IHost host = Build(services => services.AddImageClassifier());

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            host.StartAsync()
        );

        Assert.Equal(
            "Image classifier: ModelPath is not set, expected the path of an exported .onnx file",
            Assert.Single(error.Failures)
        );
    }

    [Fact]
    public async Task Start_BadModel_StopsTheStart()
    {
        using IHost host = Build(services =>
            services.AddImageClassifier().Configure(options => Set(options, "wrong-golden"))
        );

        await Assert.ThrowsAsync<ModelContractException>(() => host.StartAsync());
    }

    [Fact]
    public void Add_SameNameTwice_IsRefused()
    {
        var services = new ServiceCollection();
        services.AddImageClassifier("cats");

        ArgumentException error = Assert.Throws<ArgumentException>(() => services.AddImageClassifier("cats"));

        Assert.StartsWith(
            "An image classifier named 'cats' is registered already.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Health_Loaded_IsHealthyWithItsData()
    {
        using var model = new HostedModel(name: "cats");
        model.Classifier.Load();

        HealthCheckResult result = await Check(model.Classifier);

        Assert.Equal(HealthStatus.Healthy, result.Status);
        Assert.Equal(
            ("cpu", 1, 3),
            (result.Data["cats.device"], result.Data["cats.generation"], result.Data["cats.classes"])
        );
    }

    [Fact]
    public async Task Health_NotLoaded_IsUnhealthy()
    {
        using var model = new HostedModel(name: "cats");

        HealthCheckResult result = await Check(model.Classifier);

        Assert.Equal((HealthStatus.Unhealthy, "cats: The model is not loaded."), (result.Status, result.Description));
    }

    [Fact]
    public async Task Health_RefusedFile_IsDegradedUntilAGoodOneComes()
    {
        using var model = new HostedModel();
        model.Classifier.Load();
        model.Put("wrong-golden");
        model.Classifier.Reload();

        HealthCheckResult refused = await Check(model.Classifier);
        model.Put("other-colors");
        model.Classifier.Reload();
        HealthCheckResult replaced = await Check(model.Classifier);

        Assert.Equal(HealthStatus.Degraded, refused.Status);
        Assert.StartsWith(
            "An older model answers, because the file was refused: Model '",
            refused.Description,
            StringComparison.Ordinal
        );
        Assert.Equal(HealthStatus.Healthy, replaced.Status);
    }

    [Fact]
    public async Task Health_DeviceThatFellBack_IsDegraded()
    {
        var options = new ImageClassifierOptions
        {
            ModelPath = TestModels.Colors,
            Scoring = new ScoringOptions
            {
                Threads = 1,
                Device = ScoringDevice.Cuda,
                DevicePolicy = DevicePolicy.Cpu,
            },
        };
        using var classifier = new HostedClassifier(string.Empty, options, new LogRecorder());
        classifier.Load();

        HealthCheckResult result = await Check(classifier);

        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.StartsWith(
            "Device 'cuda' was asked for and the CPU is used: ",
            result.Description,
            StringComparison.Ordinal
        );
    }

    private static Task<HealthCheckResult> Check(HostedClassifier classifier) =>
        new ClassifierHealthCheck([classifier]).CheckHealthAsync(new HealthCheckContext());

    private static void Set(ImageClassifierOptions options, string model)
    {
        options.ModelPath = TestModels.Path(model);
        options.Scoring = HostedModel.Scoring;
    }

    private static IHost Build(Action<IServiceCollection> add, Dictionary<string, string?>? settings = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        add(builder.Services);
        return builder.Build();
    }
}
