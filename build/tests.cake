using System.Xml.Linq;

/// Runs the tests one assembly after the other, since libtorch, ONNX Runtime and the decoders share the processors,
/// and adds their results up.
void RunTests(BuildPaths paths, bool slow)
{
    CleanDirectory(paths.TestResults);
    var failedAssemblies = new List<string>();
    foreach (
        var project in GetFiles(paths.Root.FullPath + "/tests/**/*.Tests.csproj")
            .OrderBy(file => file.FullPath, StringComparer.Ordinal)
    )
    {
        var name = project.GetFilenameWithoutExtension().ToString();
        var filter = slow ? "Kind=Slow" : "Kind!=Slow";
        var assembly = paths.Program(name, name).FullPath;
        var exitCode = StartProcess(
            "dotnet",
            $"test \"{assembly}\" --filter \"{filter}\" --logger \"trx;LogFileName={name}.trx\" --results-directory "
                + $"\"{paths.TestResults.FullPath}\" --nologo"
        );
        var results = paths.TestResults.CombineWithFilePath(name + ".trx").FullPath;
        var ran = System.IO.File.Exists(results) ? (int)CountersOf(results).Attribute("executed") : 0;
        if (ran == 0 && !slow)
        {
            Console.Error.WriteLine($"error: {name} ran no test.");
        }
        if (exitCode != 0 || (ran == 0 && !slow))
        {
            failedAssemblies.Add(name);
        } // some projects have no slow tests
    }
    var counters = GetFiles(paths.TestResults.FullPath + "/*.trx").Select(file => CountersOf(file.FullPath)).ToArray();
    int Sum(string attribute) => counters.Sum(counter => (int)counter.Attribute(attribute));
    var failed = Sum("failed") + Sum("error") + Sum("timeout") + Sum("aborted");
    // a crash, or no test at all, leaves no counter
    var broken = failedAssemblies.Count > 0 && failed == 0 ? failedAssemblies.Count : 0;
    if (failedAssemblies.Count > 0)
    {
        Console.Error.WriteLine(
            $"error: Tests failed in: {string.Join(", ", failedAssemblies)}. "
                + $"Their results are in {paths.Root.GetRelativePath(paths.TestResults)}."
        );
    }
    if (Sum("passed") == 0)
    {
        Console.Error.WriteLine("error: No test ran.");
    }
    Console.WriteLine($"{Sum("passed")} passed, {failed + broken} failed");
    Console.Out.Flush();
    // so that the line above is the last one
    Environment.Exit(failedAssemblies.Count > 0 || Sum("passed") == 0 ? 1 : 0);
}

XElement CountersOf(string results) =>
    XDocument.Load(results).Descendants().First(element => element.Name.LocalName == "Counters");
