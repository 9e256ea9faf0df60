using System.Text;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;

namespace Pipeline.Inference.Tests.Cli;

public sealed class ManifestTests
{
    private static readonly LabelSet Labels = new(["blue", "green", "red"]);

    [Fact]
    public void Read_AnyColumnOrder_GivesPathsBesideTheManifestAndEmptyLabelsAsNone()
    {
        using var folder = new TemporaryFolder();
        string manifest = Write(folder, "label,path", "red,\"photos/a, b.png\"", "green,photos/c.png", ",photos/c.png");

        (IReadOnlyList<string> paths, IReadOnlyList<int> truth) = Manifest.Read(manifest, Labels, "test", null);

        Assert.Equal([folder["photos/a, b.png"], folder["photos/c.png"], folder["photos/c.png"]], paths);
        Assert.Equal([2, 1, -1], truth);
    }

    [Fact]
    public void Read_ASplitOfARun_GivesTheRowsOfTheSplitThatWasAskedFor()
    {
        using var folder = new TemporaryFolder();
        string manifest = Write(folder, "path,split,label,sha256", "red/1.png,train,red,00", "blue/1.png,test,red,00");

        Assert.Equal([folder["data/blue/1.png"]], Manifest.Read(manifest, Labels, "test", folder["data"]).Paths);
        Assert.Equal([folder["data/red/1.png"]], Manifest.Read(manifest, Labels, "train", folder["data"]).Paths);
        DatasetException error = Assert.Throws<DatasetException>(() =>
            Manifest.Read(manifest, Labels, "validation", null)
        );
        Assert.Equal(
            $"Manifest '{manifest}' has no labelled row of split 'validation'; its others are 'test, train'. "
                + "Name a split that has labels.",
            error.Message
        );
    }

    [Fact]
    public void Read_AManifestThatIsWrong_IsRefusedWithThePlace()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(
            "line 3: label 'Red' is no class of the model. Classes of the model: blue, green, red.",
            Refusal(Write(folder, "path,label", "a.png,red", "b.png,Red")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "has the columns 'file, class', expected path and label",
            Refusal(Write(folder, "file,class", "a.png,red")),
            StringComparison.Ordinal
        );
        Assert.Contains("empty.csv", Refusal(folder.Write("empty.csv", [])), StringComparison.Ordinal);
    }

    private static string Refusal(string manifest) =>
        Assert.Throws<DatasetException>(() => Manifest.Read(manifest, Labels, "test", null)).Message;

    private static string Write(TemporaryFolder folder, params string[] lines) =>
        folder.Write("manifest.csv", Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
}
