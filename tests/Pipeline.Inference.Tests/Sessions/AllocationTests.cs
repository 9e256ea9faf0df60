using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Sessions;

/// <summary>Runs alone: a meter that another test listens to allocates for every run of the process.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Batches = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(64)]
    public void Score_InTheSteadyState_AllocatesAFewHundredBytesPerBatchWhateverItsSize(int count)
    {
        using ScoringSession session = ScoringSession.Open(
            TestModels.Colors,
            new ScoringOptions { Threads = 1, Device = ScoringDevice.Cpu }
        );
        byte[] pixels = new byte[count * TestModels.Size.RgbBytes];
        for (int warmUp = 0; warmUp < 50; warmUp++)
        {
            session.Score(pixels, count).Dispose();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int batch = 0; batch < Batches; batch++)
        {
            session.Score(pixels, count).Dispose();
        }

        // the batch, the input's handle and its name: nothing that grows with the images
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Batches, 0, 256);
    }
}
