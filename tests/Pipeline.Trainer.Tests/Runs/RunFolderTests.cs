using Pipeline.Testing;
using Pipeline.Trainer.Runs;

namespace Pipeline.Trainer.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void RemoveOrphans_AFolderWithoutARecord_IsRemovedUnlessItIsNewOrClaimed()
    {
        folder.Write("cats/1/run.json", "{}"u8.ToArray());
        folder.Write("cats/2/recipe.yaml", "name: cats"u8.ToArray()); // killed before its run had begun
        folder.Write("cats/3/recipe.yaml", "name: cats"u8.ToArray());
        folder.Write("cats/4/models/a/checkpoints/last.state.safetensors", [0]); // something to go on from
        using IDisposable claim = RunFolder.At(folder["cats/3"]).TryClaim() ?? throw new InvalidOperationException();

        RunFolder.RemoveOrphans(folder.Path, "cats", new LaterClock(TimeSpan.Zero));
        Assert.True(Directory.Exists(folder["cats/2"]));

        RunFolder.RemoveOrphans(folder.Path, "cats", new LaterClock(TimeSpan.FromMinutes(1)));
        Assert.Equal(
            ["1", "3", "4"],
            Directory.GetDirectories(folder["cats"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    private sealed class LaterClock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
