using Microsoft.ML;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.MLNet.Tests;

/// <summary>A folder, a context and a model.</summary>
public abstract class MLNetTest : IDisposable
{
    private readonly List<IDisposable> owned = [];

    private protected TemporaryFolder Folder { get; } = new();

    private protected MLContext Context { get; } = new();

    public void Dispose()
    {
        owned.ForEach(item => item.Dispose());
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected ImageClassifier Classifier(int batchSize = 4) =>
        Owned(ImageClassifier.Load(TestModels.Colors, Options(batchSize)));

    private protected T Owned<T>(T item)
        where T : IDisposable
    {
        owned.Add(item);
        return item;
    }

    private protected ImageClassifier Logging(CountingLogger logger) =>
        Owned(ImageClassifier.Load(TestModels.Colors, Options(4), logger));

    private protected static ScoringOptions Options(int batchSize) =>
        new()
        {
            Threads = 1,
            BatchSize = batchSize,
            DecodeWorkers = 2,
        };

    private protected ClassifiedImageRow[] Rows(IDataView view) =>
        [.. Context.Data.CreateEnumerable<ClassifiedImageRow>(view, reuseRowObject: false)];

    /// <summary>Good images with bad ones between them.</summary>
    private protected string[] MixedPaths(int count)
    {
        List<string> paths = [.. Folder.AddColors(count)];
        byte[] png = TestPictures.PngOf("red");
        paths.Insert(0, Folder.Write("empty.png", []));
        paths.Insert(count / 2, Folder["nowhere.png"]);
        paths.Insert((count / 2) + 1, Folder.Write("truncated.png", png[..(png.Length / 2)]));
        paths.Add(string.Empty);
        return [.. paths];
    }

    private protected static void AssertSame(Prediction expected, ClassifiedImageRow row)
    {
        Assert.Equal(expected.Label ?? string.Empty, row.PredictedLabel);
        Assert.Equal(expected.Error ?? string.Empty, row.Error);
        Assert.Equal(expected.Error is null ? expected.Probabilities : [float.NaN, float.NaN, float.NaN], row.Score);
        Assert.Equal(expected.Error is null ? expected.Probability : float.NaN, row.Probability);
    }
}
