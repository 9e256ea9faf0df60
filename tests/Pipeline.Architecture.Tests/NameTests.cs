using System.Text.RegularExpressions;

namespace Pipeline.Architecture.Tests;

/// <summary>Names that read without their declaration.</summary>
public sealed partial class NameTests
{
    private static readonly string[] Folders = ["core/", "trainer/", "inference/"];

    [Fact]
    public void Method_Names_AreVerbsThatSayWhatIsDone()
    {
        IEnumerable<string> bad =
            from path in Sources()
            from Match match in NamelessMethod().Matches(File.ReadAllText(path))
            select $"{SourceTree.Relative(path)}: {match.Groups["name"].Value}";

        Assert.Empty(bad);
    }

    [Fact]
    public void Type_Names_AreThereOnce()
    {
        IEnumerable<string> twice =
            from path in Sources()
            from Match match in TopLevelType().Matches(File.ReadAllText(path))
            where match.Groups["name"].Value != "Program" && !match.Value.Contains("partial", StringComparison.Ordinal)
            group SourceTree.Relative(
                path
            ) by $"{match.Groups["name"].Value}{match.Groups["generic"].Value}" into places
            where places.Distinct().Count() > 1
            select $"{places.Key}: {string.Join(", ", places)}";

        Assert.Empty(twice);
    }

    private static IEnumerable<string> Sources() =>
        SourceTree.Files("*.cs").Where(path => Folders.Any(SourceTree.Relative(path).StartsWith));

    [GeneratedRegex(
        @"^\s*(public|internal|private|protected)[^=;(]*\s(?<name>Of|That|Say|IsIt|Ask)\(",
        RegexOptions.Multiline
    )]
    private static partial Regex NamelessMethod();

    [GeneratedRegex(
        @"^(public|internal)[\w ]*\b(class|record struct|record|struct|enum|interface) (?<name>\w+)(?<generic><\w+>)?",
        RegexOptions.Multiline
    )]
    private static partial Regex TopLevelType();
}
