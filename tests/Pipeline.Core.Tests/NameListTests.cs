using System.Globalization;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Tests;

public sealed class NameListTests
{
    [Theory]
    [InlineData(2, "0, 1")]
    [InlineData(20, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19")]
    [InlineData(1000, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, ... (1000 in all)")]
    public void Of_Names_AreTheFirstTwentyAndTheirNumber(int count, string expected) =>
        Assert.Equal(
            expected,
            NameList.Format([
                .. Enumerable.Range(0, count).Select(index => index.ToString(CultureInfo.InvariantCulture)),
            ])
        );
}
