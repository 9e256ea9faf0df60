namespace Pipeline.Inference.Tests;

/// <summary>A stream whose first read waits until it is opened.</summary>
internal sealed class GatedStream(byte[] content) : MemoryStream(content)
{
    private readonly ManualResetEventSlim gate = new();

    internal void Open() => gate.Set();

    public override int Read(byte[] buffer, int offset, int count)
    {
        gate.Wait(TestContext.Current.CancellationToken);
        return base.Read(buffer, offset, count);
    }

    public override void CopyTo(Stream destination, int bufferSize)
    {
        gate.Wait(TestContext.Current.CancellationToken);
        base.CopyTo(destination, bufferSize);
    }

    protected override void Dispose(bool disposing)
    {
        gate.Dispose();
        base.Dispose(disposing);
    }
}
