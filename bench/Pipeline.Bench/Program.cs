using System.Globalization;
using BenchmarkDotNet.Running;
using Pipeline.Bench;
using Pipeline.Bench.Referee;
using Pipeline.Torch.Loading;
using Pipeline.Trainer.Recipes;

// TorchSharp alone does not find its library on a system that is older than it
TorchLibrary.EnsureLoaded();

// What runs in turns with another program, or makes files for it:
//   serve-training-step <network> fp32|bf16 <threads> [<image folder>]
//   serve-scoring pipeline|many|row-by-row|decode|session <model> <images> <threads>
//   scoring-models <folder> <threads>
//   referee-export <folder> [<network>...] | referee-compare <folder>
//   peer-export <folder> | peer-race <folder> <threads> | large-prepare <folder> | large-export <folder>
// Anything else goes to BenchmarkDotNet, e.g. --filter '*ImageBenchmarks*' --job short. THREADS: all processors by
// default. In this process, as the natives lie beside this program alone.
const int Rounds = 15;
switch (args)
{
    case ["serve-training-step", var network, var precision, var threads, .. var images]:
        TrainingStepBenchmark.Serve(
            Models.Trained(network),
            Enum.Parse<PrecisionMode>(precision, ignoreCase: true),
            Number(threads),
            images.FirstOrDefault(),
            Console.In,
            Console.Out
        );
        return 0;
    case ["serve-scoring", var kind, var model, var images, var threads]:
        await FolderScoring.ServeAsync(kind, model, images, Number(threads), Console.In, Console.Out);
        return 0;
    case ["scoring-models", var folder, var threads]:
        ScoringModels.WriteAll(folder, Number(threads));
        return 0;
    case ["referee-export", var folder, .. var names]:
        RefereeExport.Write(
            folder,
            RefereeExport.Catalog().Where(network => names.Length == 0 || names.Contains(network.Spec.Backbone))
        );
        return 0;
    case ["referee-compare", var folder]:
        return RefereeComparison.Run(folder) ? 0 : 1;
    case ["peer-export", var folder]:
        RefereeExport.Write(folder, [RefereeExport.Named(Models.Vgg16), RefereeExport.Named(Models.MobileNetV2Whole)]);
        return 0;
    case ["peer-race", var folder, var threads]:
        PeerRace.Run(folder, Number(threads), Rounds);
        return 0;
    case ["large-prepare", var folder]:
        LargeExport.Prepare(folder);
        return 0;
    case ["large-export", var folder]:
        LargeExport.Run(folder);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Models).Assembly).Run([.. args, "--inProcess"]);
        return 0;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
