using System.Text.RegularExpressions;

namespace Pipeline.Architecture.Tests;

/// <summary>The style guide's hard stops.</summary>
public sealed partial class SourceRuleTests
{
    private const int LongestFile = 500;
    private const int LongestMedian = 120;
    private const int WidestLine = 120;

    [Fact]
    public void File_Length_StaysBelowTheHardStop()
    {
        IEnumerable<string> tooLong = SourceTree
            .Files("*.cs")
            .Where(path => File.ReadLines(path).Count() > LongestFile)
            .Select(SourceTree.Relative);

        Assert.Empty(tooLong);
    }

    /// <summary>CSharpier lays C# out; what it leaves alone is held here: strings, comments, other files.</summary>
    [Fact]
    public void Line_OfCodeOrMarkdown_StaysWithin120Columns()
    {
        string[] kinds = ["*.cs", "*.md", "*.cake", "*.yaml", "*.sh", "*.py", "*.ps1"];

        IEnumerable<string> tooWide =
            from path in kinds.SelectMany(SourceTree.Written)
            from line in File.ReadLines(path).Index()
            where line.Item.Length > WidestLine
            select $"{SourceTree.Relative(path)}:{line.Index + 1}";

        Assert.Empty(tooWide);
    }

    [Fact]
    public void File_MedianLength_IsSmall()
    {
        int[] lengths =
        [
            .. SourceTree
                .Files("*.cs")
                .Where(path => !SourceTree.Relative(path).StartsWith("tests/", StringComparison.Ordinal))
                .Select(path => File.ReadLines(path).Count())
                .Order(),
        ];

        Assert.InRange(lengths[lengths.Length / 2], 1, LongestMedian);
    }

    [Fact]
    public void Folder_Names_SayWhatIsInside()
    {
        string[] refused = ["Utils", "Helpers", "Common", "Misc", "Managers"];

        IEnumerable<string> bad = SourceTree
            .Files("*.cs")
            .Select(SourceTree.Relative)
            .Where(path => path.Split('/').Any(refused.Contains));

        Assert.Empty(bad);
    }

    [Fact]
    public void Documentation_HasNoEmptyTag()
    {
        IEnumerable<string> bad = SourceTree
            .Files("*.cs")
            .Where(path => EmptyTag().IsMatch(File.ReadAllText(path)))
            .Select(SourceTree.Relative);

        Assert.Empty(bad);
    }

    [Fact]
    public void Tests_AreNeitherSkippedNorSwitchedOff()
    {
        IEnumerable<string> bad = SourceTree
            .Files("*Tests.cs")
            .Where(path => SwitchedOff().IsMatch(File.ReadAllText(path)))
            .Select(SourceTree.Relative);

        Assert.Empty(bad);
    }

    [Fact]
    public void NullForgiving_StaysInInterop()
    {
        IEnumerable<string> bad = SourceTree
            .Files("*.cs")
            .Where(path =>
                !SourceTree.Relative(path).StartsWith("tests/", StringComparison.Ordinal)
                && !path.Contains("/Interop/", StringComparison.Ordinal)
                && !path.Contains("/Native/", StringComparison.Ordinal)
            )
            .Where(path => NullForgiving().IsMatch(File.ReadAllText(path)))
            .Select(SourceTree.Relative);

        Assert.Empty(bad);
    }

    [GeneratedRegex(@"<(summary|returns|remarks|param name=""\w+"")>\s*(///\s*)*</")]
    private static partial Regex EmptyTag();

    [GeneratedRegex(@"\bSkip\s*=\s*""|#if\s+false")]
    private static partial Regex SwitchedOff();

    [GeneratedRegex(@"[\w\)\]]!(\.|;|\)|,)(?!=)")]
    private static partial Regex NullForgiving();
}
