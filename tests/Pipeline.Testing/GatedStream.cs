namespace Pipeline.Testing;

/// <summary>A stream whose first read waits until it is opened.</summary>
public sealed class GatedStream(byte[] content) : MemoryStream(content)
{
    private readonly ManualResetEventSlim gate = new();

    public void Open() => gate.Set();

    public override int Read(byte[] buffer, int offset, int count)
    {
        gate.Wait(TimeSpan.FromMinutes(1)); // a test that forgot to open it fails, and does not hang
        return base.Read(buffer, offset, count);
    }

    public override void CopyTo(Stream destination, int bufferSize)
    {
        gate.Wait(TimeSpan.FromMinutes(1)); // a test that forgot to open it fails, and does not hang
        base.CopyTo(destination, bufferSize);
    }

    protected override void Dispose(bool disposing)
    {
        gate.Dispose();
        base.Dispose(disposing);
    }
}
