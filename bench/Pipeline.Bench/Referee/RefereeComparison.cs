using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Tensors;
using Pipeline.Export;
using Pipeline.Inference.Sessions;

namespace Pipeline.Bench.Referee;

/// <summary>
/// Scores our files and PyTorch's export of the same network (<c>peer.onnx</c>) with the same images in ONNX Runtime,
/// and compares the logits. Beside it stands what rounding the weights of PyTorch's file to the nearest float16 costs
/// by itself (<c>peer.float16-weights.onnx</c>, computed in float32): what a converter's file loses at least.
/// </summary>
internal static class RefereeComparison
{
    /// <summary>PyTorch's export.</summary>
    internal const string Peer = "peer";

    private const string RoundedPeer = "peer.float16-weights";

    private static readonly ScoringOptions Scoring = new() { Device = ScoringDevice.Cpu, Threads = 1 };

    /// <summary>Prints a table.</summary>
    /// <returns>Whether every file agrees with its peer, and those that are wrong on purpose do not.</returns>
    internal static bool Run(string folder)
    {
        bool isRight = true;
        Console.WriteLine("| network | variant | largest logit difference | allowed | verdict |");
        Console.WriteLine("|---|---|---:|---:|---|");
        foreach (string network in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            bool isFaulty = network.EndsWith(RefereeExport.Fault, StringComparison.Ordinal);
            byte[] pixels = SafetensorsFile
                .Read(Path.Combine(network, "weights.safetensors"))
                .Tensors["image"]
                .Bytes.ToArray();
            using ScoringSession peer = OpenPeer(network, Peer);
            float[] expected = Logits(peer, pixels);
            double scale = Math.Max(1, expected.Max(Math.Abs));
            foreach ((string variant, _) in RefereeExport.Variants)
            {
                using ScoringSession ours = ScoringSession.Open(Path.Combine(network, $"{variant}.onnx"), Scoring);
                double difference = Difference(Logits(ours, pixels), expected);
                double allowed = ours.Contract.Precision.LogitTolerance * scale;
                bool fits = difference <= allowed;
                isRight &= fits != isFaulty;
                string verdict = (fits, isFaulty) switch
                {
                    (true, false) => "agrees",
                    (true, true) => "FAULT NOT SEEN",
                    (false, true) => "fault seen",
                    _ => "DIFFERS",
                };
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {Path.GetFileName(network)} | {variant} | {difference:g3} | {allowed:g3} | {verdict} |"
                    )
                );
            }

            using ScoringSession rounded = OpenPeer(network, RoundedPeer);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Path.GetFileName(network)} | PyTorch's, weights to the nearest float16 | "
                        + $"{Difference(Logits(rounded, pixels), expected):g3} | | |"
                )
            );
        }

        return isRight;
    }

    private static float[] Logits(ScoringSession session, byte[] pixels)
    {
        using ScoreBatch scores = session.Score(pixels, RefereeExport.Images);
        return scores.AllLogits.ToArray();
    }

    private static double Difference(float[] left, float[] right) =>
        left.Zip(right, (one, other) => Math.Abs((double)one - other)).Max();

    /// <summary>PyTorch's file gets a contract as any foreign classifier does.</summary>
    internal static ScoringSession OpenPeer(string network, string name, ScoringOptions? scoring = null)
    {
        ModelContract contract;
        using (ScoringSession ours = ScoringSession.Open(Path.Combine(network, "default.onnx"), Scoring))
        {
            contract = new ModelContract { Labels = ours.Contract.Labels, Preprocessing = ours.Contract.Preprocessing };
        }

        string path = Path.Combine(network, $"{name}.contract.onnx");
        ForeignModel.Embed(
            Path.Combine(network, $"{name}.onnx"),
            new ForeignContract(string.Empty, contract, null, null),
            golden: null,
            path
        );
        return ScoringSession.Open(path, scoring ?? Scoring);
    }
}
