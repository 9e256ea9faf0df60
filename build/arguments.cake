/// What each target takes from the command line, beyond what all take. A name ending in '!' must be given; what is
/// checked here fails before anything is built.
static readonly string[] CommonArguments = { "target", "gpu", "verbosity" };

static readonly Dictionary<string, string[]> TargetArguments = new(StringComparer.Ordinal)
{
    ["train-and-export"] = new[] { "recipe", "artifacts", "set", "force", "torch" },
    ["score"] = new[] { "model!", "folder!", "output", "format" },
    ["evaluate"] = new[] { "model!", "folder!", "output", "predictions" },
    ["evaluate-mlnet"] = new[] { "run", "model", "folder", "predictions", "evaluation" },
    ["pack"] = new[] { "runtimes" },
    ["test-slow"] = new[] { "runtimes" },
    ["format"] = new[] { "check" },
};

/// Ends the build with one message and an exit code of ours: 2 is bad usage or input.
void Stop(int exitCode, string message)
{
    Console.Error.WriteLine($"error: {message}");
    Environment.Exit(exitCode);
}

void CheckArguments(string target)
{
    var targets = Tasks.Select(task => task.Name).ToArray();
    if (!targets.Contains(target))
    {
        Stop(
            2,
            $"There is no target '{target}'. Did you mean '{Nearest(target, targets)}'? Targets: "
                + $"{string.Join(", ", targets)}."
        );
    }

    var taken = TargetArguments.GetValueOrDefault(target, new string[0]);
    var known = taken.Select(name => name.TrimEnd('!')).Concat(CommonArguments).ToArray();
    foreach (var name in Context.Arguments.GetArguments().Keys.Where(name => !known.Contains(name.ToLowerInvariant())))
    {
        Stop(
            2,
            $"Target '{target}' takes no argument '--{name}'. Did you mean '--{Nearest(name, known)}'? It takes: "
                + $"{string.Join(", ", known.Select(other => "--" + other))}."
        );
    }

    foreach (
        var name in taken
            .Where(name => name.EndsWith('!'))
            .Select(name => name.TrimEnd('!'))
            .Where(name => Text(name) is null)
    )
    {
        Stop(
            2,
            $"Target '{target}' needs --{name}, "
                + $"such as --{name}={(name == "model" ? "artifacts/cats-dogs-cifar/latest/model.onnx" : "photos")}."
        );
    }

    // there 'latest' is a file that names a folder, which the program follows
    var files = IsRunningOnWindows() ? new[] { "recipe" } : new[] { "recipe", "model" };
    foreach (var name in files.Where(name => Text(name) is string path && !System.IO.File.Exists(path)))
    {
        Stop(2, $"--{name}: the file '{Text(name)}' does not exist. Paths start from {Environment.CurrentDirectory}.");
    }

    foreach (var name in new[] { "folder", "torch" })
    {
        if (Text(name) is not string folder || System.IO.Directory.Exists(folder))
        {
            continue;
        }
        Stop(2, $"--{name}: the folder '{folder}' does not exist. Paths start from {Environment.CurrentDirectory}.");
    }
}

/// The value of an argument, null when it was not given; one without a value is an error but for flags.
string Text(string name)
{
    if (!HasArgument(name))
    {
        return null;
    }
    var value = Argument<string>(name, "");
    if (string.IsNullOrWhiteSpace(value))
    {
        Stop(2, $"--{name} has no value. Write --{name}=value.");
    }
    return value;
}

/// The name with the smallest edit distance (Levenshtein 1966).
string Nearest(string text, IEnumerable<string> names) =>
    names.MinBy(name =>
    {
        var row = Enumerable.Range(0, name.Length + 1).ToArray();
        for (var i = 1; i <= text.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= name.Length; j++)
            {
                (diagonal, row[j]) = (
                    row[j],
                    Math.Min(diagonal + (text[i - 1] == name[j - 1] ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1)
                );
            }
        }

        return row[^1];
    });
