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
        ["TorchSharp"] = [],
        ["Pipeline.Torch"] = ["TorchSharp"],
        ["Pipeline.Trainer"] = ["Pipeline.Networks", "Pipeline.Torch", "TorchSharp"],
        ["Pipeline.Export"] = ["Pipeline.Networks", "Pipeline.Onnx"],
        ["Microsoft.ML.OnnxRuntime"] = [],
        ["Pipeline.Inference"] = ["Microsoft.ML.OnnxRuntime", "Pipeline.Core"],
        ["Pipeline.Inference.MLNet"] = ["Pipeline.Inference"],
        ["Pipeline.Inference.ImageSharp"] = ["Pipeline.Inference"],
        ["Pipeline.Inference.Cli"] = ["Pipeline.CommandLine", "Pipeline.Inference"],
        ["Pipeline.Setup.Cli"] = ["Pipeline.CommandLine"],
        ["Pipeline.Trainer.Cli"] = ["Pipeline.CommandLine", "Pipeline.Export", "Pipeline.Inference", "Pipeline.Trainer"],
    };

    public static TheoryData<string> Projects => [.. ProjectFiles().Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_AreThoseOfTheDesign(string project)
    {
        string path = ProjectFiles().Single(file => Path.GetFileNameWithoutExtension(file) == project);

        // OnnxRuntime.props and TorchSharp.props are the one place each that says where an engine comes from
        IEnumerable<string> imported = XDocument.Load(path).Descendants("Import").Select(import => import.Attribute("Project")?.Value ?? string.Empty).Where(file => Path.GetFileName(file) is "OnnxRuntime.props" or "TorchSharp.props");
        IEnumerable<string> files = imported.Select(file => Path.Combine(Path.GetDirectoryName(path) ?? ".", file)).Prepend(path);
        string[] references = [.. files.SelectMany(file => XDocument.Load(file).Descendants("ProjectReference"))
            .Select(reference => Path.GetFileNameWithoutExtension((reference.Attribute("Include")?.Value ?? string.Empty).Replace("$(MSBuildThisFileDirectory)", string.Empty, StringComparison.Ordinal).Replace('\\', '/')))
            .Order(StringComparer.Ordinal)];

        Assert.True(Allowed.TryGetValue(project, out string[]? allowed), $"Project '{project}' is new: say here what it may reference.");
        Assert.Equal(allowed, references);
    }

    [Theory]
    [InlineData("Pipeline.Inference", "TorchSharp")]
    [InlineData("Pipeline.Inference.Cli", "TorchSharp")]
    [InlineData("Pipeline.Trainer", "Microsoft.ML.OnnxRuntime")]
    public void Assembly_Built_DoesNotCarryTheOtherEngine(string project, string stranger)
    {
        string output = Path.Combine(Root, "artifacts", "bin", project);

        IEnumerable<string> assemblies = Directory.EnumerateFiles(output, "*.dll", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file));

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

    [Fact]
    public void NugetFilter_ListsEveryProjectButTheLocalEngines()
    {
        string[] engines = ["TorchSharp.csproj", "TorchSharp.Tests.csproj", "Microsoft.ML.OnnxRuntime.csproj"];
        string filter = File.ReadAllText(Path.Combine(Root, "Pipeline.nuget.slnf"));

        ILookup<bool, string> listed = SourceTree.Files("*.csproj").ToLookup(path => filter.Contains($"\"{SourceTree.Relative(path)}\"", StringComparison.Ordinal), path => Path.GetFileName(path));

        Assert.Equal(engines.Order(StringComparer.Ordinal), listed[false].Order(StringComparer.Ordinal));
    }

    private static string Root => SourceTree.Root;

    private static IEnumerable<string> ProjectFiles() => SourceTree.Files("*.csproj").Where(path => SourceTree.Relative(path).Split('/')[0] is "core" or "trainer" or "inference" or "reports");
}
