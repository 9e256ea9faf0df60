using Pipeline.Inference.Cli.Output;

namespace Pipeline.Inference.Tests.Cli;

public sealed class ProgressLineTests
{
    [Fact]
    public void Advance_NotOnATerminal_WritesAPlainLineEveryTenSeconds()
    {
        var clock = new ManualClock();
        var output = new StringWriter();
        var progress = new ProgressLine(output, isTerminal: false, clock, total: 40);

        for (int image = 0; image < 20; image++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            progress.Advance(isError: image == 3);
        }

        string[] lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal("10/40 images  25 %  1.0 images/s  0:00:30 left  1 error", lines[0]);
    }

    [Fact]
    public void Advance_OnATerminal_WritesOverOneLineAndRemovesIt()
    {
        var clock = new ManualClock();
        var output = new StringWriter();
        var progress = new ProgressLine(output, isTerminal: true, clock, total: 4);

        clock.Advance(TimeSpan.FromSeconds(1));
        progress.Advance(isError: false);
        progress.Clear();

        string[] parts = output.ToString().Split('\r');
        Assert.Equal(["", "1/4 images  25 %  1.0 images/s  0:00:03 left", new string(' ', 44), ""], parts);
    }

    [Fact]
    public void Text_AfterAnEarlierRun_HasTheRateOfThisRunOnly()
    {
        var clock = new ManualClock();
        var progress = new ProgressLine(new StringWriter(), isTerminal: false, clock, total: 1000);

        progress.Skip(800, errors: 2);
        clock.Advance(TimeSpan.FromSeconds(10));
        for (int image = 0; image < 100; image++)
        {
            progress.Advance(isError: false);
        }

        Assert.Equal("900/1000 images  90 %  10.0 images/s  0:00:10 left  2 errors", progress.Text());
    }

    [Fact]
    public void Text_WithoutATotal_HasNoTimeLeft()
    {
        var clock = new ManualClock();
        var progress = new ProgressLine(new StringWriter(), isTerminal: false, clock, total: null);

        clock.Advance(TimeSpan.FromSeconds(2));
        progress.Advance(isError: true);

        Assert.Equal("1 images  0.5 images/s  1 error", progress.Text());
    }

    private sealed class ManualClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        internal void Advance(TimeSpan time) => ticks += time.Ticks;
    }
}
