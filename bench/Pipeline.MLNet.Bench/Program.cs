using System.Globalization;
using Microsoft.ML;
using Pipeline.Bench;
using Pipeline.Inference.Batching;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;
using Pipeline.MLNet.Bench;

// Pipeline.MLNet.Bench <model.onnx> <folder of images> <threads> [<images> [<rounds>]]     a model with uint8 input; bench/compare-mlnet.sh makes one, and photographs
string modelPath = args[0];
int threads = int.Parse(args[2], CultureInfo.InvariantCulture);
int count = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 2000;
int rounds = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : 5;
string[] paths = [.. FolderListing.Files(args[1]).Take(count)];
using ImageClassifier classifier = ImageClassifier.Load(modelPath, ScoringOptions.ForManyImages() with { ConcurrentRuns = threads, DecodeWorkers = threads }); // as ClassifyImages loads by itself
var pipelines = new Pipelines(new MLContext(), classifier, threads, paths);

string difference = pipelines.LargestDifference();
Console.WriteLine(FormattableString.Invariant($"{Path.GetFileName(modelPath)}, {paths.Length} images, {threads} threads, {rounds} rounds in turns; largest difference of a score between ours and ML.NET's over the first images {difference}"));
var ours = new Measurement("ClassifyImages", pipelines.ClassifyImages);
var folder = new Measurement("ClassifyFilesAsync", pipelines.ClassifyFiles);
var theirs = new Measurement("decode, ApplyOnnxModel", pipelines.DecodeAndApplyOnnxModel);
var prepared = new Measurement("ApplyOnnxModel on prepared tensors", pipelines.ApplyOnnxModelOnPrepared);
Measurement[] all = [ours, folder, theirs, prepared];
Measurement.RunInTurns(rounds, all);
foreach (Measurement measurement in all)
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{measurement.Name,-36} {paths.Length / measurement.MedianMs * 1000,8:0.0} images/s, median of {rounds}; {measurement.Describe(paths.Length, "image")}"));
}

Console.WriteLine(FormattableString.Invariant($"ClassifyImages against decode, ApplyOnnxModel: {theirs.MedianMs / ours.MedianMs:0.00}x; against ApplyOnnxModel alone on {pipelines.PreparedCount} prepared tensors: {prepared.MedianMs / pipelines.PreparedCount / (ours.MedianMs / paths.Length):0.00}x; against ClassifyFilesAsync: {folder.MedianMs / ours.MedianMs:0.00}x"));
