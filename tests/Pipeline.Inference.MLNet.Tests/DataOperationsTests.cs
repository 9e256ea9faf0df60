using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Tests;

/// <summary>What people do with data in ML.NET, before the step and after it.</summary>
public sealed class DataOperationsTests : MLNetTest
{
    [Fact]
    public void Preview_ClassifiedData_ShowsTheFirstRows()
    {
        IDataView view = Classified(9);
        ClassifiedImageRow[] expected = Rows(view);

        DataDebuggerPreview preview = view.Preview(maxRows: 5);

        Assert.Equal(view.Schema, preview.Schema);
        Assert.Equal(
            expected[..5].Select(row => row.PredictedLabel),
            preview.RowView.Select(row => row.Values.Single(value => value.Key == "PredictedLabel").Value.ToString())
        );
    }

    [Fact]
    public void ShuffleRows_AfterAndBefore_KeepsRowsWhole()
    {
        string[] paths = MixedPaths(30);
        IDataView data = ImageRow.View(Context, paths);
        ImageClassificationTransformer transformer = Fitted(Classifier());
        ClassifiedImageRow[] expected = Rows(transformer.Transform(data));

        ClassifiedImageRow[] after = Rows(Context.Data.ShuffleRows(transformer.Transform(data), seed: 3));
        ClassifiedImageRow[] before = Rows(transformer.Transform(Context.Data.ShuffleRows(data, seed: 3)));

        Assert.NotEqual(expected.Select(row => row.Index), after.Select(row => row.Index));
        Assert.NotEqual(expected.Select(row => row.Index), before.Select(row => row.Index));
        Assert.Equivalent(expected, after.OrderBy(row => row.Index), strict: true);
        Assert.Equivalent(expected, before.OrderBy(row => row.Index), strict: true);
    }

    [Fact]
    public void FilterRows_BeforeAndAfter_LeavesTheOtherRows()
    {
        string[] paths = MixedPaths(20);
        IDataView data = ImageRow.View(Context, paths);
        ImageClassificationTransformer transformer = Fitted(Classifier());
        ClassifiedImageRow[] all = Rows(transformer.Transform(data));

        IDataView even = Context.Data.FilterRowsByColumn(
            transformer.Transform(Context.Data.FilterByCustomPredicate<ImageRow>(data, row => row.Index % 2 == 1)),
            "Probability",
            lowerBound: 0
        );

        // NaN is within no bounds
        Assert.Equivalent(all.Where(row => row.Index % 2 == 0 && row.Error.Length == 0), Rows(even), strict: true);
    }

    [Fact]
    public void SkipAndTakeRows_OfClassifiedData_GivesThatStretch()
    {
        IDataView view = Classified(20);
        ClassifiedImageRow[] all = Rows(view);

        Assert.Equivalent(all[7..12], Rows(Context.Data.TakeRows(Context.Data.SkipRows(view, 7), 5)), strict: true);
    }

    [Fact]
    public void TrainTestSplit_OfClassifiedData_GivesEveryRowOnce()
    {
        IDataView view = Classified(30);
        ClassifiedImageRow[] all = Rows(view);

        DataOperationsCatalog.TrainTestData split = Context.Data.TrainTestSplit(view, testFraction: 0.4, seed: 5);

        ClassifiedImageRow[] test = Rows(split.TestSet);
        Assert.NotEmpty(test);
        Assert.Equivalent(all, Rows(split.TrainSet).Concat(test).OrderBy(row => row.Index), strict: true);
    }

    [Fact]
    public void Cache_ReadTwice_ComputesEachImageOnce()
    {
        var logger = new CountingLogger();
        string[] missing = [.. Enumerable.Range(0, 10).Select(index => Folder[$"{index}.png"])];
        IDataView cached = Context.Data.Cache(Fitted(Logging(logger)).Transform(ImageRow.View(Context, missing)));

        ClassifiedImageRow[] first = Rows(cached);

        Assert.Equivalent(first, Rows(cached), strict: true);
        Assert.Equal(10, logger.SkippedImages);
    }

    [Fact]
    public void SaveAsBinary_LoadedAgain_HasRowsAndSlotNames()
    {
        IDataView view = Classified(9);
        using (FileStream file = File.Create(Folder["rows.idv"]))
        {
            Context.Data.SaveAsBinary(view, file);
        }

        IDataView loaded = Context.Data.LoadFromBinary(Folder["rows.idv"]);

        var slots = default(VBuffer<ReadOnlyMemory<char>>);
        loaded.Schema["Score"].GetSlotNames(ref slots);
        Assert.Equal(["blue", "green", "red"], slots.DenseValues().Select(slot => slot.ToString()));
        Assert.Equivalent(Rows(view), Rows(loaded), strict: true);
    }

