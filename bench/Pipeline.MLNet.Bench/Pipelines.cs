using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Inference.MLNet;
using Pipeline.Inference.Scoring;

namespace Pipeline.MLNet.Bench;

/// <summary>The same images through our transformer, through our own API, and through ML.NET's ONNX transformer on tensors that our code prepares, so that only batching and overlap differ.</summary>
internal sealed class Pipelines
{
    private const int MostPrepared = 500;   // their tensors stay in memory
    private const int ComparedRows = 32;

    private readonly string[] paths;
    private readonly ImageClassifier classifier;
    private readonly IDataView ours;
    private readonly IDataView theirs;
    private readonly IDataView prepared;

    internal Pipelines(MLContext mlContext, ImageClassifier classifier, int threads, string[] paths)
    {
        this.paths = paths;
        this.classifier = classifier;
        IDataView files = mlContext.Data.LoadFromEnumerable(paths.Select(path => new FileRow { ImagePath = path }));
        ours = mlContext.Transforms.ClassifyImages(mlContext, classifier).Fit(files).Transform(files);

        Preprocessing preprocessing = classifier.Contract.Preprocessing;
        var tensor = SchemaDefinition.Create(typeof(TensorRow));
        tensor[nameof(TensorRow.image)].ColumnType = new VectorDataViewType(NumberDataViewType.Byte, preprocessing.Size.RgbBytes);
        var decode = mlContext.Transforms.CustomMapping<FileRow, TensorRow>((file, row) => row.image = Decode(file.ImagePath, preprocessing), contractName: null, outputSchemaDefinition: tensor);
        var network = mlContext.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = classifier.Session.ModelPath,
            InputColumns = [ModelContract.InputName],
            OutputColumns = [ModelContract.ProbabilitiesName],
            IntraOpNumThreads = threads,
        });
        theirs = decode.Append(network).Fit(files).Transform(files);

        TensorRow[] rows = [.. paths.Take(MostPrepared).Select(path => new TensorRow { image = Decode(path, preprocessing) })];
        PreparedCount = rows.Length;
        IDataView tensors = mlContext.Data.LoadFromEnumerable(rows, tensor);
        prepared = network.Fit(tensors).Transform(tensors);
    }

    /// <summary>How many tensors are kept in memory.</summary>
    internal int PreparedCount { get; }

    /// <summary>Our transformer: transform, and read the scores.</summary>
    internal void ClassifyImages() => Read(ours, ImageClassificationColumns.Score, paths.Length);

    /// <summary>Our own API on the same files.</summary>
    internal void ClassifyFiles()
    {
        int count = classifier.ClassifyFilesAsync(paths).ToBlockingEnumerable().Count();
        Check(count, paths.Length);
    }

    /// <summary>Decoded row by row by our code, scored row by row by ML.NET.</summary>
    internal void DecodeAndApplyOnnxModel() => Read(theirs, ModelContract.ProbabilitiesName, paths.Length);

    /// <summary>ML.NET's scoring alone.</summary>
    internal void ApplyOnnxModelOnPrepared() => Read(prepared, ModelContract.ProbabilitiesName, PreparedCount);

    /// <summary>Whether both compute the same thing.</summary>
    internal string LargestDifference()
    {
        IEnumerable<float[]> own = ours.GetColumn<float[]>(ImageClassificationColumns.Score).Take(ComparedRows);
        IEnumerable<float[]> other = theirs.GetColumn<float[]>(ModelContract.ProbabilitiesName).Take(ComparedRows);
        return own.Zip(other, (left, right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max()).Max().ToString("g2", CultureInfo.InvariantCulture);
    }

    private static void Read(IDataView view, string column, int expected)
    {
        int count = 0;
        VBuffer<float> scores = default;
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[column]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(view.Schema[column]);
        while (cursor.MoveNext())
        {
            getter(ref scores);
            count++;
        }

        Check(count, expected);
    }

    private static void Check(int count, int expected)
    {
        if (count != expected)
        {
            throw new InvalidOperationException($"{count} rows, expected {expected}.");
        }
    }

    private static byte[] Decode(string path, Preprocessing preprocessing)
    {
        byte[] pixels = new byte[preprocessing.Size.RgbBytes];
        ImageDecoder.DecodeFile(path, preprocessing, pixels);
        return pixels;
    }

    private sealed class FileRow
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    private sealed class TensorRow
    {
#pragma warning disable IDE1006 // the column is named as the graph's input
        public byte[] image { get; set; } = [];
#pragma warning restore IDE1006
    }
}
