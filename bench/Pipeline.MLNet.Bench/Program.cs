using System.Globalization;
using Microsoft.ML;
using Pipeline.Bench;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.MLNet.Bench;

// Pipeline.MLNet.Bench <model.onnx> <folder of images> <threads> [<images> [<rounds>]]
// The model takes uint8 pixels; <model>.float32.onnx beside it is the same with float32 input. bench/compare-mlnet.sh
// makes both, and photographs.
(string modelPath, string folder) = (args[0], args[1]);
string floatModelPath = Path.ChangeExtension(modelPath, ".float32.onnx");
int threads = int.Parse(args[2], CultureInfo.InvariantCulture);
int count = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 2000;
int rounds = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : 5;
string[] paths = [.. FolderListing.Files(folder).Take(count)];
using ImageClassifier classifier = ImageClassifier.Load(
    modelPath,
    ScoringOptions.ForManyImages() with
    {
        ConcurrentRuns = threads,
        DecodeWorkers = threads,
    }
); // as ClassifyImages loads by itself
var pipelines = new Pipelines(new MLContext(), classifier, threads, paths);
IDataView oursFromFiles = pipelines.ClassifyFiles();
IDataView oursFromMemory = pipelines.ClassifyImages();
IDataView theirsFromFiles = pipelines.DecodeAndApplyOnnxModel();
IDataView theirsFromFilesInFloats = pipelines.DecodeAndApplyFloatModel(floatModelPath);
IDataView? stockFromFiles = pipelines.Stock(floatModelPath);
IDataView theirsFromMemory = pipelines.ApplyOnnxModel();

string differences = string.Join(
    ", ",
    new[] { oursFromMemory, theirsFromFiles, theirsFromFilesInFloats, theirsFromMemory }.Select(view =>
        Pipelines.Difference(oursFromFiles, view)
    )
);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"{Path.GetFileName(modelPath)}, {paths.Length} images, {threads} threads, {rounds} rounds in turns; "
            + $"largest difference of a score from that of ClassifyImages over the first images {differences}"
    )
);
var ours = new Measurement("ClassifyImages, files", () => pipelines.Read(oursFromFiles));
var theirs = new Measurement("decode, ApplyOnnxModel", () => pipelines.Read(theirsFromFiles));
var theirsInFloats = new Measurement("decode to floats, ApplyOnnxModel", () => pipelines.Read(theirsFromFilesInFloats));
var oursInMemory = new Measurement("ClassifyImages, images in memory", () => pipelines.Read(oursFromMemory));
var theirsInMemory = new Measurement("ApplyOnnxModel, tensors in memory", () => pipelines.Read(theirsFromMemory));
var classifyFolder = new Measurement("ClassifyFolderAsync", () => pipelines.ClassifyFolder(folder));
var decode = new Measurement("decode alone, one thread", pipelines.DecodeAll);
var network = new Measurement("network alone, one run", pipelines.ScoreAll);
Measurement? stock = stockFromFiles is null
    ? null
    : new Measurement("LoadImages ... ApplyOnnxModel", () => pipelines.Read(stockFromFiles));
Measurement[] others = [theirs, theirsInFloats, oursInMemory, theirsInMemory, classifyFolder, decode, network];
Measurement[] all = stock is null ? [ours, .. others] : [ours, stock, .. others];
Measurement.RunInTurns(rounds, all);
foreach (Measurement measurement in all)
{
    Console.WriteLine(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{paths.Length / measurement.MedianMs * 1000, 8:0.0} images/s  "
                + $"{measurement.Describe(paths.Length, "image")}"
        )
    );
}

if (stock is not null)
{
    Console.WriteLine(
        FormattableString.Invariant(
            $"Against ML.NET's own chain of steps, both from files: {stock.MedianMs / ours.MedianMs:0.00}x"
        )
    );
}

// no program can be faster that decodes and scores with this code on so many processors
double least = (decode.MedianProcessorMs + network.MedianProcessorMs) / threads;
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"From files, decoding timed on both sides: {theirs.MedianMs / ours.MedianMs:0.00}x; "
            + $"against float32 tensors {theirsInFloats.MedianMs / ours.MedianMs:0.00}x; "
            + $"{threads} processors allow {theirs.MedianMs / least:0.00}x and "
            + $"{theirsInFloats.MedianMs / least:0.00}x"
    )
);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"From memory, decoding timed on neither side: {theirsInMemory.MedianMs / oursInMemory.MedianMs:0.00}x; "
            + $"{threads} processors allow {theirsInMemory.MedianMs * threads / network.MedianProcessorMs:0.00}x"
    )
);
Console.WriteLine(
    FormattableString.Invariant($"Decoding timed on our side only: {theirsInMemory.MedianMs / ours.MedianMs:0.00}x")
);
Console.WriteLine(
    FormattableString.Invariant($"Against ClassifyFolderAsync: {classifyFolder.MedianMs / ours.MedianMs:0.00}x")
);