    [Fact]
    public void GetRowCursorSet_AnyNumber_GivesEveryRowOnce()
    {
        IDataView view = Classified(20);
        DataViewRowCursor[] cursors = view.GetRowCursorSet([view.Schema["Index"], view.Schema["Probability"]], 4);
        var rows = new Dictionary<int, float>();

        foreach (DataViewRowCursor cursor in cursors)
        {
            ValueGetter<int> index = cursor.GetGetter<int>(view.Schema["Index"]);
            ValueGetter<float> probability = cursor.GetGetter<float>(view.Schema["Probability"]);
            while (cursor.MoveNext())
            {
                (int key, float value) = (0, 0f);
                index(ref key);
                probability(ref value);
                rows.Add(key, value);
            }

            cursor.Dispose();
        }

        Assert.Equal(
            Rows(view).Select(row => row.Probability),
            rows.OrderBy(pair => pair.Key).Select(pair => pair.Value)
        );
    }

    [Fact]
    public void Concatenate_ScoresAsFeatures_HasKnownSizeAndSlotNames()
    {
        string[] paths = MixedPaths(9);
        IDataView data = ImageRow.View(Context, paths);
        var chain = Context
            .Transforms.ClassifyImages(Context, Classifier())
            .Append(Context.Transforms.Concatenate("Features", "Score", "Probability"));

        IDataView view = chain.Fit(data).Transform(data);

        var slots = default(VBuffer<ReadOnlyMemory<char>>);
        view.Schema["Features"].GetSlotNames(ref slots);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 4), view.Schema["Features"].Type);
        Assert.Equal(
            ["Score.blue", "Score.green", "Score.red", "Probability"],
            slots.DenseValues().Select(slot => slot.ToString())
        );
        Assert.Equal(Rows(view).Select(row => row.Score.Append(row.Probability)), view.GetColumn<float[]>("Features"));
    }

    [Fact]
    public void Transform_DataWithColumnsOfTheSameNames_HidesThem()
    {
        string[] paths = Folder.AddColors(3);
        IDataView data = Context
            .Transforms.CopyColumns("Score", "Index")
            .Append(Context.Transforms.CopyColumns("Error", "Note"))
            .Fit(ImageRow.View(Context, paths))
            .Transform(ImageRow.View(Context, paths));
        ImageClassificationTransformer transformer = Fitted(Classifier());

        Assert.Equivalent(
            Rows(transformer.Transform(ImageRow.View(Context, paths))),
            Rows(transformer.Transform(data)),
            strict: true
        );
    }

    [Fact]
    public void GetOutputSchema_OfTheEstimator_IsTheShapeOfTheTransformersData()
    {
        string[] paths = Folder.AddColors(2);
        IDataView data = ImageRow.View(Context, paths);
        var promised = new ShapeProbe(Context);
        var found = new ShapeProbe(Context);
        ImageClassificationEstimator estimator = Context.Transforms.ClassifyImages(Context, Classifier());

        estimator.Append(promised).Fit(data);
        // a chain tells its first step the shape of the data itself
        found.Append(Context.Transforms.CopyColumns("Copy", "Note")).Fit(estimator.Fit(data).Transform(data));

        Assert.Equal(
            ["Error", "ImagePath", "Index", "Note", "Numbers", "PredictedLabel", "Probability", "Score"],
            promised.Columns.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            found.Columns.OrderBy(pair => pair.Key, StringComparer.Ordinal),
            promised.Columns.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        );
    }

    private ImageClassificationTransformer Fitted(ImageClassifier classifier) =>
        Context.Transforms.ClassifyImages(Context, classifier).Fit(ImageRow.View(Context, []));

    private IDataView Classified(int count) =>
        Fitted(Classifier()).Transform(ImageRow.View(Context, MixedPaths(count)));

    /// <summary>A step that changes nothing and keeps the shape it is told.</summary>
    private sealed class ShapeProbe(MLContext mlContext) : IEstimator<ITransformer>
    {
        /// <summary>What is known of each column, as text.</summary>
        internal Dictionary<string, string> Columns { get; private set; } = [];

        public ITransformer Fit(IDataView input) => mlContext.Transforms.CopyColumns("Note", "Note").Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            Columns = inputSchema.ToDictionary(
                column => column.Name,
                column =>
                    $"{column.Kind} {column.ItemType} key {column.IsKey}, "
                    + string.Join(", ", column.Annotations.Select(item => $"{item.Name} {item.Kind} {item.ItemType}"))
            );
            return inputSchema;
        }
    }
}
