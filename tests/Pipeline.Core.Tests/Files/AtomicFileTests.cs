using System.Text;
using Pipeline.Core.Files;

namespace Pipeline.Core.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pipeline-atomic-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void WriteText_NewFolder_HoldsTheTextAndNothingElse()
    {
        string path = Path.Combine(folder, "new", "a.json");

        AtomicFile.WriteText(path, "ä\n");

        Assert.Equal(Encoding.UTF8.GetBytes("ä\n"), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.Combine(folder, "new")));
    }

    [Fact]
    public void Write_ThatFails_LeavesTheOldFileAndNoOther()
    {
        string path = Path.Combine(folder, "a.json");
        AtomicFile.WriteText(path, "old");

        Assert.Throws<InvalidOperationException>(() =>
            AtomicFile.Write(
                path,
                stream =>
                {
                    stream.WriteByte(1);
                    throw new InvalidOperationException();
                }
            )
        );

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task WriteAsync_ThatIsCancelledAtTheEnd_LeavesNothing()
    {
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            AtomicFile.WriteAsync(
                Path.Combine(folder, "a.json"),
                async (stream, token) =>
                {
                    await stream.WriteAsync(new byte[10], token);
                    await cancel.CancelAsync();
                },
                cancel.Token
            )
        );

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Write_OverAFolder_IsRefusedByName()
    {
        IOException error = Assert.Throws<IOException>(() => AtomicFile.WriteText(folder, "x"));

        Assert.Contains(folder, error.Message, StringComparison.Ordinal);
    }
}
