using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Hosting;

namespace Pipeline.Inference.Tests.Hosting;

public sealed class HostedClassifierTests
{
    private static readonly byte[] Green = TestPictures.PngOf("green");

    [Fact]
    public void Classify_WithoutAHost_LoadsAtTheFirstCall()
    {
        using var model = new HostedModel();

        Prediction prediction = model.Classifier.Classify(Green, "image");

        Assert.Equal("green", prediction.Label);
        Assert.Equal(1, model.Classifier.Generation);
    }

    [Fact]
    public void Load_MissingFile_IsAnErrorThatNamesIt()
    {
        using var classifier = new HostedClassifier(
            string.Empty,
            new ImageClassifierOptions { ModelPath = "nowhere.onnx" },
            new LogRecorder()
        );

        ModelContractException error = Assert.Throws<ModelContractException>(classifier.Load);

        Assert.Equal("Model 'nowhere.onnx' does not exist. Give the path of an exported .onnx file.", error.Message);
    }

    [Fact]
    public void Reload_UnchangedFile_DoesNothing()
    {
        using var model = new HostedModel();
        model.Classifier.Load();

        Assert.False(model.Classifier.Reload());
        Assert.Equal(1, model.Classifier.Generation);
    }

    [Fact]
    public void Reload_NewFile_AnswersWithTheNewModel()
    {
        using var model = new HostedModel();
        model.Classifier.Load();
        model.Put("other-colors");

        Assert.True(model.Classifier.Reload());

        Prediction expected = HostedModel.Alone("other-colors", Green);
        Prediction actual = model.Classifier.Classify(Green, "image");
        Assert.Equal("lime", actual.Label);
        Assert.Equal(expected.Probabilities, actual.Probabilities);
        Assert.Equal(2, model.Classifier.Generation);
    }

    [Theory]
    [InlineData("wrong-golden", "failed its self-test on cpu")]
    [InlineData("unknown-version", "version")]
    public void Reload_BadFile_KeepsTheOldModelAndSaysWhy(string bad, string reason)
    {
        using var model = new HostedModel();
        model.Classifier.Load();
        model.Put(bad);

        Assert.False(model.Classifier.Reload());

        Assert.Contains(reason, model.Classifier.Refusal, StringComparison.Ordinal);
        Assert.Contains(
            model.Log.Entries,
            entry =>
                entry.Level == Microsoft.Extensions.Logging.LogLevel.Error
                && entry.Text.Contains(reason, StringComparison.Ordinal)
        );
        Assert.Equal("green", model.Classifier.Classify(Green, "image").Label);
        Assert.Equal(1, model.Classifier.Generation);
    }

    [Fact]
    public void Reload_HalfAFileThenTheWhole_IsRefusedThenUsed()
    {
        using var model = new HostedModel();
        model.Classifier.Load();
        byte[] whole = File.ReadAllBytes(TestModels.Path("other-colors"));
        model.Put(whole[..(whole.Length / 2)]);

        Assert.False(model.Classifier.Reload());
        Assert.NotNull(model.Classifier.Refusal);
        model.Put(whole);
        Assert.True(model.Classifier.Reload());

        Assert.Null(model.Classifier.Refusal);
        Assert.Equal("lime", model.Classifier.Classify(Green, "image").Label);
    }

    [Fact]
    public void Reload_RefusedFile_IsTriedOnce()
    {
        using var model = new HostedModel();
        model.Classifier.Load();
        model.Put([1, 2, 3]);
        model.Classifier.Reload();

        model.Classifier.Reload();

        Assert.Single(model.Log.Entries, entry => entry.Level == Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public void Reload_RemovedFile_KeepsTheOldModelUntilItIsBack()
    {
        using var model = new HostedModel();
        model.Classifier.Load();
        File.Move(model.Path, model.Path + ".away");

        Assert.False(model.Classifier.Reload());
        Assert.Contains("does not exist", model.Classifier.Refusal, StringComparison.Ordinal);
        File.Move(model.Path + ".away", model.Path);
        Assert.False(model.Classifier.Reload());

        Assert.Null(model.Classifier.Refusal);
        Assert.Equal("green", model.Classifier.Classify(Green, "image").Label);
    }

    [Fact]
    public void Lease_HeldAcrossAReload_StaysWithItsModel()
    {
        using var model = new HostedModel();
        using ClassifierLease before = model.Classifier.Lease();
        model.Put("other-colors");
        model.Classifier.Reload();

        using ClassifierLease after = model.Classifier.Lease();

        Assert.Equal("green", before.Classifier.Classify(Green, "image").Label);
        Assert.Equal("lime", after.Classifier.Classify(Green, "image").Label);
        Assert.Equal((1, 2), (before.Generation, after.Generation));
    }

    [Fact]
    public void Lease_GivenBack_CannotBeUsed()
    {
        using var model = new HostedModel();
        ClassifierLease lease = model.Classifier.Lease();

        lease.Dispose();
        lease.Dispose();

        Assert.Throws<ObjectDisposedException>(() => lease.Classifier);
        Assert.Equal("green", model.Classifier.Classify(Green, "image").Label); // the second return took nobody else's
    }

    [Fact]
    public void Dispose_WithALeaseOut_LetsItsWorkEnd()
    {
        using var model = new HostedModel();
        using ClassifierLease lease = model.Classifier.Lease();

        model.Classifier.Dispose();

        Assert.Equal("green", lease.Classifier.Classify(Green, "image").Label);
        Assert.Throws<ObjectDisposedException>(() => model.Classifier.Classify(Green, "image"));
    }

    [Fact]
    public void Generation_AfterTheLastUser_CannotBeEntered()
    {
        var generation = new ModelGeneration(
            Inference.Scoring.ImageClassifier.Load(TestModels.Colors, HostedModel.Scoring),
            number: 1,
            stamp: null
        );

        Assert.True(generation.TryEnter());
        generation.Leave();
        generation.Leave();

        Assert.False(generation.TryEnter());
    }
}
