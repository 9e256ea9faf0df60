using System.Text;
using Pipeline.Core.Errors;
using Pipeline.Inference.Cli.Sources;

namespace Pipeline.Inference.Tests.Cli.Sources;

public sealed class ImageSourcesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ImageSourcesTests()
    {
        foreach (string name in new[] { "a/1.jpg", "a/2.png", "a/b/3.jpg", "c/4.jpg", "5.jpg", "x*y.jpg" })
        {
            folder.Write(name, []);
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("*.jpg", "5.jpg x*y.jpg")]
    [InlineData("**/*.jpg", "5.jpg a/1.jpg a/b/3.jpg c/4.jpg x*y.jpg")]
    [InlineData("a/*", "a/1.jpg a/2.png")]
    [InlineData("*/*.jpg", "a/1.jpg c/4.jpg")]
    [InlineData("a/**/*.jpg", "a/1.jpg a/b/3.jpg")]
    [InlineData("x*y.jpg", "x*y.jpg")]
    public void Resolve_APattern_FindsFilesInOrdinalOrder(string pattern, string expected) =>
        Assert.Equal(expected, Names(pattern));

    [Fact]
    public void Resolve_SeveralSources_KeepTheirOrder()
    {
        Assert.Equal("c/4.jpg a/1.jpg a/2.png a/b/3.jpg 5.jpg", Names("c", "a", "5.jpg"));
        Assert.Equal(5, Resolve([], folder["c"], folder["a"], folder["5.jpg"]).Count);
    }

    [Fact]
    public void Resolve_AList_IsReadAsItIs()
    {
        ImageSources sources = Resolve(Encoding.UTF8.GetBytes("b.jpg\r\n\nhttp://example.com/a.jpg\nb.jpg"), "-");

        Assert.Null(sources.Count);
        Assert.True(sources.MayHaveAddresses);
        Assert.Equal(["b.jpg", "http://example.com/a.jpg", "b.jpg"], sources.Paths);
    }

    [Fact]
    public void Resolve_WhatIsNotThere_IsRefusedByName()
    {
        Assert.Equal(
            "'nothing' is no file, folder, pattern with '*' or http(s) address. Check the name; "
                + "'-' reads a list from standard input, --list from a file.",
            Assert.Throws<DatasetException>(() => Resolve([], "nothing")).Message
        );
        Assert.Contains(
            "No file matches the pattern",
            Assert.Throws<DatasetException>(() => Resolve([], folder["*.gif"])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "there is none of that name",
            Assert.Throws<DatasetException>(() => Resolve([], folder["none/*.gif"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Resolve_OwnFiles_AreNoInput()
    {
        var rules = new SourceRules
        {
            Input = Stream.Null,
            Own = new HashSet<string> { folder["5.jpg"] },
        };

        Assert.Equal([folder["x*y.jpg"]], ImageSources.Resolve(null, null, [folder["*.jpg"]], rules).Paths);
    }

    [Fact]
    public void RelativeName_OfAFile_StartsAtItsSource()
    {
        ImageSources sources = Resolve([], folder["a"], folder["c/*.jpg"], folder["5.jpg"]);

        Assert.Equal("b/3.jpg", sources.RelativeName(folder["a/b/3.jpg"]));
        Assert.Equal("4.jpg", sources.RelativeName(folder["c/4.jpg"]));
        Assert.Equal("5.jpg", sources.RelativeName(folder["5.jpg"]));
        Assert.Equal("x.jpg", sources.RelativeName(folder["a/../../x.jpg"]));
    }

    private static ImageSources Resolve(byte[] input, params string[] texts) =>
        ImageSources.Resolve(null, null, texts, new SourceRules { Input = new MemoryStream(input) });

    private string Names(params string[] texts) =>
        string.Join(
            ' ',
            Resolve([], [.. texts.Select(text => folder[text])])
                .Paths.Select(path => Path.GetRelativePath(folder.Path, path))
        );
}
