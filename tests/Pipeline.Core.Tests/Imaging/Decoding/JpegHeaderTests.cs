using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Decoding;

namespace Pipeline.Core.Tests.Imaging.Decoding;

public sealed class JpegHeaderTests
{
    [Theory]
    [InlineData("baseline.jpg", 48, 32)]
    [InlineData("progressive.jpg", 48, 32)]
    [InlineData("cmyk.jpg", 48, 32)]
    [InlineData("exif-6.jpg", 32, 48)] // as stored, lying on its side
    public void TryReadSize_AFile_IsItsStoredSize(string file, int width, int height)
    {
        Assert.True(JpegHeader.TryReadSize(File.ReadAllBytes(TestImages.PathOf(file)), out ImageSize size));

        Assert.Equal(new ImageSize(width, height), size);
    }

    [Fact]
    public void TryReadSize_TablesStraysAndFillBytesInFront_AreSkipped()
    {
        byte[] encoded =
        [
            0xFF,
            0xD8,
            0xFF,
            0xC4,
            0,
            4,
            0xFF,
            0xC0,
            7,
            0xFF,
            0xFF,
            0xFF,
            0x01,
            0xFF,
            0xC2,
            0,
            17,
            8,
            0x02,
            0x58,
            0x03,
            0x20,
            3,
        ];

        Assert.True(JpegHeader.TryReadSize(encoded, out ImageSize size));

        Assert.Equal(new ImageSize(800, 600), size);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8 })]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0x02, 0x58, 0x03 })] // cut
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 0, 0x03, 0x20, 3 })] // the height comes later
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0xFF, 0xC0, 0, 17, 8, 2, 2, 3, 3, 3 })]
    // a segment longer than the file
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xE1, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0 })]
    public void TryReadSize_NoFrameWithASize_IsFalse(byte[] encoded) =>
        Assert.False(JpegHeader.TryReadSize(encoded, out _));
}
