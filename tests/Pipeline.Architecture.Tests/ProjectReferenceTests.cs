using System.Xml.Linq;

namespace Pipeline.Architecture.Tests;

/// <summary>The arrows between projects, read from the project files; any other edge fails.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Pipeline.Core"] = [],
        ["Pipeline.CommandLine"] = ["Pipeline.Core"],
        ["Pipeline.Onnx"] = [],
        ["Pipeline.Networks"] = ["Pipeline.Core", "Pipeline.Onnx"],
        ["Pipeline.Torch"] = [],
        ["Pipeline.Trainer"] = ["Pipeline.Networks", "Pipeline.Torch"],
        ["Pipeline.Export"] = ["Pipeline.Networks", "Pipeline.Onnx"],
        ["Pipeline.Inference"] = ["Pipeline.Core"],
        ["Pipeline.Inference.MLNet"] = ["Pipeline.Inference"],
        ["Pipeline.Inference.ImageSharp"] = ["Pipeline.Inference"],
        ["Pipeline.Inference.Cli"] = ["Pipeline.CommandLine", "Pipeline.Inference"],
        ["Pipeline.Inference.MLNet.Cli"] = ["Pipeline.CommandLine", "Pipeline.Inference.MLNet"],
        ["Pipeline.Training"] = ["Pipeline.Export", "Pipeline.Inference", "Pipeline.Trainer"],
        ["Pipeline.Trainer.Cli"] = ["Pipeline.CommandLine", "Pipeline.Training"],
    };

    public static TheoryData<string> Projects =>
        [.. ProjectFiles().Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_AreThoseOfTheDesign(string project)
    {
        string path = ProjectFiles().Single(file => Path.GetFileNameWithoutExtension(file) == project);

        string[] references =
        [
            .. XDocument
                .Load(path)
                .Descendants("ProjectReference")
                .Select(reference =>
                    Path.GetFileNameWithoutExtension(
                        (reference.Attribute("Include")?.Value ?? string.Empty).Replace('\\', '/')
                    )
                )
                .Order(StringComparer.Ordinal),
        ];

        Assert.True(
            Allowed.TryGetValue(project, out string[]? allowed),
            $"Project '{project}' is new: say here what it may reference."
        );
        Assert.Equal(allowed, references);
    }

    [Theory]
    [InlineData("Pipeline.Inference", "TorchSharp")]
    [InlineData("Pipeline.Inference.Cli", "TorchSharp")]
    [InlineData("Pipeline.Trainer", "Microsoft.ML.OnnxRuntime")]
    public void Assembly_Built_DoesNotCarryTheOtherEngine(string project, string stranger)
    {
        string output = Path.Combine(Root, "artifacts", "bin", project);

        IEnumerable<string> assemblies = Directory
            .EnumerateFiles(output, "*.dll", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file));

        Assert.NotEmpty(assemblies);
        Assert.DoesNotContain(stranger, assemblies);
    }

    [Fact]
    public void Solution_ListsEveryProject()
    {
        string solution = File.ReadAllText(Path.Combine(Root, "Pipeline.sln"));

        IEnumerable<string> all = SourceTree.Files("*.csproj").Select(path => Path.GetFileName(path));

        Assert.All(all, name => Assert.Contains(name, solution, StringComparison.Ordinal));
    }

    private static string Root => SourceTree.Root;

    private static IEnumerable<string> ProjectFiles() =>
        SourceTree
            .Files("*.csproj")
            .Where(path => SourceTree.Relative(path).Split('/')[0] is "core" or "trainer" or "inference" or "reports");
}
