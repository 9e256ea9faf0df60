using System.Buffers.Binary;
using System.Reflection;
using System.Text;

namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>Files of weights that are missing, damaged or made for another network.</summary>
public sealed class WeightsTests : IDisposable
{
    private const string Bundle = "modules/nsfwjs/dist/models/mobilenet_v2";
    private const string Checkpoint = "artifacts/tiny/latest/checkpoints/best.safetensors";
    private readonly Workspace workspace = new Workspace()
        .WithImages()
        .WithRecipe("name: small-cnn", "name: mobilenet-v2, weights: nsfwjs");

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("shape:[3,3,3,32]", "shape:[3,3,32,3]", "Conv1/kernel")]
    [InlineData("shape:[3,3,3,32]", "shape:[3,3,3,33]", "bytes")]
    [InlineData("Conv1/kernel", "Conv9/kernel", "Conv1")]
    public async Task Train_OnWeightsThatDoNotFit_NamesTheTensor(string good, string bad, string expected)
    {
        CopyBundle();
        string manifest = await File.ReadAllTextAsync(workspace[$"{Bundle}/model.min.js"]);
        int place = manifest.LastIndexOf(good, StringComparison.Ordinal);
        workspace.Write($"{Bundle}/model.min.js", manifest[..place] + bad + manifest[(place + good.Length)..]);

        MessageAssert.IsOneMessage(await TrainAsync(), 2, ["nsfwjs", expected]);

        Assert.Empty(workspace.Artifacts());
    }

    [Fact]
    public async Task Train_OnTruncatedWeights_SaysSo()
    {
        CopyBundle();
        byte[] shard = await File.ReadAllBytesAsync(workspace[$"{Bundle}/group1-shard1of1.min.js"]);
        workspace.Write($"{Bundle}/group1-shard1of1.min.js", shard[..(shard.Length / 2)]);

        MessageAssert.IsOneMessage(await TrainAsync(), 2, [Bundle]);

        Assert.Empty(workspace.Artifacts());
    }

    [Fact]
    public async Task Train_WithoutTheWeights_SaysHowToGetThem()
    {
        MessageAssert.IsOneMessage(await TrainAsync(), 2, ["'nsfwjs' is not installed", "./build.sh --target=setup"]);

        Assert.Empty(workspace.Artifacts());
    }

    /// <summary>
    /// What is wrong with a checkpoint, and what the message must say; <c>head.dense.weight</c> is its last but one
    /// tensor.
    /// </summary>
    private static readonly Dictionary<string, (Func<byte[], byte[]> Spoil, string[] Expected)> Checkpoints = new(
        StringComparer.Ordinal
    )
    {
        ["a wrong shape"] = (
            bytes => WithHeader(bytes, header => header.Replace("[2,2048]", "[2048,2]", StringComparison.Ordinal)),
            ["head.dense.weight", "[2048, 2]", "[2, 2048]"]
        ),
        ["a missing tensor"] = (
            bytes =>
                WithHeader(
                    bytes,
                    header => header.Replace("head.dense.weight", "tail.dense.weight", StringComparison.Ordinal)
                ),
            ["head.dense.weight"]
        ),
        ["truncated"] = (bytes => bytes[..(bytes.Length / 2)], ["bytes"]),
        ["empty"] = (_ => [], []),
        ["a text file"] = (_ => "no checkpoint at all"u8.ToArray(), []),
    };

    [Fact]
    public async Task Export_OfABadCheckpoint_SaysWhatIsWrongAndLeavesNothing()
    {
        workspace.WithRecipe(Workspace.GoodRecipe);
        Assert.Equal(0, (await workspace.TrainAsync()).ExitCode);
        byte[] good = await File.ReadAllBytesAsync(workspace[Checkpoint]);
        foreach ((string fault, (Func<byte[], byte[]> spoil, string[] expected)) in Checkpoints)
        {
            byte[] bad = spoil(good);
            Assert.False(bad.AsSpan().SequenceEqual(good), fault);
            workspace.Write("bad.safetensors", bad);

            MessageAssert.IsOneMessage(await ExportAsync("bad.safetensors"), 2, ["bad.safetensors", .. expected]);
        }

        MessageAssert.IsOneMessage(await ExportAsync("nowhere.safetensors"), 2, ["nowhere.safetensors"]);
        Assert.Empty(Directory.GetFiles(workspace.Path, "out*"));
        Assert.Empty(workspace.HalfWritten());
    }

    private Task<Outcome> TrainAsync() =>
        workspace.RunAsync(
            Workspace.Train(),
            new Dictionary<string, string> { ["PIPELINE_NODE_MODULES"] = workspace["modules"] }
        );

    private Task<Outcome> ExportAsync(string checkpoint)
    {
        string[] train = Workspace.Train();
        return workspace.RunAsync([
            .. train[..2],
            "export",
            "--checkpoint",
            checkpoint,
            "--output",
            "out.onnx",
            "--golden",
            "artifacts/tiny/latest/golden.safetensors",
        ]);
    }

    private void CopyBundle()
    {
        string modules =
            typeof(WeightsTests)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(item => item.Key == "NpmModules")
                .Value
            ?? ".";
        foreach (
            string file in Directory.EnumerateFiles(Path.Combine(modules, "nsfwjs", "dist", "models", "mobilenet_v2"))
        )
        {
            workspace.Write($"{Bundle}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        }
    }

    private static byte[] WithHeader(byte[] safetensors, Func<string, string> change)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(safetensors);
        byte[] header = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(safetensors, 8, length)));
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. safetensors[(8 + length)..]];
    }
}
