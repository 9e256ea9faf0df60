using Pipeline.Trainer.Training;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>When a rate is reduced for want of progress.</summary>
public sealed class PlateauTests
{
    [Fact]
    public void Observe_LossThatStandsStill_ReducesAfterThePatience()
    {
        var plateau = new Plateau(patience: 2);
        double[] losses = [1.0, 0.9, 0.9, 0.95, 0.8, 0.85, 0.8, 0.81, 0.82];

        int[] reductions =
        [
            .. losses.Select(loss =>
            {
                plateau.Observe(loss);
                return plateau.Reductions;
            }),
        ];

        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 3], reductions);
    }

    [Fact]
    public void Memory_PutIntoAnother_GoesOnAlike()
    {
        var first = new Plateau(patience: 3);
        first.Observe(1);
        first.Observe(2);
        var second = new Plateau(patience: 3) { Memory = first.Memory };

        first.Observe(3);
        first.Observe(3);
        second.Observe(3);
        second.Observe(3);

        Assert.Equal(1, first.Reductions);
        Assert.Equal(first.Memory, second.Memory);
    }
}
