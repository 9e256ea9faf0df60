using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Tensors;
using Pipeline.Export;
using Pipeline.Inference.Sessions;

namespace Pipeline.Bench.Referee;

/// <summary>Scores our files and PyTorch's export of the same network (<c>peer.onnx</c>) with the same images in ONNX Runtime, and compares the logits.</summary>
internal static class RefereeComparison
{
    private static readonly ScoringOptions Scoring = new() { Device = ScoringDevice.Cpu, Threads = 1 };

    /// <summary>Prints a table.</summary>
    /// <returns>Whether every file agrees with its peer.</returns>
    internal static bool Run(string folder)
    {
        bool agrees = true;
        Console.WriteLine("| network | variant | largest logit difference | allowed | verdict |");
        Console.WriteLine("|---|---|---:|---:|---|");
        foreach (string network in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            using ScoringSession peer = OpenPeer(network);
            byte[] pixels = SafetensorsFile.Read(Path.Combine(network, "weights.safetensors")).Tensors["image"].Bytes.ToArray();
            using ScoreBatch expected = peer.Score(pixels, RefereeExport.Images);
            double scale = Math.Max(1, expected.AllLogits.ToArray().Max(Math.Abs));
            foreach ((string variant, _) in RefereeExport.Variants)
            {
                using ScoringSession ours = ScoringSession.Open(Path.Combine(network, $"{variant}.onnx"), Scoring);
                using ScoreBatch scores = ours.Score(pixels, RefereeExport.Images);
                double difference = scores.AllLogits.ToArray().Zip(expected.AllLogits.ToArray(), (left, right) => Math.Abs((double)left - right)).Max();
                double allowed = ours.Contract.Precision.LogitTolerance * scale;
                bool fits = difference <= allowed;
                agrees &= fits;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Path.GetFileName(network)} | {variant} | {difference:g3} | {allowed:g3} | {(fits ? "agrees" : "DIFFERS")} |"));
            }
        }

        return agrees;
    }

    /// <summary>PyTorch's file gets a contract as any foreign classifier does.</summary>
    internal static ScoringSession OpenPeer(string network, ScoringOptions? scoring = null)
    {
        ModelContract contract;
        using (ScoringSession ours = ScoringSession.Open(Path.Combine(network, "default.onnx"), Scoring))
        {
            contract = new ModelContract { Labels = ours.Contract.Labels, Preprocessing = ours.Contract.Preprocessing };
        }

        string path = Path.Combine(network, "peer.contract.onnx");
        ForeignModel.Embed(Path.Combine(network, "peer.onnx"), new ForeignContract(string.Empty, contract, null, null), golden: null, path);
        return ScoringSession.Open(path, scoring ?? Scoring);
    }
}
