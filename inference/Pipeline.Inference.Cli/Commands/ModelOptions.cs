using System.CommandLine;
using System.Globalization;
using Pipeline.CommandLine;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Cli.Output;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Cli.Commands;

/// <summary>The options that every verb with a model has.</summary>
internal sealed class ModelOptions
{
    private const long DefaultMemory = 4_000_000_000;

    private readonly Option<string> model = new("--model", "-m")
    {
        Description = "The exported model, a .onnx file.",
        Required = true,
    };
    private readonly Option<int> threads = Positive(
        "--threads",
        "Threads of one run of the network. Default: all processors, shared by the runs that go on side by side.",
        null,
        1024
    );
    private readonly Option<string> device = Choice("--device", "Where the network runs.", ScoringDevice.Auto);
    private readonly Option<int> deviceIndex = new("--device-index")
    {
        Description = "Which of several GPUs, from 0.",
        DefaultValueFactory = _ => 0,
    };
    private readonly Option<string> policy = Choice(
        "--device-policy",
        "What to do when the device that was named cannot be used.",
        DevicePolicy.Fail
    );

    private readonly Option<string?> preprocessing = new("--preprocessing")
    {
        Description = "JSON file that says how a model from elsewhere is called (docs/reference/files.md).",
    };
    private readonly Option<string?> labels = new("--labels")
    {
        Description = "With --preprocessing: text file with a class name per line, when the JSON file has none.",
    };

    private readonly Option<int> timeout = new("--timeout")
    {
        Description = "Longest time for opening the model and for each run of it, in seconds; 0 is no limit.",
        DefaultValueFactory = _ => 60,
        HelpName = "n",
    };
    private readonly Option<int?> memory = new("--memory-limit")
    {
        Description =
            "Memory that the program may take, in GB; 0 is no limit. Default on a CPU under Linux: "
            + "4 and eight times the model's file.",
        HelpName = "n",
    };

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="hasModel">Whether the model is an option; some verbs take models as arguments.</param>
    internal ModelOptions(Command command, bool hasModel = true)
    {
        if (hasModel)
        {
            command.Options.Add(model);
        }

        command.Options.Add(threads);
        command.Options.Add(device);
        command.Options.Add(deviceIndex);
        deviceIndex.Validators.Add(result =>
        {
            if (
                result.Tokens.Count > 0
                && !byte.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            )
            {
                result.AddError($"--device-index is '{result.Tokens[0].Value}', expected a number from 0 to 255.");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(labels) is not null && result.GetResult(preprocessing) is null)
            {
                result.AddError(
                    "--labels goes with --preprocessing, for a model from elsewhere; "
                        + "a model of ours knows its labels. Give both or none."
                );
            }
        });
        command.Options.Add(policy);
        command.Options.Add(timeout);
        command.Options.Add(memory);
        foreach (Option option in new Option[] { timeout, memory })
        {
            option.Validators.Add(result =>
            {
                if (
                    result.Tokens.Count > 0
                    && !(
                        int.TryParse(
                            result.Tokens[0].Value,
                            NumberStyles.None,
                            CultureInfo.InvariantCulture,
                            out int given
                        )
                        && given <= 86_400
                    )
                )
                {
                    result.AddError(
                        $"{option.Name} is '{result.Tokens[0].Value}', expected a whole number from 0 to 86400."
                    );
                }
            });
        }

        command.Options.Add(preprocessing);
        command.Options.Add(labels);
    }

    /// <summary>The path that was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Path of the model.</returns>
    internal string Path(ParseResult parsed) => parsed.GetRequiredValue(model);

    /// <summary>The model and the files that explain it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Their paths; <c>null</c> for one that was not given.</returns>
    internal IReadOnlyList<string?> Files(ParseResult parsed) =>
        [parsed.GetValue(model), parsed.GetValue(preprocessing), parsed.GetValue(labels)];

