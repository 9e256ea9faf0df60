using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Inference.MLNet;
using Pipeline.Inference.Scoring;

namespace Pipeline.MLNet.Bench;

/// <summary>
/// The same images through our transformer and through ML.NET's ONNX transformer on tensors that our code prepares, so
/// that only batching and overlap differ. Preparing is timed on both sides or on neither: from files, and from memory.
/// </summary>
internal sealed class Pipelines
{
    private const int ComparedRows = 32;

    private readonly MLContext mlContext;
    private readonly ImageClassifier classifier;
    private readonly Preprocessing preprocessing;
    private readonly int threads;
    private readonly string[] paths;
    private readonly IDataView files;

    internal Pipelines(MLContext mlContext, ImageClassifier classifier, int threads, string[] paths)
    {
        this.mlContext = mlContext;
        this.classifier = classifier;
        this.threads = threads;
        this.paths = paths;
        preprocessing = classifier.Contract.Preprocessing;
        files = mlContext.Data.LoadFromEnumerable(paths.Select(path => new FileRow { ImagePath = path }));
    }

    /// <summary>Our transformer on files.</summary>
    internal IDataView ClassifyFiles() =>
        mlContext.Transforms.ClassifyImages(mlContext, classifier).Fit(files).Transform(files);

    /// <summary>Our transformer on images of the model's size that are in memory.</summary>
    internal IDataView ClassifyImages()
    {
        PictureRow[] rows = [.. paths.Select(path => new PictureRow { Picture = ToPicture(Decode(path)) })];
        IDataView pictures = mlContext.Data.LoadFromEnumerable(rows);
        return mlContext
            .Transforms.ClassifyImages(mlContext, classifier, nameof(PictureRow.Picture))
            .Fit(pictures)
            .Transform(pictures);
    }

    /// <summary>ML.NET's transformer behind our decoding, row by row.</summary>
    internal IDataView DecodeAndApplyOnnxModel()
    {
        SchemaDefinition tensor = TensorColumn<TensorRow>(NumberDataViewType.Byte);
        return mlContext
            .Transforms.CustomMapping<FileRow, TensorRow>(
                (file, row) => row.image = Decode(file.ImagePath),
                contractName: null,
                outputSchemaDefinition: tensor
            )
            .Append(ApplyOnnxModel(classifier.Session.ModelPath))
            .Fit(files)
            .Transform(files);
    }

    /// <summary>
    /// The same on the variant that takes normalised float32 tensors, as ML.NET's own steps make them.
    /// </summary>
    /// <param name="modelPath">The variant.</param>
    internal IDataView DecodeAndApplyFloatModel(string modelPath)
    {
        SchemaDefinition tensor = TensorColumn<FloatRow>(NumberDataViewType.Single);
        return mlContext
            .Transforms.CustomMapping<FileRow, FloatRow>(
                (file, row) => row.image = Normalise(Decode(file.ImagePath)),
                contractName: null,
                outputSchemaDefinition: tensor
            )
            .Append(ApplyOnnxModel(modelPath))
            .Fit(files)
            .Transform(files);
    }

    /// <summary>
    /// ML.NET's own steps from the file on: SkiaSharp decodes and takes the nearest pixels, so the answers are others.
    /// </summary>
    /// <param name="modelPath">The variant that takes normalised float32 tensors.</param>
    /// <returns>The scores; <c>null</c> for a model that normalises each channel by numbers of its own.</returns>
    internal IDataView? Stock(string modelPath)
    {
        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        if (multiplier.Distinct().Count() > 1 || offset.Distinct().Count() > 1)
        {
            return null;
        }

        TransformsCatalog transforms = mlContext.Transforms;
        (int width, int height) = (preprocessing.Size.Width, preprocessing.Size.Height);
        bool isRgb = preprocessing.ChannelOrder == ChannelOrder.Rgb;
        return transforms
            .LoadImages("loaded", imageFolder: string.Empty, nameof(FileRow.ImagePath))
            .Append(
                transforms.ResizeImages("resized", width, height, "loaded", ImageResizingEstimator.ResizingKind.Fill)
            )
            .Append(
                transforms.ExtractPixels(
                    ModelContract.InputName,
                    "resized",
                    orderOfExtraction: isRgb
                        ? ImagePixelExtractingEstimator.ColorsOrder.ARGB
                        : ImagePixelExtractingEstimator.ColorsOrder.ABGR,
                    offsetImage: (float)(-offset[0] / multiplier[0]),
                    scaleImage: (float)multiplier[0]
                )
            )
            .Append(ApplyOnnxModel(modelPath))
            .Fit(files)
            .Transform(files);
    }

    /// <summary>ML.NET's transformer on tensors that are in memory.</summary>
    internal IDataView ApplyOnnxModel()
    {
        TensorRow[] rows = [.. paths.Select(path => new TensorRow { image = Decode(path) })];
        IDataView tensors = mlContext.Data.LoadFromEnumerable(rows, TensorColumn<TensorRow>(NumberDataViewType.Byte));
        return ApplyOnnxModel(classifier.Session.ModelPath).Fit(tensors).Transform(tensors);
    }

