using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet.Tests;

public sealed class ImageClassificationTransformerTests : MLNetTest
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(32)]
    public void Transform_AnyBatchSize_GivesTheRowsOfOurOwnApi(int batchSize)
    {
        string[] paths = MixedPaths(33);
        ImageClassifier classifier = Classifier(batchSize);
        IDataView view = Fitted(classifier, paths).Transform(ImageRow.View(Context, paths));

        ClassifiedImageRow[] rows = Rows(view);

        Assert.Equal(paths, rows.Select(row => row.ImagePath));
        Assert.Equal(4, rows.Count(row => row.Error.Length > 0));
        for (int index = 0; index < rows.Length; index++)
        {
            Prediction expected =
                paths[index].Length > 0
                    ? classifier.Classify(paths[index])
                    : new Prediction { Path = string.Empty, Error = "The row has no image: the path is empty." };
            AssertSame(expected, rows[index]);
            Assert.Equal(index, rows[index].Index);
            Assert.Equal($"note {index}", rows[index].Note);
            Assert.Equal([index, -index], rows[index].Numbers);
        }
    }

    [Fact]
    public void Transform_NoRows_GivesNone()
    {
        IDataView view = Fitted(Classifier(), []).Transform(ImageRow.View(Context, []));

        Assert.Empty(Rows(view));
    }

    [Fact]
    public void Transform_UncertainAnswer_HasNoLabelButItsScores()
    {
        string[] paths = Folder.AddColors(3);
        ImageClassifier classifier = Owned(
            ImageClassifier.Load(TestModels.Colors, Options(4) with { MinimumConfidence = 1 })
        );

        ClassifiedImageRow[] rows = Rows(Fitted(classifier, paths).Transform(ImageRow.View(Context, paths)));

        Assert.All(rows, row => Assert.Equal((string.Empty, string.Empty), (row.PredictedLabel, row.Error)));
        Assert.All(rows, row => Assert.Equal(row.Score.Max(), row.Probability));
    }

    [Fact]
    public void Schema_Output_HasTheInputColumnsAndTheFourAdded()
    {
        DataViewSchema schema = Fitted(Classifier(), []).Transform(ImageRow.View(Context, [])).Schema;

        var slots = default(VBuffer<ReadOnlyMemory<char>>);
        schema["Score"].GetSlotNames(ref slots);
        Assert.Equal(
            ["ImagePath", "Index", "Note", "Numbers", "Score", "PredictedLabel", "Probability", "Error"],
            schema.Select(column => column.Name)
        );
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), schema["Score"].Type);
        Assert.Equal(["blue", "green", "red"], slots.DenseValues().Select(slot => slot.ToString()));
        Assert.Equal(TextDataViewType.Instance, schema["PredictedLabel"].Type);
        Assert.Equal(NumberDataViewType.Single, schema["Probability"].Type);
    }

    [Fact]
    public void Cursor_TwoAtOnceInTurns_EachGivesItsOwnRows()
    {
        string[] paths = MixedPaths(20);
        ImageClassifier classifier = Classifier();
        IDataView view = Fitted(classifier, paths).Transform(ImageRow.View(Context, paths));
        using IEnumerator<ClassifiedImageRow> first = Context
            .Data.CreateEnumerable<ClassifiedImageRow>(view, reuseRowObject: false)
            .GetEnumerator();
        using IEnumerator<ClassifiedImageRow> second = Context
            .Data.CreateEnumerable<ClassifiedImageRow>(view, reuseRowObject: false)
            .GetEnumerator();
        var expected = Rows(view);

        for (int index = 0; index < paths.Length; index++)
        {
            Assert.True(first.MoveNext());
            Assert.Equivalent(expected[index], first.Current, strict: true);
            if (index % 2 == 0)
            {
                Assert.True(second.MoveNext());
                Assert.Equivalent(expected[index / 2], second.Current, strict: true);
            }
        }

        Assert.False(first.MoveNext());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public void Cursor_LeftHalfWay_StopsAndLeavesTheNextOneWhole(int rowsRead)
    {
        string[] paths = MixedPaths(40);
        IDataView view = Fitted(Classifier(), paths).Transform(ImageRow.View(Context, paths));
        DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        for (int row = 0; row < rowsRead; row++)
        {
            Assert.True(cursor.MoveNext());
        }

        cursor.Dispose();
        cursor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => cursor.MoveNext());
        Assert.Equal(paths, Rows(view).Select(row => row.ImagePath));
    }

    [Fact]
    public void Cursor_NoAddedColumnAskedFor_ComputesNothing()
    {
        var logger = new CountingLogger();
        string[] missing = [.. Enumerable.Range(0, 10).Select(index => Folder[$"{index}.png"])];
        IDataView view = Fitted(Logging(logger), missing).Transform(ImageRow.View(Context, missing));

        int[] indexes = [.. view.GetColumn<int>("Index")];

        Assert.Equal(Enumerable.Range(0, 10), indexes);
        Assert.Equal(0, logger.SkippedImages);
        Assert.All(view.GetColumn<float>("Probability"), probability => Assert.True(float.IsNaN(probability)));
        Assert.Equal(10, logger.SkippedImages);
    }

    [Fact]
    public void Cursor_SeveralAddedColumnsAskedFor_ComputesEachImageOnce()
    {
        var logger = new CountingLogger();
        string[] missing = [.. Enumerable.Range(0, 10).Select(index => Folder[$"{index}.png"])];
        IDataView view = Fitted(Logging(logger), missing).Transform(ImageRow.View(Context, missing));

        ClassifiedImageRow[] rows = Rows(view);

        Assert.Equal(10, rows.Length);
        Assert.Equal(10, logger.SkippedImages);
    }

    [Fact]
    public void Cursor_ColumnNotAskedFor_IsRefused()
    {
        IDataView view = Fitted(Classifier(), []).Transform(ImageRow.View(Context, []));
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Probability"]]);

        var notActive = Assert.Throws<InvalidOperationException>(() =>
            cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["PredictedLabel"])
        );
        var otherType = Assert.Throws<InvalidOperationException>(() =>
            cursor.GetGetter<double>(view.Schema["Probability"])
        );

        Assert.Equal(
            "Column 'PredictedLabel' is not active. Name it among the columns needed when the cursor is made.",
            notActive.Message
        );
        Assert.Equal(
            "Column 'Probability' holds System.Single, a getter of System.Double was asked for.",
            otherType.Message
        );
    }

    [Fact]
    public void Append_BetweenOtherSteps_WorksAsAnyEstimator()
    {
        string[] paths = MixedPaths(9);
        IDataView data = ImageRow.View(Context, paths);
        var chain = Context
            .Transforms.CopyColumns("Picture", "ImagePath")
            .Append(Context.Transforms.ClassifyImages(Context, Classifier(), "Picture"))
            .Append(Context.Transforms.Conversion.MapValueToKey("Key", "PredictedLabel"))
            .Append(Context.Transforms.DropColumns("Picture"));

        IDataView view = chain.Fit(data).Transform(data);

        Assert.Equal(
            Rows(Fitted(Classifier(), paths).Transform(data)).Select(row => row.Probability),
            view.GetColumn<float>("Probability")
        );
        // a missing label is the missing key
        Assert.Equal([0u, 1, 2, 3, 0, 0, 1, 2, 3, 1, 2, 3, 0], view.GetColumn<uint>("Key"));
    }

    [Theory]
    [InlineData(
        "Nowhere",
        "There is no column 'Nowhere' to classify; the data has 'ImagePath', 'Index', 'Note', 'Numbers'. "
            + "Say inputColumn: with the name of the column of images."
    )]
    [InlineData(
        "Index",
        "Column 'Index' cannot be classified: expected paths (text), bytes of image files (vector of Byte) or "
            + "images (MLImage), found Int32."
    )]
    [InlineData(
        "Numbers",
        "Column 'Numbers' cannot be classified: expected paths (text), bytes of image files (vector of Byte) or "
            + "images (MLImage), found a vector of Single."
    )]
    public void Fit_ColumnWithoutImages_SaysWhatWasFound(string column, string message)
    {
        ImageClassificationEstimator estimator = Context.Transforms.ClassifyImages(Context, Classifier(), column);

        var alone = Assert.Throws<ArgumentException>(() => estimator.Fit(ImageRow.View(Context, [])));
        var chained = Assert.Throws<ArgumentException>(() =>
            Context.Transforms.CopyColumns("Copy", "Note").Append(estimator).Fit(ImageRow.View(Context, []))
        );

        Assert.Equal(message, alone.Message);
        Assert.Contains($"'{column}'", chained.Message, StringComparison.Ordinal);
    }

    private ImageClassificationTransformer Fitted(ImageClassifier classifier, IEnumerable<string> paths) =>
        Context.Transforms.ClassifyImages(Context, classifier).Fit(ImageRow.View(Context, paths));
}
