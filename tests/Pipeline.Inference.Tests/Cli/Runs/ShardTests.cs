using Pipeline.Core.Errors;
using Pipeline.Inference.Cli.Runs;

namespace Pipeline.Inference.Tests.Cli.Runs;

public sealed class ShardTests
{
    [Theory]
    [InlineData(0, 4, 3)]
    [InlineData(1, 4, 3)]
    [InlineData(12, 4, 3)]
    [InlineData(30, 4, 3)]
    [InlineData(31, 1, 5)]
    [InlineData(100, 32, 7)]
    public void Share_OfAnyList_IsTheNumberOfFilesItOwns(long files, int batchSize, int of)
    {
        for (int number = 1; number <= of; number++)
        {
            var shard = new Shard(number, of);
            long counted = Enumerable.Range(0, (int)files).LongCount(file => shard.Owns(file / batchSize));

            Assert.Equal(counted, shard.Share(files, batchSize));
        }
    }

    [Theory]
    [InlineData("0/2")]
    [InlineData("3/2")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("-1/2")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Parse_NoShare_IsRefused(string text) =>
        Assert.Equal(
            $"--shard is '{text}', expected i/n with i from 1 to n, such as 1/4, 2/4, 3/4 and 4/4 on four machines.",
            Assert.Throws<DatasetException>(() => Shard.Parse(text)).Message
        );

    [Fact]
    public void Parse_AShare_ReadsBack() => Assert.Equal("2/4", Shard.Parse("2/4").ToString());
}
