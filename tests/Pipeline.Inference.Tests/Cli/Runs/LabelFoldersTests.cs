using Pipeline.Inference.Cli.Runs;

namespace Pipeline.Inference.Tests.Cli.Runs;

public sealed class LabelFoldersTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("cat", "cat")]
    [InlineData("../../etc", ".._.._etc")]
    [InlineData("..", "__")]
    [InlineData(".", "_")]
    [InlineData("a\\b:c\n", "a_b_c_")]
    [InlineData("half. full", "half. full")]
    public void FolderName_OfAnyLabel_StaysInTheRoot(string label, string expected) =>
        Assert.Equal(expected, LabelFolders.FolderName(label));

    [Fact]
    public void Sort_TwoImagesOfOneName_KeepsBoth()
    {
        PredictionRow[] rows = [Row("a/x.png", "cat", 1), Row("b/x.png", "cat", 2)];

        LabelFolders folders = Sort(LabelAction.Move, rows);

        Assert.Equal((2, 0), (folders.Done, folders.Failed));
        Assert.Equal([1], File.ReadAllBytes(folder["sorted/cat/x.png"]));
        Assert.Equal([2], File.ReadAllBytes(folder["sorted/cat/x (2).png"]));
    }

    [Theory]
    [InlineData(LabelAction.Move)]
    [InlineData(LabelAction.Copy)]
    [InlineData(LabelAction.Link)]
    public void Sort_ASecondTime_ChangesNothing(object action)
    {
        PredictionRow[] rows =
        [
            Row("x.png", "cat", 1),
            Row("y.png", "dog", 2),
            new(folder["bad.png"], null, "no image"),
        ];

        Sort((LabelAction)action, rows);
        LabelFolders again = Sort((LabelAction)action, rows);

        Assert.Equal((2, 0), (again.Done, again.Failed));
        Assert.Equal(
            [folder["sorted/cat/x.png"], folder["sorted/dog/y.png"]],
            Directory.GetFiles(folder["sorted"], "*", SearchOption.AllDirectories).Order()
        );
        Assert.Equal([2], File.ReadAllBytes(folder["sorted/dog/y.png"]));
    }

    [Fact]
    public void Sort_AnImageThatVanished_IsCountedAndNamed()
    {
        LabelFolders folders = Sort(LabelAction.Move, [new(folder["gone.png"], "cat", null), Row("x.png", "cat", 1)]);

        Assert.Equal((1, 1), (folders.Done, folders.Failed));
        Assert.StartsWith(
            $"'{folder["gone.png"]}': Could not find file",
            folders.FirstFailure,
            StringComparison.Ordinal
        );
    }

    private PredictionRow Row(string name, string label, byte content) =>
        new(folder.Write(name, [content]), label, null);

    private LabelFolders Sort(LabelAction action, PredictionRow[] rows)
    {
        var folders = new LabelFolders(folder["sorted"], action, path => Path.GetFileName(path));
        folders.Sort(rows, default);
        return folders;
    }
}
