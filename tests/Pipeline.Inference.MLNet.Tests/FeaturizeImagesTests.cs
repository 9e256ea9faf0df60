using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Errors;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Tests;

/// <summary>The features of images as a column; those of the model here are the mean of each channel.</summary>
public sealed class FeaturizeImagesTests : MLNetTest
{
    private static string ModelPath => TestModels.Path("with-features");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(32)]
    public void Transform_AnyBatchSize_GivesTheModelsFeaturesAndNaNForBadImages(int batchSize)
    {
        string[] paths = MixedPaths(33);
        ImageClassifier classifier = WithFeatures(batchSize);

        FeaturizedImageRow[] rows = Rows(Fitted(classifier).Transform(ImageRow.View(Context, paths)));

        Assert.Equal(paths, rows.Select(row => row.ImagePath));
        Assert.Equal(4, rows.Count(row => row.Error.Length > 0));
        Assert.All(rows, row => Assert.Equal(Expected(classifier, row.ImagePath), row.Features));
        Assert.True(rows.Where(row => row.Error.Length == 0).Select(row => row.Features.Max()).Distinct().Count() > 3);
    }

    [Fact]
    public void Schema_ModelWithAVector_HasItsSizeAndTheNameAskedFor()
    {
        var estimator = Context.Transforms.FeaturizeImages(Context, ModelPath, outputColumn: "Embedding");
        using ImageFeaturizingTransformer transformer = estimator.Fit(ImageRow.View(Context, []));

        DataViewSchema schema = transformer.Transform(ImageRow.View(Context, [])).Schema;

        Assert.Equal(
            ["ImagePath", "Index", "Note", "Numbers", "Embedding", "Error"],
            schema.Select(column => column.Name)
        );
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Embedding"].Type);
        Assert.Equal(3, transformer.FeatureCount);
    }

    [Fact]
    public void Transform_ModelWithAMap_GivesItAsOneVector()
    {
        string[] paths = Folder.AddColors(3);
        using ImageFeaturizingTransformer transformer = Context
            .Transforms.FeaturizeImages(Context, TestModels.Path("convolution"), options: Options(2))
            .Fit(ImageRow.View(Context, paths));

        FeaturizedImageRow[] rows = Rows(transformer.Transform(ImageRow.View(Context, paths)));

        Assert.Equal(3, transformer.Classifier.Session.FeatureShape.Count);
        Assert.True(transformer.FeatureCount > transformer.Classifier.Session.FeatureShape[0]);
        Assert.All(rows, row => Assert.Equal(Expected(transformer.Classifier, row.ImagePath), row.Features));
    }

    [Fact]
    public void PredictionEngine_OneImage_GivesItsFeatures()
    {
        string path = Folder.AddColors(1)[0];
        ImageClassifier classifier = WithFeatures(4);
        using var engine = Context.Model.CreatePredictionEngine<ImageRow, FeaturizedImageRow>(Fitted(classifier));

        FeaturizedImageRow row = engine.Predict(ImageRow.Of(path, 0));

        Assert.Equal(classifier.Classify(path).Features, row.Features);
    }

    [Fact]
    public void SdcaMaximumEntropy_OnFeatures_LearnsTheColoursAndLeavesBadImagesOut()
    {
        string[] paths = [.. Folder.AddColors(60), Folder.Write("9999-red.png", [])];
        IDataView data = Context.Data.LoadFromEnumerable(paths.Select(Row));
        var chain = Context
            .Transforms.Conversion.MapValueToKey("Label", nameof(NamedRow.Name))
            .Append(Context.Transforms.FeaturizeImages(Context, WithFeatures(4)))
            .Append(Context.Transforms.NormalizeMinMax("Features"))
            .AppendCacheCheckpoint(Context)
            .Append(Context.MulticlassClassification.Trainers.SdcaMaximumEntropy());

        var metrics = Context.MulticlassClassification.Evaluate(chain.Fit(data).Transform(data));

        Assert.Equal(1, metrics.MicroAccuracy);
    }

    [Fact]
    public void LoadWithImageClassification_SavedFeaturizer_GivesTheSameFeatures()
    {
        (string pipelinePath, string modelPath) = (Folder["pipeline.zip"], Folder["model.onnx"]);
        File.Copy(ModelPath, modelPath);
        IDataView data = ImageRow.View(Context, MixedPaths(6));
        var chain = Context
            .Transforms.CopyColumns("Picture", "ImagePath")
            .Append(Context.Transforms.FeaturizeImages(Context, modelPath, "Features", "Picture"))
            .Fit(data);
        Owned(chain);
        Context.Model.Save(chain, data.Schema, pipelinePath);

        ITransformer loaded = Context.Model.LoadWithImageClassification(Context, pipelinePath, out _);

        Owned((IDisposable)loaded);
        Assert.Equal(
            new VectorDataViewType(NumberDataViewType.Single, 3),
            loaded.Transform(data).Schema["Features"].Type
        );
        Assert.Equivalent(Rows(chain.Transform(data)), Rows(loaded.Transform(data)), strict: true);
    }

    [Fact]
    public void Load_SavedFeaturizerByMLNetItself_SaysWhatToLoadItWith()
    {
        IDataView data = ImageRow.View(Context, Folder.AddColors(1));
        Context.Model.Save(Fitted(WithFeatures(4)), data.Schema, Folder["pipeline.zip"]);
        IDataView view = Context.Model.Load(Folder["pipeline.zip"], out _).Transform(data);

        Exception? error = Record.Exception(() => view.GetColumn<float>("Probability").ToArray());

        Assert.Contains("LoadWithImageClassification", error?.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ModelWithoutFeatures_SaysHowToExportThem()
    {
        ImageFeaturizingEstimator estimator = Context.Transforms.FeaturizeImages(Context, TestModels.Colors);

        var fromFile = Assert.Throws<ModelContractException>(() => estimator.Fit(ImageRow.View(Context, [])));
        var fromClassifier = Assert.Throws<ModelContractException>(() =>
            Context.Transforms.FeaturizeImages(Context, Classifier())
        );

        Assert.Equal(
            $"Model '{TestModels.Colors}' has no output 'features'. Export it again with --features.",
            fromFile.Message
        );
        Assert.Equal(
            $"Model '{TestModels.Colors}' has no output 'features'. Export it again with pipeline-train export "
                + "--features, and load it with new ScoringOptions { Features = true }.",
            fromClassifier.Message
        );
    }

    [Fact]
    public void FeaturizeImages_ClassifierLoadedWithoutFeatures_SaysHowToLoadIt()
    {
        ImageClassifier classifier = Owned(ImageClassifier.Load(ModelPath, Options(4)));

        var error = Assert.Throws<ArgumentException>(() => Context.Transforms.FeaturizeImages(Context, classifier));

        Assert.Equal(
            $"Model '{ModelPath}' has features, and was loaded without them. "
                + "Load it with new ScoringOptions { Features = true }.",
            error.Message
        );
    }

    [Fact]
    public void Append_ColumnWithoutImages_SaysWhatWasFound()
    {
        ImageFeaturizingEstimator estimator = Context.Transforms.FeaturizeImages(
            Context,
            ModelPath,
            inputColumn: "Index"
        );

        var alone = Assert.Throws<ArgumentException>(() => estimator.Fit(ImageRow.View(Context, [])));
        var chained = Assert.Throws<ArgumentException>(() =>
            Context.Transforms.CopyColumns("Copy", "Note").Append(estimator).Fit(ImageRow.View(Context, []))
        );

        Assert.Contains("'Index'", alone.Message, StringComparison.Ordinal);
        Assert.Contains("'Index'", chained.Message, StringComparison.Ordinal);
    }

    private static float[] Expected(ImageClassifier classifier, string path)
    {
        float[] features = path.Length > 0 ? classifier.Classify(path).Features : [];
        int count = classifier.Session.FeatureShape.Aggregate((product, length) => product * length);
        return features.Length > 0 ? features : [.. Enumerable.Repeat(float.NaN, count)];
    }

    /// <summary>The class is in the name of the file.</summary>
    private static NamedRow Row(string path) =>
        new() { ImagePath = path, Name = Path.GetFileNameWithoutExtension(path).Split('-')[^1] };

    private ImageClassifier WithFeatures(int batchSize) =>
        Owned(ImageClassifier.Load(ModelPath, Options(batchSize) with { Features = true }));

    private ImageFeaturizingTransformer Fitted(ImageClassifier classifier) =>
        Context.Transforms.FeaturizeImages(Context, classifier).Fit(ImageRow.View(Context, []));

    private new FeaturizedImageRow[] Rows(IDataView view) =>
        [.. Context.Data.CreateEnumerable<FeaturizedImageRow>(view, reuseRowObject: false)];

    private sealed class FeaturizedImageRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public float[] Features { get; set; } = [];

        public string Error { get; set; } = string.Empty;
    }

    private sealed class NamedRow
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Name { get; set; } = string.Empty;
    }
}
