using System.IO.Compression;
using System.Security.Cryptography;
using Pipeline.Testing;

namespace Pipeline.Architecture.Tests.Building;

/// <summary>
/// This repository's build script around two projects of a few lines, with a folder as the only NuGet source and caches
/// of its own: nothing here asks a registry, and nothing of it stays.
/// </summary>
public sealed class BuildTree : IDisposable
{
    private const string Solution = """
        Microsoft Visual Studio Solution File, Format Version 12.00
        Project("{9A19103F}") = "One", "One/One.csproj", "{00000001}"
        EndProject
        Project("{9A19103F}") = "Two", "Two/Two.csproj", "{00000002}"
        EndProject
        Global
            GlobalSection(SolutionConfigurationPlatforms) = preSolution
                Release|Any CPU = Release|Any CPU
            EndGlobalSection
            GlobalSection(ProjectConfigurationPlatforms) = postSolution
                {00000001}.Release|Any CPU.ActiveCfg = Release|Any CPU
                {00000001}.Release|Any CPU.Build.0 = Release|Any CPU
                {00000002}.Release|Any CPU.ActiveCfg = Release|Any CPU
                {00000002}.Release|Any CPU.Build.0 = Release|Any CPU
            EndGlobalSection
        EndGlobal
        """;

    private readonly TemporaryFolder folder = new();

    /// <summary>Lays the tree out; its feed has what the script and every project need.</summary>
    public BuildTree()
    {
        string[] scripts = Directory.GetFiles(Path.Combine(SourceTree.Root, "build"), "*.cake");
        string[] others =
        [
            "build.sh",
            "build.cake",
            "Directory.Build.props",
            "Directory.Packages.props",
            ".config/dotnet-tools.json",
            "build/BannedSymbols.txt",
            "build/npm/package.json",
            "build/npm/package-lock.json",
        ];
        foreach (string name in scripts.Select(SourceTree.Relative).Concat(others))
        {
            folder.Write(name, File.ReadAllText(Path.Combine(SourceTree.Root, name)));
        }

        // the stamp of RestoreNpm, so that npm is not asked
        string[] locks = ["build/npm/package-lock.json", "build/npm/package.json"];
        byte[] npm = [.. locks.SelectMany(name => File.ReadAllBytes(folder[name]))];
        folder.Write("build/npm/node_modules/.restored", Convert.ToHexString(SHA256.HashData(npm)));
        folder.Write(
            "NuGet.config",
            $"""
            <configuration>
              <packageSources><clear /><add key="folder" value="{folder["feed"]}" /></packageSources>
            </configuration>
            """
        );
        folder.Write("Pipeline.sln", Solution);
        Directory.CreateDirectory(folder["feed"]);
        TakeFromCache("cake.tool");
        TakeFromCache("microsoft.codeanalysis.bannedapianalyzers");
    }

    /// <summary>Path of something in the tree.</summary>
    internal string this[string name] => folder[name];

    /// <summary>Makes both projects: libraries without code, with these items and targets.</summary>
    internal void WriteProjects(string content)
    {
        foreach (string name in new[] { "One", "Two" })
        {
            folder.Write($"{name}/{name}.csproj", $"""<Project Sdk="Microsoft.NET.Sdk">{content}</Project>""");
        }
    }

    /// <summary>Puts an empty package into the feed.</summary>
    internal void AddPackage(string id, string version)
    {
        using ZipArchive archive = ZipFile.Open(folder[$"feed/{id}.{version}.nupkg"], ZipArchiveMode.Create);
        using var nuspec = new StreamWriter(archive.CreateEntry($"{id}.nuspec").Open());
        nuspec.Write(
            $"""
            <package><metadata>
              <id>{id}</id><version>{version}</version><authors>a test</authors><description>empty</description>
            </metadata></package>
            """
        );
    }

    /// <summary>Runs <c>build.sh</c>.</summary>
    internal Task<Outcome> RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync(
            folder.Path,
            ["bash", "build.sh", .. arguments],
            ("DOTNET_CLI_HOME", folder["home"]),
            ("NUGET_PACKAGES", folder["packages"])
        );

    /// <inheritdoc />
    public void Dispose() => folder.Dispose();

    private void TakeFromCache(string id)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string? given = Environment.GetEnvironmentVariable("NUGET_PACKAGES");
        string packages = Path.Combine(given ?? Path.Combine(home, ".nuget", "packages"), id);
        foreach (string package in Directory.GetFiles(packages, "*.nupkg", SearchOption.AllDirectories))
        {
            File.Copy(package, Path.Combine(folder["feed"], Path.GetFileName(package)));
        }
    }
}
