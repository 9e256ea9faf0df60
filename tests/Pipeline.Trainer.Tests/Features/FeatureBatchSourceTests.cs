using Pipeline.Testing;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Features;

/// <summary>
/// Training on stored features is training on images, only faster: the same rows in the same order with the same flips.
/// </summary>
public sealed class FeatureBatchSourceTests : TorchTest
{
    private const string Text = """
        name: features
        precision: fp32
        threads: 1
        data: { source: folder, folder: images }
        models:
          - name: a
            preprocessing: { size: 16, resize: squash, kernel: bilinear, scale: 1/255 }
            backbone: { name: small-cnn }
            head: [global_average_pool, { dense: classes }]
            phases:
              - { train: head, optimizer: { name: adam, learning_rate: 0.01 }, epochs: 3, batch_size: 5,
                  augmentation: { horizontal_flip: true, vertical_flip: true } }
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Train_FlippedImages_GivesTheFeaturesOfTheImagesThatAPhaseWouldSee(int epoch)
    {
        using var folder = new TemporaryFolder();
        DatasetSplits data = TestImages.Of(folder);
        Recipe recipe = RecipeReader.Read(Text, "features.yaml", []);
        (ModelRecipe model, PhaseRecipe phase) = (recipe.Models[0], recipe.Models[0].Phases[0]);
        TrainingContext context = TestImages.Context(recipe, data, folder);
        var loader = new SampleLoader(model.Preprocessing, 1, context.Skipped);
        var graph = model.Network(data.Labels).Build();
        using var network = new TorchNetwork(graph, TestNetworks.RandomWeights(graph), CPU);
        using var features = new FrozenFeatures(network, model.Preprocessing, loader, context);
        var stored = new FeatureBatchSource(
            features.Compute(phase.Augmentation.Flips, CancellationToken.None),
            phase,
            recipe.Seed
        );
        var images = new ImageBatchSource(data, loader, model.Preprocessing, phase, recipe.Seed);

        (List<float> expected, List<long> expectedClasses) = Collect(
            images.Train(epoch, 5, 0, CancellationToken.None),
            network,
            stored.StartNode
        );
        (List<float> actual, List<long> classes) = Collect(
            stored.Train(epoch, 5, 0, CancellationToken.None),
            network,
            null
        );

        Assert.Equal(expectedClasses, classes);
        Assert.NotEqual(0, expected.Distinct().Count() - 1);
        FloatAssert.Near(expected.ToArray(), actual.ToArray(), 1e-6); // another batch size may add in another order
    }

    private static (List<float> Values, List<long> Classes) Collect(
        IEnumerable<TrainingBatch> batches,
        TorchNetwork network,
        string? until
    )
    {
        using IDisposable noGrad = no_grad();
        var values = new List<float>();
        var classes = new List<long>();
        foreach (TrainingBatch batch in batches)
        {
            using DisposeScope scope = NewDisposeScope();
            using (batch)
            {
                Tensor input = batch.ToTensor(CPU);
                values.AddRange(
                    (until is null ? input : network.Forward(input, ForwardMode.Evaluation, until: until))
                        .data<float>()
                        .ToArray()
                );
                classes.AddRange(batch.ClassIndexes);
            }
        }

        return (values, classes);
    }
}
