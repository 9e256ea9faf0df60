using Pipeline.Core.Files;

namespace Pipeline.Core.Tests.Files;

/// <summary>
/// What a power cut may not take back: each name that a write gives is flushed after it stands there.
/// </summary>
public sealed class FolderFlushTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-flush-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Write_NewFile_FlushesItsFolderWhenTheNameStandsThere()
    {
        string path = Path.Combine(folder, "a.json");
        var seen = new List<(string Folder, string[] Names)>();

        AtomicFile.Write(path, stream => stream.WriteByte(1), flushed => seen.Add((flushed, Names(flushed))));

        (string flushedFolder, string[] names) = Assert.Single(seen);
        Assert.Equal(folder, flushedFolder);
        Assert.Equal(["a.json"], names);
    }

    [Fact]
    public async Task WriteAsync_NewFile_FlushesItsFolderWhenTheNameStandsThere()
    {
        string path = Path.Combine(folder, "a.json");
        var seen = new List<string[]>();

        await AtomicFile.WriteAsync(
            path,
            (stream, token) => stream.WriteAsync(new byte[1], token).AsTask(),
            flushed => seen.Add(Names(flushed)),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            [
                ["a.json"],
            ],
            seen
        );
    }

    [Fact]
    public void Write_NewFolders_FlushesEachThatGotANewName()
    {
        string path = Path.Combine(folder, "run", "models", "a.json");
        var seen = new List<string>();

        AtomicFile.Write(path, stream => stream.WriteByte(1), seen.Add);

        Assert.Equal([folder, Path.Combine(folder, "run"), Path.Combine(folder, "run", "models")], seen);
    }

    [Fact]
    public void Move_ToAnotherFolder_FlushesBoth()
    {
        string from = Path.Combine(folder, "a.json"),
            to = Path.Combine(folder, "new", "b.json");
        AtomicFile.WriteText(from, "x");
        Directory.CreateDirectory(Path.Combine(folder, "new"));
        var seen = new List<string>();

        AtomicFile.Move(from, to, seen.Add);

        Assert.Equal([Path.Combine(folder, "new"), folder], seen);
        Assert.True(File.Exists(to));
    }

    [Fact]
    public void Write_ThatFails_FlushesNothing() =>
        Assert.Throws<InvalidOperationException>(() =>
            AtomicFile.Write(
                Path.Combine(folder, "a.json"),
                _ => throw new InvalidOperationException(),
                flushed => Assert.Fail($"'{flushed}' was flushed")
            )
        );

    [Fact]
    public void Flush_FolderThatIsNotThere_IsAnErrorByName()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no flush of folders.");
        string missing = Path.Combine(folder, "missing");

        IOException error = Assert.Throws<IOException>(() => FolderFlush.Flush(missing));

        string expected = $"Folder '{missing}' cannot be flushed to the disk: ";
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Flush_ExistingFolder_IsDone() => FolderFlush.Flush(folder);

    [Fact]
    public void AppendText_ExistingFile_AddsAtItsEnd()
    {
        string path = Path.Combine(folder, "a.jsonl");
        AtomicFile.WriteText(path, "1\n");

        AtomicFile.AppendText(path, "ä\n");

        Assert.Equal("1\nä\n", File.ReadAllText(path));
    }

    private static string[] Names(string path) =>
        [.. Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry))];
}
