using System.Text.RegularExpressions;
using System.Xml.Linq;

/// The packages that the nuget route stands on and some feeds do not have. ONNX Runtime's natives and libtorch are large and come with these.
static readonly string[] FeedPackages = { "TorchSharp", "TorchSharp-cpu", "Microsoft.ML.OnnxRuntime.Managed", "NetVips.Native" };
static readonly TimeSpan FeedTimeLimit = TimeSpan.FromSeconds(60);

string route;

/// Where TorchSharp, ONNX Runtime and libvips come from: nuget or local. --packages= decides; else what was found out once; else the feed is asked.
string PackageRoute(BuildPaths paths) => route ??= ChooseRoute(paths);

string ChooseRoute(BuildPaths paths)
{
    var asked = Argument("packages", "");
    var stored = System.IO.File.Exists(paths.PackagesCache.FullPath) ? XDocument.Load(paths.PackagesCache.FullPath).Descendants("PackagesFound").FirstOrDefault()?.Value : null;
    if (asked == "local" || (asked is "" or "nuget" && stored == "nuget")) { return asked == "" ? stored : asked; }
    if (asked == "" && stored == "local") { return stored; }

    var (missing, reason) = AskFeed(paths);
    if (asked == "nuget")
    {
        if (reason is not null) { Stop(2, $"--packages=nuget: {reason}. Add a source that has {(missing.Length == 1 ? "it" : "them")} to NuGet.config, or build with --packages=local."); }
        return asked;
    }

    var found = reason is null ? "nuget" : "local";
    reason ??= $"the feed has {string.Join(", ", FeedPackages)}";
    EnsureDirectoryExists(paths.PackagesCache.GetDirectory());
    System.IO.File.WriteAllText(paths.PackagesCache.FullPath, $"<Project>\n  <!-- {reason.Replace("--", "- -")} -->\n  <PropertyGroup>\n    <PackagesFound>{found}</PackagesFound>\n  </PropertyGroup>\n</Project>\n");
    Information("Packages: {0}, since {1}. Stored in {2}; --packages=nuget, local or auto (ask again) changes it.", found, reason, paths.Root.GetRelativePath(paths.PackagesCache));
    return found;
}

/// Restores the packages alone, without what they depend on, from the configured sources: credentials and mirrors count as they do in a build.
(string[] Missing, string Reason) AskFeed(BuildPaths paths)
{
    var folder = paths.Artifacts.Combine("obj/feed-question");
    EnsureDirectoryExists(folder);
    var versions = XDocument.Load(paths.Root.CombineWithFilePath("Directory.Packages.props").FullPath).Descendants("PackageVersion").ToDictionary(item => (string)item.Attribute("Include"), item => (string)item.Attribute("Version"));
    var downloads = string.Concat(FeedPackages.Select(name => $"<PackageDownload Include=\"{name}\" Version=\"[{versions[name]}]\" />"));
    foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" }) { System.IO.File.WriteAllText(folder.CombineWithFilePath(name).FullPath, "<Project />"); }
    var project = folder.CombineWithFilePath("question.csproj").FullPath;
    System.IO.File.WriteAllText(project, $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>{downloads}</ItemGroup></Project>");

    using var restore = StartAndReturnProcess("dotnet", new ProcessSettings { Arguments = $"restore \"{project}\" --nologo --verbosity quiet", RedirectStandardOutput = true, RedirectStandardError = true });
    var lines = System.Threading.Tasks.Task.Run(() => restore.GetStandardOutput().ToArray());
    if (!lines.Wait(FeedTimeLimit))
    {
        restore.Kill();
        return (FeedPackages, $"the feed did not answer within {FeedTimeLimit.TotalSeconds:0} seconds");
    }

    restore.WaitForExit();
    if (restore.GetExitCode() == 0) { return (new string[0], null); }
    var text = string.Join("\n", lines.Result);
    var missing = FeedPackages.Where(name => Regex.IsMatch(text, $@"NU110[123]: .*package {Regex.Escape(name)}[. ]")).ToArray();
    var fault = Regex.Match(text, @"NU\d+: [^\r\n\[]+").Value.Trim();
    return missing.Length > 0
        ? (missing, $"the feed has no {string.Join(", ", missing.Select(name => $"{name} {versions[name]}"))}")
        : (FeedPackages, $"the feed cannot be asked ({(fault.Length > 0 ? fault : "dotnet restore failed")})");
}
