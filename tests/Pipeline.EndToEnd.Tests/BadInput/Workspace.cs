using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>
/// A folder with images and a recipe that are good until a test spoils them, and the real programs run in it.
/// </summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>Trains in well under a second.</summary>
    internal const string GoodRecipe = """
        name: tiny
        threads: 1
        data: { source: folder, folder: images }
        models:
          - name: small
            preprocessing: { size: 32, resize: squash, kernel: bilinear, scale: 1/255 }
            backbone: { name: small-cnn }
            head: [flatten, { dense: classes }]
            phases:
              - train: all
                optimizer: { name: sgd, learning_rate: 1e-2 }
                epochs: 1
        """;

    private readonly TemporaryFolder folder = new();

    internal string Path => folder.Path;

    internal string this[string name] => folder[name];

    /// <summary>Two classes in three parts, 12 images each for training and 4 for the others.</summary>
    internal Workspace WithImages(int train = 12)
    {
        foreach (string name in new[] { "cat", "dog" })
        {
            foreach ((string part, int count) in new[] { ("train", train), ("validation", 4), ("test", 4) })
            {
                for (int index = 0; index < count; index++)
                {
                    Write(
                        $"images/{part}/{name}/{index.ToString("D3", CultureInfo.InvariantCulture)}.png",
                        Png(name, index)
                    );
                }
            }
        }

        return this;
    }

    internal Workspace WithRecipe(string text = GoodRecipe)
    {
        Write("recipe.yaml", text);
        return this;
    }

    /// <summary>The good recipe with one piece of text replaced.</summary>
    internal Workspace WithRecipe(string good, string bad)
    {
        Assert.Contains(good, GoodRecipe, StringComparison.Ordinal);
        return WithRecipe(GoodRecipe.Replace(good, bad, StringComparison.Ordinal));
    }

    internal void Write(string name, string text) => folder.Write(name, text);

    internal void Write(string name, byte[] bytes) => folder.Write(name, bytes);

    /// <summary>A noisy picture, darker for one class than for the other.</summary>
    internal static byte[] Png(string name, int seed)
    {
        var size = new ImageSize(16, 16);
        byte[] pixels = new byte[size.RgbBytes];
        new Random(seed).NextBytes(pixels);
        for (int index = 0; index < pixels.Length; index++)
        {
            pixels[index] = (byte)((pixels[index] / 2) + (name == "cat" ? 0 : 128));
        }

        return ImageEncoder.EncodePng(pixels, size);
    }

    internal Task<Outcome> TrainAsync(params string[] more) => RunAsync(Train(more));

    /// <summary>The command line that trains.</summary>
    internal static string[] Train(params string[] more) =>
        ChildProcess.Beside("pipeline-train", ["train", "--recipe", "recipe.yaml", .. more]);

    /// <summary>The command line of a verb of the scoring program.</summary>
    internal static string[] Score(params string[] more) => ChildProcess.Beside("pipeline-score", more);

    /// <summary>Runs a command line in this folder.</summary>
    internal Task<Outcome> RunAsync(params string[] command) => RunAsync(command, new Dictionary<string, string>());

    /// <summary>Runs a command line in this folder, with environment variables.</summary>
    internal Task<Outcome> RunAsync(string[] command, IReadOnlyDictionary<string, string> environment) =>
        ChildProcess.RunAsync(
            Path,
            command,
            [
                ("PIPELINE_DEBUG", null),
                ("PIPELINE_CACHE", null),
                .. environment.Select(pair => (pair.Key, (string?)pair.Value)),
            ]
        );

    /// <summary>
    /// Every file and link under the artifacts but the caches of whole files, relative to this folder.
    /// </summary>
    internal string[] Artifacts() =>
        Directory.Exists(this["artifacts"])
            ?
            [
                .. Directory
                    .EnumerateFileSystemEntries(this["artifacts"], "*", SearchOption.AllDirectories)
                    .Select(path => System.IO.Path.GetRelativePath(Path, path))
                    .Where(path => !path.StartsWith("artifacts/cache", StringComparison.Ordinal)),
            ]
            : [];

    /// <summary>Files that were being written.</summary>
    internal string[] HalfWritten() =>
        [
            .. Directory.EnumerateFileSystemEntries(
                Path,
                "*.tmp",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }
            ),
        ];

    public void Dispose() => folder.Dispose();
}
