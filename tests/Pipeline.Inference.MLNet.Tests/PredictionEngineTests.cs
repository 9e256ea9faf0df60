using Microsoft.ML;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Tests;

/// <summary>Single rows, and who owns the model behind them.</summary>
public sealed class PredictionEngineTests : MLNetTest
{
    [Fact]
    public void Predict_GoodAndBadInTurns_NeverGivesAStaleAnswer()
    {
        string[] paths = MixedPaths(12);
        ImageClassifier classifier = Classifier();
        using PredictionEngine<ImageRow, ClassifiedImageRow> engine = Context.Model.CreatePredictionEngine<
            ImageRow,
            ClassifiedImageRow
        >(Fitted(classifier));
        var row = new ClassifiedImageRow();

        foreach (string path in paths.Where(path => path.Length > 0))
        {
            engine.Predict(ImageRow.Of(path, 5), ref row);

            AssertSame(classifier.Classify(path), row);
            Assert.Equal(5, row.Index);
        }
    }

    [Fact]
    public async Task Predict_OneEnginePerThreadOverOneModel_GivesEachItsOwnAnswers()
    {
        string[] paths = MixedPaths(12);
        ImageClassifier classifier = Classifier();
        ImageClassificationTransformer transformer = Fitted(classifier);
        Prediction[] expected = [.. paths.Where(path => path.Length > 0).Select(classifier.Classify)];

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(start =>
                    Task.Run(() =>
                    {
                        using var engine = Context.Model.CreatePredictionEngine<ImageRow, ClassifiedImageRow>(
                            transformer,
                            new PredictionEngineOptions { OwnsTransformer = false }
                        );
                        for (int call = 0; call < 30; call++)
                        {
                            Prediction wanted = expected[(start + call) % expected.Length];
                            AssertSame(wanted, engine.Predict(ImageRow.Of(wanted.Path, call)));
                        }
                    })
                )
        );
    }

    [Fact]
    public void Dispose_EngineThatOwnsItsTransformer_ClosesTheModel()
    {
        string path = Folder.AddColors(1)[0];
        ImageClassificationTransformer transformer = Owned(
            Context
                .Transforms.ClassifyImages(Context, TestModels.Colors, options: Options(4))
                .Fit(ImageRow.View(Context, []))
        );
        var first = Context.Model.CreatePredictionEngine<ImageRow, ClassifiedImageRow>(transformer);
        using var second = Context.Model.CreatePredictionEngine<ImageRow, ClassifiedImageRow>(transformer);

        first.Dispose();

        Assert.Throws<ObjectDisposedException>(() => second.Predict(ImageRow.Of(path, 0)));
        Assert.Throws<ObjectDisposedException>(() => Rows(transformer.Transform(ImageRow.View(Context, [path]))));
    }

    [Fact]
    public void Dispose_EngineOverABorrowedClassifier_LeavesItOpen()
    {
        string path = Folder.AddColors(1)[0];
        ImageClassifier classifier = Classifier();
        var engine = Context.Model.CreatePredictionEngine<ImageRow, ClassifiedImageRow>(Fitted(classifier));

        engine.Dispose();

        Assert.Null(classifier.Classify(path).Error);
    }

    [Fact]
    public void Dispose_ChainWithTheStep_ClosesTheModel()
    {
        string path = Folder.AddColors(1)[0];
        var chain = Context
            .Transforms.ClassifyImages(Context, TestModels.Colors, options: Options(4))
            .Append(Context.Transforms.CopyColumns("Copy", "Note"))
            .Fit(ImageRow.View(Context, []));
        IDataView view = chain.Transform(ImageRow.View(Context, [path]));

        chain.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Rows(view));
    }

    [Fact]
    public void Fit_ModelThatIsNotThere_SaysSo()
    {
        ImageClassificationEstimator estimator = Context.Transforms.ClassifyImages(Context, Folder["nowhere.onnx"]);

        var error = Assert.Throws<ModelContractException>(() => estimator.Fit(ImageRow.View(Context, [])));

        Assert.Equal(
            $"Model '{Folder["nowhere.onnx"]}' does not exist. Give the path of an exported .onnx file.",
            error.Message
        );
    }

    private ImageClassificationTransformer Fitted(ImageClassifier classifier) =>
        Context.Transforms.ClassifyImages(Context, classifier).Fit(ImageRow.View(Context, []));
}
