using Pipeline.Core.Files;

namespace Pipeline.Core.Tests.Files;

public sealed class FolderAliasTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("alias").FullName;

    public FolderAliasTests()
    {
        foreach (string run in new[] { "1", "2" })
        {
            Directory.CreateDirectory(In(run));
            File.WriteAllText(In(run, "model.onnx"), run);
        }
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Point_ToAnotherFolder_ReplacesTheFirst()
    {
        FolderAlias.Point(In("latest"), "1");
        FolderAlias.Point(In("latest"), "2");

        Assert.Equal("2", FolderAlias.TargetOf(In("latest")));
        Assert.Equal("2", File.ReadAllText(FolderAlias.Resolve(In("latest", "model.onnx"))));
        Assert.Equal(["1", "2", "latest"], Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void PointFile_AsOnWindows_IsFollowedAtTheEndAndWithinAPath()
    {
        FolderAlias.PointFile(In("latest"), "1");
        FolderAlias.PointFile(In("latest"), "2");

        Assert.Equal("2", FolderAlias.TargetOf(In("latest")));
        Assert.Equal(In("2"), FolderAlias.Resolve(In("latest")).TrimEnd('/'));
        Assert.Equal(In("2", "model.onnx"), FolderAlias.Resolve(In("latest", "model.onnx")));
        Assert.Equal(In("2", "models", "a", "b.onnx"), FolderAlias.Resolve(In("latest", "models", "a", "b.onnx")));
    }

    [Fact]
    public void PointFile_OverALink_AndALinkOverAFile_Replace()
    {
        Directory.CreateSymbolicLink(In("latest"), "1");

        FolderAlias.PointFile(In("latest"), "2");
        Assert.Equal("2\n", File.ReadAllText(In("latest")));

        FolderAlias.Point(In("latest"), "1");
        Assert.Equal("1", FolderAlias.TargetOf(In("latest")));
    }

    [Fact]
    public void Resolve_LinkToAFileOrFolder_IsLeftToTheSystem()
    {
        File.CreateSymbolicLink(In("model.onnx"), In("1", "model.onnx"));
        FolderAlias.Point(In("latest"), "2");

        Assert.Equal(In("model.onnx"), FolderAlias.Resolve(In("model.onnx")));
        Assert.Equal(In("latest", "model.onnx"), FolderAlias.Resolve(In("latest", "model.onnx")));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("gone")]
    [InlineData("1/model.onnx")]
    [InlineData("a text that names nothing")]
    public void Resolve_AFileThatNamesNoFolderBesideIt_IsThePathItself(string text)
    {
        File.WriteAllText(In("latest"), text);

        Assert.Null(FolderAlias.TargetOf(In("latest")));
        Assert.Equal(In("latest", "model.onnx"), FolderAlias.Resolve(In("latest", "model.onnx")));
        Assert.Equal("none/at/all", FolderAlias.Resolve("none/at/all"));
    }

    private string In(params string[] parts) => Path.Combine([root, .. parts]);
}