    /// <summary>How to run the model.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Options without a batch size.</returns>
    internal ScoringOptions Scoring(ParseResult parsed) =>
        new()
        {
            Threads = GivenThreads(parsed) ?? Environment.ProcessorCount,
            Device = WireNames.Parse<ScoringDevice>(parsed.GetRequiredValue(device), "--device"),
            DeviceIndex = parsed.GetValue(deviceIndex),
            DevicePolicy = WireNames.Parse<DevicePolicy>(parsed.GetRequiredValue(policy), "--device-policy"),
            Overdue = Programs.EndByInput,
            Timeout = parsed.GetValue(timeout) is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            PreprocessingFile = parsed.GetValue(preprocessing),
            LabelsFile = parsed.GetValue(labels),
        };

    /// <summary>
    /// Bounds what the program may take, before it opens a model: a graph from a stranger may ask for any amount.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="models">Paths of the models.</param>
    internal void LimitMemory(ParseResult parsed, params IEnumerable<string> models)
    {
        long files = models.Where(File.Exists).Sum(path => new FileInfo(path).Length);
        bool isOnCpu = parsed.GetRequiredValue(device) == WireNames.ToKebab(ScoringDevice.Cpu) || !HasCuda();
        long limit =
            parsed.GetValue(memory) is { } given ? given * 1_000_000_000L
            : isOnCpu ? DefaultMemory + (8 * files)
            : 0;
        if (limit > 0)
        {
            MemoryLimit.Set(limit);
        }
    }

    // CUDA maps far more than it takes.
    private static bool HasCuda() =>
        Environment.GetEnvironmentVariable("PIPELINE_ONNXRUNTIME") is { Length: > 0 }
        || Directory
            .EnumerateFiles(AppContext.BaseDirectory, "*onnxruntime_providers_cuda*", SearchOption.AllDirectories)
            .Any();

    /// <summary>The number of threads, if it was given and is not the default.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The number; <c>null</c> when it was not given.</returns>
    internal int? GivenThreads(ParseResult parsed) => Given(parsed, threads);

    /// <summary>The value of an option, if it was given and is not the default.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option.</param>
    /// <returns>The value; <c>null</c> when it was not given.</returns>
    internal static int? Given(ParseResult parsed, Option<int> option) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;

    /// <summary>Loads the model.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The classifier. Owned by the caller.</returns>
    internal ImageClassifier Load(ParseResult parsed)
    {
        LimitMemory(parsed, Path(parsed));
        return ImageClassifier.Load(Path(parsed), Scoring(parsed), new FallbackLogger());
    }

    /// <summary>An option that takes a number from 1.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">For the help.</param>
    /// <param name="value">
    /// Default; <c>null</c> when it depends on something else, and is asked for with <see cref="Given"/>.
    /// </param>
    /// <param name="largest">Largest number accepted.</param>
    /// <returns>The option.</returns>
    internal static Option<int> Positive(string name, string description, int? value, int largest)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "n" };
        if (value is { } number)
        {
            option.DefaultValueFactory = _ => number;
        }

        option.Validators.Add(result =>
        {
            if (
                result.Tokens.Count > 0
                && !(
                    int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int given)
                    && given >= 1
                    && given <= largest
                )
            )
            {
                result.AddError($"{name} is '{result.Tokens[0].Value}', expected a number from 1 to {largest}.");
            }
        });
        return option;
    }

    /// <summary>An option that takes one of a few words.</summary>
    /// <typeparam name="T">String or nullable string.</typeparam>
    /// <param name="option">The option. Borrowed.</param>
    /// <param name="words">The words.</param>
    /// <returns>The same option.</returns>
    internal static Option<T> OneOf<T>(Option<T> option, params string[] words)
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            string? word = result.Tokens.Count > 0 ? result.Tokens[0].Value : null;
            if (word is not null && !words.Contains(word, StringComparer.Ordinal))
            {
                result.AddError($"{option.Name} is '{word}', expected one of: {string.Join(", ", words)}.");
            }
        });
        return option;
    }

    /// <summary>An option that takes a value of an enum.</summary>
    /// <typeparam name="T">The enum.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="description">For the help.</param>
    /// <param name="value">Default.</param>
    /// <returns>The option.</returns>
    internal static Option<string> Choice<T>(string name, string description, T value)
        where T : struct, Enum =>
        OneOf(
            new Option<string>(name) { Description = description, DefaultValueFactory = _ => WireNames.ToKebab(value) },
            [.. Enum.GetValues<T>().Select(WireNames.ToKebab)]
        );
}
