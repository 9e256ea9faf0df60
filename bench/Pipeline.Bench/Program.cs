using System.Globalization;
using Pipeline.Bench;
using Pipeline.Bench.Referee;
using Pipeline.Torch;
using Pipeline.Trainer.Recipes;

// pipeline-bench [serve-training-step <network> fp32|bf16 <threads> [<image folder>]] | [loader <network> <threads> <rounds> <image folder>] | [loader-parts <side> <rounds> <image folder>] | [head <threads> <rounds> <image folder>] | [features <rows>] | [int8 <threads> <rounds> [<network>...]] | [<threads>]
//   | micro-batch <threads> <rounds> [<folder of images>] | steady-state <threads> <batch> <rounds> <images>
//   | scoring-models <folder> <threads> | serve-scoring pipeline|many|row-by-row|decode|session <model> <images> <threads>
//   | referee-export <folder> [<network>...] | referee-compare <folder> | peer-export <folder> | peer-race <folder> <threads> | large-prepare <folder> | large-export <folder>
if (args is ["serve-training-step", var network, var precision, var servedThreads, .. var servedImages])
{
    TrainingStepBenchmark.Serve(Models.Trained(network), Enum.Parse<PrecisionMode>(precision, ignoreCase: true), int.Parse(servedThreads, CultureInfo.InvariantCulture), servedImages.FirstOrDefault(), Console.In, Console.Out);
    return 0;
}

if (args is ["serve-scoring", var kind, var scoredModel, var images, var scoringThreads])
{
    await FolderScoring.ServeAsync(kind, scoredModel, images, int.Parse(scoringThreads, CultureInfo.InvariantCulture), Console.In, Console.Out);
    return 0;
}

const int Rounds = 15;
switch (args)
{
    case ["int8", var int8Threads, var int8Rounds, .. var int8Networks]:
        Int8Benchmark.RunAll(int.Parse(int8Threads, CultureInfo.InvariantCulture), int.Parse(int8Rounds, CultureInfo.InvariantCulture), int8Networks);
        return 0;
    case ["scoring-models", var folder, var modelThreads]:
        ScoringModels.WriteAll(folder, int.Parse(modelThreads, CultureInfo.InvariantCulture));
        return 0;
    case ["micro-batch", var callThreads, var callRounds, .. var rest]:
        MicroBatchBenchmark.Run(int.Parse(callThreads, CultureInfo.InvariantCulture), int.Parse(callRounds, CultureInfo.InvariantCulture), rest.FirstOrDefault());
        return 0;
    case ["steady-state", var steadyThreads, var steadyBatch, var steadyRounds, var steadyImages]:
        SteadyStateBenchmark.Run(int.Parse(steadyThreads, CultureInfo.InvariantCulture), int.Parse(steadyBatch, CultureInfo.InvariantCulture), int.Parse(steadyRounds, CultureInfo.InvariantCulture), int.Parse(steadyImages, CultureInfo.InvariantCulture));
        return 0;
    case ["loader", var streamed, var loaderThreads, var loaderRounds, var loaderImages]:
        TrainingStepBenchmark.CompareLoader(Models.Trained(streamed), int.Parse(loaderThreads, CultureInfo.InvariantCulture), loaderImages, int.Parse(loaderRounds, CultureInfo.InvariantCulture));
        return 0;
    case ["loader-parts", var side, var partRounds, var partImages]:
        LoaderParts.Run(int.Parse(side, CultureInfo.InvariantCulture), int.Parse(partRounds, CultureInfo.InvariantCulture), partImages);
        return 0;
    case ["head", var headThreads, var headRounds, var headImages]:
        FeatureBenchmarks.CompareHead(int.Parse(headThreads, CultureInfo.InvariantCulture), int.Parse(headRounds, CultureInfo.InvariantCulture), headImages);
        return 0;
    case ["features", var rows]:
        FeatureBenchmarks.Stream(int.Parse(rows, CultureInfo.InvariantCulture));
        return 0;
    case ["referee-export", var folder, .. var names]:
        RefereeExport.Write(folder, RefereeExport.Catalog().Where(network => names.Length == 0 || names.Contains(network.Spec.Backbone)));
        return 0;
    case ["referee-compare", var folder]:
        return RefereeComparison.Run(folder) ? 0 : 1;
    case ["peer-export", var folder]:
        RefereeExport.Write(folder, [RefereeExport.Named(Models.Vgg16), RefereeExport.Named(Models.MobileNetV2Whole)]);
        return 0;
    case ["peer-race", var folder, var raceThreads]:
        PeerRace.Run(folder, int.Parse(raceThreads, CultureInfo.InvariantCulture), Rounds);
        return 0;
    case ["large-prepare", var folder]:
        LargeExport.Prepare(folder);
        return 0;
    case ["large-export", var folder]:
        LargeExport.Run(folder);
        return 0;
}

int threads = args is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.ProcessorCount;
TorchRuntime.ConfigureThreads(threads);
Console.WriteLine($"{threads} threads, libtorch {TorchRuntime.Version}, {Rounds} rounds");

Measurement call = OperatorCallBenchmark.Create();
Measurement.RunInTurns(Rounds, call);
Console.WriteLine(call.Describe(OperatorCallBenchmark.Calls, "call"));

using (var loading = new ImageBenchmarks())
{
    Measurement decode = loading.Decode();
    Measurement one = loading.Load(1);
    Measurement all = loading.Load(threads);
    Measurement.RunInTurns(Rounds, decode, one, all);
    foreach (Measurement measurement in new[] { decode, one, all })
    {
        Console.WriteLine(measurement.Describe(ImageBenchmarks.Images, "image"));
    }
}

foreach (var spec in new[] { Models.MobileNetV2, Models.Vgg16 })
{
    using var model = new ModelBenchmarks(spec);
    Measurement export = model.Export();
    Measurement.RunInTurns(Rounds / 3, export);
    Console.WriteLine(export.Describe(1, "model"));
    int[] batches = [1, 8, 32];
    Measurement[] scores = [.. batches.Select(batch => model.Score(batch, threads))];
    Measurement.RunInTurns(Rounds, scores);
    for (int index = 0; index < batches.Length; index++)
    {
        Console.WriteLine(scores[index].Describe(batches[index], "image"));
    }
}

using var fp32 = new TrainingStepBenchmark(Models.Vgg16, PrecisionMode.Fp32);
using var bf16 = new TrainingStepBenchmark(Models.Vgg16, PrecisionMode.Bf16);
Measurement[] steps = [new Measurement("training step vgg-16@64 x32, fp32", fp32.Step), new Measurement("training step vgg-16@64 x32, bf16", bf16.Step)];
Measurement.RunInTurns(Rounds / 3, steps);
foreach (Measurement step in steps)
{
    Console.WriteLine(step.Describe(1, "step"));
}

return 0;