    /// <summary>Reads the scores of all rows.</summary>
    internal void Read(IDataView view)
    {
        int count = 0;
        VBuffer<float> scores = default;
        DataViewSchema.Column column = ScoreColumn(view);
        using DataViewRowCursor cursor = view.GetRowCursor([column]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
        while (cursor.MoveNext())
        {
            getter(ref scores);
            count++;
        }

        Check(count);
    }

    /// <summary>Our own API on the same files.</summary>
    internal void ClassifyFolder(string folder) =>
        Check(classifier.ClassifyFolderAsync(folder).Take(paths.Length).ToBlockingEnumerable().Count());

    /// <summary>Our decoding alone, on one thread.</summary>
    internal void DecodeAll()
    {
        foreach (string path in paths)
        {
            Decode(path);
        }
    }

    /// <summary>
    /// The network alone, on as many threads as one run has, in batches as our transformer makes them.
    /// </summary>
    internal void ScoreAll()
    {
        int batch = classifier.Session.Options.BatchSize;
        byte[] pixels = new byte[batch * preprocessing.Size.RgbBytes];
        Decode(paths[0]).CopyTo(pixels, 0);
        for (int index = 0; index < paths.Length; index += batch)
        {
            classifier.Session.Score(pixels, batch).Dispose();
        }
    }

    /// <summary>
    /// Largest difference of a score between two of them over the first images: whether both compute the same thing.
    /// </summary>
    internal static string Difference(IDataView first, IDataView second) =>
        Scores(first)
            .Zip(Scores(second), (left, right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max())
            .Max()
            .ToString("g2", CultureInfo.InvariantCulture);

    private static IEnumerable<float[]> Scores(IDataView view) =>
        view.GetColumn<float[]>(ScoreColumn(view).Name).Take(ComparedRows);

    private static DataViewSchema.Column ScoreColumn(IDataView view) =>
        view.Schema.GetColumnOrNull(ImageClassificationColumns.Score) ?? view.Schema[ModelContract.ProbabilitiesName];

    private OnnxScoringEstimator ApplyOnnxModel(string modelPath) =>
        mlContext.Transforms.ApplyOnnxModel(
            new OnnxOptions
            {
                ModelFile = modelPath,
                InputColumns = [ModelContract.InputName],
                OutputColumns = [ModelContract.ProbabilitiesName],
                IntraOpNumThreads = threads,
            }
        );

    private SchemaDefinition TensorColumn<TRow>(PrimitiveDataViewType item)
    {
        var columns = SchemaDefinition.Create(typeof(TRow));
        columns[ModelContract.InputName].ColumnType = new VectorDataViewType(item, preprocessing.Size.RgbBytes);
        return columns;
    }

    private byte[] Decode(string path)
    {
        byte[] pixels = new byte[preprocessing.Size.RgbBytes];
        ImageDecoder.DecodeFile(path, preprocessing, pixels);
        return pixels;
    }

    /// <summary>From pixels to <c>float32 [3, H, W]</c>.</summary>
    private float[] Normalise(byte[] pixels)
    {
        (double[] multiplier, double[] offset) = preprocessing.AsAffine();
        float[] tensor = new float[pixels.Length];
        int plane = pixels.Length / 3;
        for (int channel = 0; channel < 3; channel++)
        {
            int source = preprocessing.ChannelOrder == ChannelOrder.Rgb ? channel : 2 - channel;
            (float factor, float summand) = ((float)multiplier[channel], (float)offset[channel]);
            for (int index = 0; index < plane; index++)
            {
                tensor[(channel * plane) + index] = (pixels[(index * 3) + source] * factor) + summand;
            }
        }

        return tensor;
    }

    private MLImage ToPicture(byte[] rgb)
    {
        byte[] pixels = new byte[rgb.Length / 3 * 4];
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            (pixels[to], pixels[to + 1], pixels[to + 2], pixels[to + 3]) = (
                rgb[from],
                rgb[from + 1],
                rgb[from + 2],
                255
            );
        }

        return MLImage.CreateFromPixels(
            preprocessing.Size.Width,
            preprocessing.Size.Height,
            MLPixelFormat.Rgba32,
            pixels
        );
    }

    private void Check(int count)
    {
        if (count != paths.Length)
        {
            throw new InvalidOperationException($"{count} rows, expected {paths.Length}.");
        }
    }

#pragma warning disable IDE1006 // columns are named as the graph's input
    private sealed class TensorRow
    {
        public byte[] image { get; set; } = [];
    }

    private sealed class FloatRow
    {
        public float[] image { get; set; } = [];
    }
#pragma warning restore IDE1006

    private sealed class FileRow
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    private sealed class PictureRow
    {
        [ImageType(1, 1)] // ML.NET wants a size here and does not look at it
        public MLImage? Picture { get; set; }
    }
}
