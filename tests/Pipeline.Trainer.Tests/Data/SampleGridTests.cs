using Pipeline.Trainer.Data;

namespace Pipeline.Trainer.Tests.Data;

/// <summary>The samples that a person sees come from all classes.</summary>
public sealed class SampleGridTests
{
    [Fact]
    public void Choose_UnevenClasses_TakesTurns()
    {
        ImageSample[] samples =
        [
            .. Enumerable.Range(0, 20).Select(index => new ImageSample($"a{index}", 0)),
            new("b0", 1),
            new("c0", 2),
            new("c1", 2),
        ];

        string[] chosen = [.. SampleGrid.Choose(samples).Select(sample => sample.Path)];

        Assert.Equal(["a0", "b0", "c0", "a1", "c1", "a2", "a3", "a4", "a5", "a6"], chosen);
    }
}
