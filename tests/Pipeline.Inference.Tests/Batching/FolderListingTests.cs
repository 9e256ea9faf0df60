using Pipeline.Core.Errors;
using Pipeline.Inference.Batching;

namespace Pipeline.Inference.Tests.Batching;

public sealed class FolderListingTests
{
    [Fact]
    public void Files_AnyTree_AreAllListedInOrdinalOrder()
    {
        using var folder = new TemporaryFolder();
        string[] expected =
        [
            folder.Write("B.png", []),
            folder.Write("a.txt", []),
            folder.Write("a/x.png", []),
            folder.Write("a/.hidden", []),
            folder.Write("a/b/c.png", []),
        ];
        Array.Sort(expected, StringComparer.Ordinal);

        Assert.Equal(expected, FolderListing.Files(folder.Path));
    }

    [Fact]
    public void Files_EmptyFolder_AreNone()
    {
        using var folder = new TemporaryFolder();

        Assert.Empty(FolderListing.Files(folder.Path));
    }

    [Fact]
    public void Files_LinkedFolders_AreFollowedOnceAndLoopsEnd()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("x.png", []);
        folder.Write("a/y.png", []);
        Directory.CreateSymbolicLink(folder["linked"], elsewhere.Path);
        Directory.CreateSymbolicLink(folder["a/up"], folder.Path);
        File.CreateSymbolicLink(folder["self"], folder["self"]);

        Assert.Equal([folder["a/y.png"], folder["linked/x.png"], folder["self"]], FolderListing.Files(folder.Path));
    }

    [Fact]
    public void Files_NoSuchFolder_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("a.png", []);

        Assert.Contains(
            "it is a file",
            Assert.Throws<DatasetException>(() => FolderListing.Files(file)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "there is none",
            Assert.Throws<DatasetException>(() => FolderListing.Files(folder["missing"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Enumerate_NamesAroundTheSeparator_AreInTheOrderOfWholePaths()
    {
        using var folder = new TemporaryFolder();
        string[] names =
        [
            "a/x.png",
            "a.png",
            "a-b/y.png",
            "a/b.png",
            "a0.png",
            "a/b/c.png",
            "a b.png",
            "ä.png",
            "A/z.png",
        ];
        string[] expected = [.. names.Select(name => folder.Write(name, []))];
        Array.Sort(expected, StringComparer.Ordinal);

        Assert.Equal(expected, FolderListing.Enumerate(folder.Path));
    }

    [Fact]
    public void Enumerate_ALinkThatGoesUpInsideALinkedFolder_Ends()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        elsewhere.Write("sub/x.png", []);
        Directory.CreateSymbolicLink(elsewhere["sub/up"], "..");
        Directory.CreateSymbolicLink(folder["linked"], elsewhere.Path);

        Assert.Equal([folder["linked/sub/x.png"]], FolderListing.Enumerate(folder.Path));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public void Enumerate_ToADepth_EntersNoFurther(int depth, int expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("x.png", []);
        folder.Write("a/x.png", []);
        folder.Write("a/b/x.png", []);

        Assert.Equal(expected, FolderListing.Enumerate(folder.Path, depth).Count());
    }
}
