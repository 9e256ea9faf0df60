using Pipeline.Core.Metrics;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Runs;

namespace Pipeline.EndToEnd.Tests;

public sealed class ComparisonTableTests
{
    [Fact]
    public void Pairs_ThreeModels_ShowsEachBesideTheOneBeforeIt()
    {
        var same = new ModelPair("a", new PairedCounts(1000, 9, 1, 90));
        var worse = new ModelPair("b", new PairedCounts(1000, 60, 3, 37));
        ComparisonRow[] rows = [Row("a"), Row("b", same), Row("c", new ModelPair("a", default), worse)];

        IReadOnlyList<string>[] cells = [.. ComparisonTable.Pairs(rows)];

        Assert.Equal(["a, b", "1,000", "9", "1", "90", "-0.7", "-1.3 to -0.1", "0.0215"], cells[0]);
        Assert.Equal(["b, c", "1,000", "60", "3", "37", "-5.2", "-6.6 to -3.8", "9.0e-15"], cells[1]);
    }

    private static ComparisonRow Row(string name, params ModelPair[] against) =>
        new(name, 0.5, 1, 1, 1) { Against = against };
}
