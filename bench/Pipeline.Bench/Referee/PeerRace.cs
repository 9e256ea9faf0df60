using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Sessions;

namespace Pipeline.Bench.Referee;

/// <summary>
/// Our default file against PyTorch's export of the same network, both from pixels to probabilities in ONNX Runtime, in
/// turns.
/// </summary>
internal static class PeerRace
{
    /// <summary>Prints a line per network and batch: medians and their ratio, above 1 when ours is faster.</summary>
    internal static void Run(string folder, int threads, int rounds)
    {
        Console.WriteLine($"{threads} threads, {rounds} rounds in turns; milliseconds per batch");
        Console.WriteLine(
            "| network | batch | ours, median (fastest) | PyTorch's, median (fastest) | ratio of medians | of "
                + "processor medians | median of the rounds' processor ratios |"
        );
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        var options = new ScoringOptions { Device = ScoringDevice.Cpu, Threads = threads };
        foreach (string network in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            using ScoringSession ours = ScoringSession.Open(Path.Combine(network, "default.onnx"), options);
            using ScoringSession peer = RefereeComparison.OpenPeer(network, RefereeComparison.Peer, options);
            foreach (int batch in new[] { 1, 32 })
            {
                byte[] pixels = new byte[batch * ours.Contract.Preprocessing.Size.RgbBytes];
                GoldenSample.FillPixels(pixels, batch, ours.Contract.Preprocessing.Size);
                var own = new Measurement("ours", () => ours.Score(pixels, batch).Dispose());
                var other = new Measurement("peer", () => peer.Score(pixels, batch).Dispose());
                Measurement.RunInTurns(batch == 1 ? rounds * 8 : rounds, own, other);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {Path.GetFileName(network)} | {batch} | {own.MedianMs:0.00} ({own.FastestMs:0.00}) | "
                            + $"{other.MedianMs:0.00} ({other.FastestMs:0.00}) | "
                            + $"{other.MedianMs / own.MedianMs:0.000} | "
                            + $"{other.MedianProcessorMs / own.MedianProcessorMs:0.000} | "
                            + $"{own.PairedRatio(other):0.000} |"
                    )
                );
            }
        }
    }
}
