using Pipeline.Core.Errors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Tests.Graph;

/// <summary>Shape rules, parameters and refusals of single operations.</summary>
public sealed class OperationTests
{
    private static readonly FeatureShape Map = FeatureShape.Map(8, 5, 7);

    public static TheoryData<Operation, string, string> Refused =>
        new()
        {
            {
                new Multiply(),
                "[8, 5, 7]; [8, 5, 7]",
                "Multiply expects a map [C, H, W] and factors [C, 1, 1], found [8, 5, 7] and [8, 5, 7]."
            },
            { new Multiply(), "[8, 5, 7]; [4, 1, 1]", "Multiply expects" },
            { new ScaledAdd(), "[8, 5, 7]; [4, 5, 7]", "ScaledAdd expects two equal maps" },
            { new AdaptiveAvgPool2d(7), "[8]", "AdaptiveAvgPool2d expects a map" },
            { new AdaptiveAvgPool2d(new Extent(0, 1)), "[8, 5, 7]", "expected at least 1x1" },
            { new PixelLinear(4), "[8]", "PixelLinear expects a map" },
            { new StochasticDepth(1), "[8, 5, 7]", "StochasticDepth rate is 1" },
            { new BinaryScores(), "[2]", "BinaryScores expects one score [1], found [2]." },
            {
                new GroupClasses([
                    [0],
                ]),
                "[8]",
                "at least 2 groups"
            },
            {
                new GroupClasses([
                    [0],
                    [8],
                ]),
                "[8]",
                "class 8 is outside 0 to 7"
            },
            {
                new GroupClasses([
                    [0, 1],
                    [1],
                ]),
                "[8]",
                "class 1 is in two groups"
            },
        };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Infer_UnfitInput_SaysWhatWasExpected(Operation operation, string inputs, string expected)
    {
        ShapeException error = Assert.Throws<ShapeException>(() =>
            operation.Infer([.. inputs.Split("; ").Select(Shape)])
        );

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_FitInput_GivesTheShape()
    {
        Assert.Equal(FeatureShape.Map(8, 7, 3), new AdaptiveAvgPool2d(new Extent(7, 3)).Infer([Map]));
        Assert.Equal(Map, new Multiply().Infer([Map, FeatureShape.Map(8, 1, 1)]));
        Assert.Equal(Map, new ScaledAdd().Infer([Map, Map]));
        Assert.Equal(Map, new ChannelNorm().Infer([Map]));
        Assert.Equal(FeatureShape.Map(4, 5, 7), new PixelLinear(4).Infer([Map]));
        Assert.Equal(
            FeatureShape.Vector(2),
            new GroupClasses([
                [0, 7],
                [3],
            ]).Infer([FeatureShape.Vector(8)])
        );
        Assert.Equal(FeatureShape.Vector(2), new BinaryScores().Infer([FeatureShape.Vector(1)]));
    }

    [Fact]
    public void Parameters_NewOperations_HaveTorchvisionsKeysAndShapes()
    {
        Assert.Equal(["n.weight [4, 8]", "n.bias [4]"], Keys(new PixelLinear(4)));
        Assert.Equal(["n.weight [8]", "n.bias [8]"], Keys(new ChannelNorm()));
        Assert.Equal(["n.layer_scale [8, 1, 1]"], Keys(new ScaledAdd()));
        Assert.Equal(["n.bias [8]", "n.running_mean [8]", "n.running_var [8]"], Keys(new BatchNorm2d(HasScale: false)));
    }

    /// <summary>Worked out by hand: 5 rows to 3 are rows 0-1, 1-3 and 3-4; 2 rows to 3 are 0, 0-1 and 1.</summary>
    [Theory]
    [InlineData(5, 3, "0-2 1-4 3-5")]
    [InlineData(2, 3, "0-1 0-2 1-2")]
    [InlineData(6, 3, "0-2 2-4 4-6")]
    public void AdaptiveWindows_AreTorchs(int side, int count, string expected)
    {
        IEnumerable<string> windows = Enumerable
            .Range(0, count)
            .Select(index => AdaptiveAvgPool2d.WindowOf(index, side, count))
            .Select(window => $"{window.Start}-{window.End}");

        Assert.Equal(expected, string.Join(' ', windows));
    }

    private static IEnumerable<string> Keys(Operation operation) =>
        operation.Parameters("n", Map).Select(spec => $"{spec.Key} [{string.Join(", ", spec.Shape)}]");

    private static FeatureShape Shape(string text)
    {
        int[] sizes = [.. text.Trim('[', ']').Split(", ").Select(size => int.Parse(size, null))];
        return sizes.Length == 3 ? FeatureShape.Map(sizes[0], sizes[1], sizes[2]) : FeatureShape.Vector(sizes[0]);
    }
}
