using Pipeline.Inference.MLNet.Rows;

namespace Pipeline.Inference.MLNet.Tests.Rows;

/// <summary>The one SkiaSharp that ML.NET's images work with.</summary>
public sealed class SkiaVersionTests
{
    [Fact]
    public void Check_VersionOfThisBuild_IsTaken() => SkiaVersion.Check();

    [Theory]
    [InlineData("3.119.0.0")]
    [InlineData("4.155.0.0")]
    [InlineData("2.80.0.0")]
    public void Check_AnotherVersion_SaysWhatToPin(string version)
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(() =>
            SkiaVersion.Check(Version.Parse(version))
        );

        Assert.StartsWith(
            $"ML.NET's MLImage needs SkiaSharp 2.88, this application has {version}. Pin ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("to 2.88.9", error.Message, StringComparison.Ordinal);
    }
}
