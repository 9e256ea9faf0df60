using System.Text.RegularExpressions;

/// Builds the solution, or the part of it in a solution filter. A package that no NuGet source has is named once, not
/// once for each project that wants it.
void Build(BuildPaths paths, FilePath solution)
{
    var options = $"--configuration {paths.Configuration} --nologo --verbosity quiet -clp:NoSummary {Properties()}";
    var arguments = $"build {Quote(solution.FullPath)} {options}";
    var exitCode = RunRestoring(arguments, Console.WriteLine, out var missing, out var unreachable);
    if (unreachable.Length > 0)
    {
        Stop(2, unreachable);
    }
    if (missing.Length > 0)
    {
        var names = string.Join(", ", missing);
        Stop(2, $"The NuGet sources lack {names}. 'dotnet nuget list source' lists them: add one that has it.");
    }

    if (exitCode != 0)
    {
        Environment.Exit(exitCode);
    }
}

/// Runs dotnet, and keeps back what NuGet says of packages that no source has (NU1101 to NU1103) and of sources that do
/// not answer (NU1301): once for each project, in many lines.
int RunRestoring(string arguments, Action<string> write, out string[] missing, out string unreachable)
{
    var lacking = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
    var silent = new List<string>();
    var settings = new ProcessSettings { Arguments = arguments, RedirectStandardOutput = true };
    settings.RedirectedStandardOutputHandler = line =>
    {
        var error = Regex.Match(line ?? "", @"error NU(?<code>110[123]|1301): *(?<text>.*?)( \[[^\]]*\])?$");
        var text = error.Groups["text"].Value;
        var package = Regex.Match(text, @"^Unable to find (a stable )?package (?<name>[\w.-]*\w)").Groups["name"];
        if (package.Success)
        {
            lacking.Add(package.Value);
        }
        else if (error.Groups["code"].Value == "1301")
        {
            silent.Add(text);
        }
        else if (line is not null && !error.Success)
        {
            write(line);
        }
        return line;
    };
    var exitCode = StartProcess("dotnet", settings);
    missing = lacking.ToArray();
    unreachable = string.Join(" ", silent.Distinct().Take(2));
    return exitCode;
}

void TrainAndExport(BuildPaths paths)
{
    var recipe = Argument("recipe", "recipes/cats-dogs-cifar.yaml");
    var artifacts = Argument("artifacts", "artifacts");
    var arguments = $"--recipe {Quote(recipe)} --artifacts {Quote(artifacts)}";
    foreach (var change in Arguments<string>("set", Array.Empty<string>()))
    {
        arguments += $" --set {Quote(change)}";
    }
    if (HasArgument("force"))
    {
        arguments += " --force";
    }
    if (Text("torch") is string torch)
    {
        Environment.SetEnvironmentVariable("PIPELINE_TORCH", System.IO.Path.GetFullPath(torch));
    }

    var name = System
        .IO.File.ReadLines(recipe)
        .First(line => line.StartsWith("name:"))
        .Substring("name:".Length)
        .Split('#')[0]
        .Trim(' ', '"', '\'');
    var latest = System.IO.Path.Combine(artifacts, name, "latest");
    var before = TargetOf(latest);
    Run("dotnet", $"{paths.Program("Pipeline.Trainer.Cli", "pipeline-train")} train {arguments}");

    // ML.NET has the last word on a new run: its own scores and metrics of the same images
    if (TargetOf(latest) != before)
    {
        EvaluateMLNet(paths, $"--run {Quote(latest)}");
    }
}

/// The run that 'latest' stands for: a link, or on Windows a file that names it.
string TargetOf(string latest) =>
    System.IO.File.Exists(latest) ? System.IO.File.ReadAllText(latest) : new System.IO.DirectoryInfo(latest).LinkTarget;

/// Without --run, --model and --folder: the newest run of the default recipe.
void EvaluateMLNet(BuildPaths paths)
{
    var options = new[] { "run", "model", "folder", "predictions", "evaluation" }
        .Where(name => HasArgument(name))
        .Select(name => $"--{name} {Quote(Text(name))}")
        .ToArray();
    EvaluateMLNet(paths, options.Length > 0 ? string.Join(' ', options) : "--run artifacts/cats-dogs-cifar/latest");
}

void EvaluateMLNet(BuildPaths paths, string arguments) =>
    Run("dotnet", $"{paths.Program("Pipeline.Inference.MLNet.Cli", "pipeline-evaluate-mlnet")} {arguments}");

/// Hands the named options of this command line on to a program.
void RunProgram(BuildPaths paths, string project, string name, string verb, params string[] options)
{
    var given = options
        .Where(option => HasArgument(option))
        .Select(option => $"--{option} {Quote(Argument<string>(option))}");
    Run("dotnet", $"{paths.Program(project, name)} {verb} {string.Join(' ', given)}");
}

string Quote(string value) => "\"" + value.Replace("\"", "\\\"") + "\"";
