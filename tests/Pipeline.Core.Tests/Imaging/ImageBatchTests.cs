using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;

namespace Pipeline.Core.Tests.Imaging;

public sealed class ImageBatchTests
{
    [Fact]
    public void Rent_AnyShape_HasExactLength()
    {
        using ImageBatch batch = ImageBatch.Rent(3, new ImageSize(5, 7));

        Assert.Equal(3 * 5 * 7 * 3, batch.Pixels.Length);
        Assert.Equal(batch.Pixels.Length, batch.PixelMemory.Length);
    }

    [Fact]
    public void Image_EachIndex_IsItsOwnSlice()
    {
        using ImageBatch batch = ImageBatch.Rent(3, new ImageSize(2, 1));
        for (byte index = 0; index < 3; index++)
        {
            batch.Image(index).Fill(index);
        }

        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2], batch.Pixels.ToArray());
    }

    [Fact]
    public void Image_OutsideTheBatch_IsRefused()
    {
        using ImageBatch batch = ImageBatch.Rent(2, new ImageSize(2, 2));

        Assert.Throws<ArgumentOutOfRangeException>(() => _ = batch.Image(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = batch.Image(-1).Length);
    }

    [Fact]
    public void Dispose_Twice_GivesBackOnce()
    {
        ImageBatch batch = ImageBatch.Rent(1, new ImageSize(2, 2));

        batch.Dispose();
        batch.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _ = batch.Pixels.Length);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void Rent_NothingToHold_IsRefused(int count, int width, int height)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageBatch.Rent(count, new ImageSize(width, height)));
    }
}
