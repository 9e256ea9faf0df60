using ArchUnitNET.Loader;

namespace Pipeline.Architecture.Tests;

/// <summary>
/// Folders point one way: no namespace uses, by whatever way, one that uses it. Read from the compiled assemblies;
/// arrows between assemblies are those of the project files, which <see cref="ProjectReferenceTests"/> holds.
/// </summary>
public sealed class CircleTests
{
    private static readonly string[] Programs =
    [
        "Pipeline.Trainer.Cli",
        "Pipeline.Inference.Cli",
        "Pipeline.Inference.MLNet.Cli",
        "Pipeline.Inference.ImageSharp",
    ];

    public static TheoryData<string> Projects => [.. Programs];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_OfAProgramAndItsLibraries_AreOnNoCircle(string project)
    {
        string folder = Directory
            .GetDirectories(Path.Combine(SourceTree.Root, "artifacts", "bin", project))
            .OrderByDescending(Directory.GetLastWriteTimeUtc)
            .First();
        ArchUnitNET.Domain.Architecture built = new ArchLoader().LoadFilteredDirectory(folder, "*ipeline*.dll").Build();
        Assert.True(built.Types.Count() > 20, $"'{folder}' has only {built.Types.Count()} types.");

        IReadOnlyDictionary<string, IReadOnlySet<string>> uses = Uses(built);

        string[] arrows =
        [
            .. uses.SelectMany(pair =>
                pair.Value.Where(other => Reachable(other, uses).Contains(pair.Key))
                    .Select(other => $"{pair.Key} -> {other}")
            ),
        ];
        Assert.True(
            arrows.Length == 0,
            $"Arrows on a circle:\n{string.Join('\n', arrows.Order(StringComparer.Ordinal))}"
        );
    }

    private static Dictionary<string, IReadOnlySet<string>> Uses(ArchUnitNET.Domain.Architecture built) =>
        built
            .Types.Where(type => IsOurs(type.Namespace?.FullName ?? string.Empty))
            .GroupBy(type => type.Namespace.FullName)
            .ToDictionary(
                group => group.Key,
                IReadOnlySet<string> (group) =>
                    group
                        .SelectMany(type =>
                            type.Dependencies.Where(dependency => dependency.Target.Assembly == type.Assembly)
                        )
                        .Select(dependency => dependency.Target.Namespace?.FullName)
                        .OfType<string>()
                        .Where(name => IsOurs(name) && name != group.Key)
                        .ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal
            );

    private static bool IsOurs(string name) => name.StartsWith("Pipeline.", StringComparison.Ordinal);

    private static HashSet<string> Reachable(string from, IReadOnlyDictionary<string, IReadOnlySet<string>> uses)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([from]);
        while (next.TryPop(out string? name))
        {
            foreach (string other in uses.GetValueOrDefault(name, new HashSet<string>()).Where(found.Add))
            {
                next.Push(other);
            }
        }

        return found;
    }
}
