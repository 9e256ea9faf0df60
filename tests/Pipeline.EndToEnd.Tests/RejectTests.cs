using System.Text.Json;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Core.Metrics;
using Pipeline.EndToEnd.Tests.BadInput;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;
using Pipeline.Training;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// The recipe key <c>reject</c>: the confidence is chosen on the validation images, goes into the file and is obeyed.
/// One image between the classes stands in both of them, so it is wrong once and the least certain.
/// </summary>
public sealed class RejectTests : IDisposable
{
    private const double Target = 0.9; // 7 of 8 are less

    private readonly Workspace workspace = new Workspace()
        .WithImages()
        .WithRecipe(
            Workspace
                .GoodRecipe.Replace(
                    "optimizer: { name: sgd, learning_rate: 1e-2 }",
                    "optimizer: { name: adam, learning_rate: 1e-2 }",
                    StringComparison.Ordinal
                )
                .Replace(
                    "epochs: 1",
                    "epochs: 10\n        batch_size: 4\n        precision: fp32",
                    StringComparison.Ordinal
                )
        );

    public RejectTests()
    {
        var size = new ImageSize(16, 16);
        // cats are darker, dogs brighter
        byte[] grey = [.. Enumerable.Range(0, size.RgbBytes).Select(index => (byte)(96 + (index % 64)))];
        workspace.Write("images/validation/cat/003.png", ImageEncoder.EncodePng(grey, size));
        workspace.Write("images/validation/dog/003.png", ImageEncoder.EncodePng(grey, size));
    }

    public void Dispose() => workspace.Dispose();

    [Fact]
    public async Task Train_WithReject_ChoosesAConfidenceThatTheFileCarriesAndScoringObeys()
    {
        Outcome plain = await workspace.TrainAsync();
        Outcome rejecting = await workspace.TrainAsync(
            "--set",
            FormattableString.Invariant($"models.small.reject={{ accuracy: {Target} }}")
        );
        Assert.True(plain.ExitCode == 0 && rejecting.ExitCode == 0, plain.Error + rejecting.Error);
        DatasetSplits data = ImageFolder.Scan(workspace["images"], new DataRecipe { Source = DataSource.Folder });

        RejectOption? chosen = RejectChoice.Make(
            workspace["artifacts/tiny/1/model.onnx"],
            data,
            Target,
            threads: 1,
            CancellationToken.None
        );

        using ImageClassifier before = ImageClassifier.Load(
            workspace["artifacts/tiny/1/model.onnx"],
            new ScoringOptions { Threads = 1 }
        );
        Prediction[] predictions = [.. data.Validation.Select(sample => before.Classify(sample.Path))];
        bool[] areCorrect =
        [
            .. predictions.Zip(data.Validation).Select(pair => pair.First.ClassIndex == pair.Second.ClassIndex),
        ];
        Assert.Equal(7, areCorrect.Count(isCorrect => isCorrect));
        Assert.Equal(
            RejectThreshold.Choose([.. predictions.Select(prediction => prediction.Probability)], areCorrect, Target),
            chosen
        );
        using ImageClassifier after = ImageClassifier.Load(
            workspace["artifacts/tiny/2/model.onnx"],
            new ScoringOptions { Threads = 1 }
        );
        Assert.Equal((0.75, 1), (chosen?.Coverage, chosen?.Accuracy));
        Assert.Equal(chosen, after.Contract.Reject);
        Assert.Equal(
            data.Validation.Select(sample => sample.Path.EndsWith("003.png", StringComparison.Ordinal)),
            data.Validation.Select(sample => after.Classify(sample.Path).IsRejected)
        );
        Assert.Contains("of the validation images 75.0", rejecting.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithATargetThatIsMetAnyway_RejectsNothing()
    {
        Outcome trained = await workspace.TrainAsync("--set", "models.small.reject={ accuracy: 0.5 }");

        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains(
            "reject: below a confidence of 0.000 no label; of the validation images 100.0",
            trained.Output,
            StringComparison.Ordinal
        );
        using ImageClassifier classifier = ImageClassifier.Load(
            workspace["artifacts/tiny/latest/model.onnx"],
            new ScoringOptions { Threads = 1 }
        );
        Assert.Equal(0, classifier.Contract.Reject?.MinimumConfidence);
        Assert.True(
            JsonDocument
                .Parse(File.ReadAllBytes(workspace["artifacts/tiny/latest/gate.json"]))
                .RootElement.GetProperty("passed")
                .GetBoolean()
        );
    }
}
