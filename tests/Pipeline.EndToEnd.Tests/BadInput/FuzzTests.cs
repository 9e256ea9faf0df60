using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.EndToEnd.Tests.BadInput;

/// <summary>
/// Command lines, recipes and contracts put together at random, through the real programs. Case i is a function of i
/// alone.
/// </summary>
public sealed partial class FuzzTests : IAsyncLifetime
{
    private const int Cases = 500;

    private static readonly string[] Verbs = ["predict", "score", "evaluate", "compare", "verify", "inspect", "merge"];
    private static readonly string[] TrainerVerbs =
    [
        "train",
        "export",
        "quantize",
        "summary",
        "features",
        "lr-find",
        "weights list",
        "weights inspect",
        "weights import",
        "compare",
    ];

    private static readonly string[] Values =
    [
        "images",
        "images/test",
        "images/test/cat/000.png",
        "model.onnx",
        "recipe.yaml",
        "contract.json",
        "notes.txt",
        "list.txt",
        "artifacts/tiny/latest",
        "artifacts/tiny/latest/run.json",
        "artifacts/tiny/latest/checkpoints/best.safetensors",
        "artifacts/tiny/latest/golden.safetensors",
        "out.csv",
        "out.jsonl",
        "out.json",
        "out.onnx",
        "out.safetensors",
        "deep/er/out.csv",
        "e.xlsx",
        "missing",
        "missing/also",
        "",
        " ",
        ".",
        "/dev/null",
        "/dev/full",
        "/proc/self/mem",
        "/proc/1/environ",
        "-",
        "--",
        "-1",
        "0",
        "1",
        "2",
        "3/2",
        "1/2",
        "0/0",
        "NaN",
        "1e999",
        "0.5",
        "99999999999999999999",
        "cpu",
        "cuda",
        "cuda:7",
        "auto",
        "csv",
        "jsonl",
        "uint8",
        "float32",
        "fp16",
        "small",
        "tiny",
        "a=b",
        "models.small.epochs=1",
        "seed=x",
        "é",
        "\u001b[31mred",
        "\u202Egnp.exe",
        "名前",
        "*.png",
        "images/**/*.png",
        "[",
        "{",
        "'",
        "\"",
        "http://127.0.0.1:1/x.png",
        "http://",
        "file:///etc/passwd",
        "@notes.txt",
        "%s%n",
        "C:\\x",
        "x\ny",
    ];

    private readonly Workspace workspace = new Workspace().WithImages().WithRecipe();

    public async ValueTask InitializeAsync()
    {
        Outcome trained = await workspace.TrainAsync();
        Assert.True(trained.ExitCode == 0, trained.Error);
        File.Copy(workspace["artifacts/tiny/latest/model.onnx"], workspace["model.onnx"]);
        workspace.Write("contract.json", Contract);
        workspace.Write("notes.txt", "mine\n");
        workspace.Write("list.txt", "images/test/cat/000.png\nmissing.png\n");
    }

    public ValueTask DisposeAsync()
    {
        workspace.Dispose();
        return ValueTask.CompletedTask;
    }

    private const string Contract = """
        { "labels": ["cat", "dog"],
          "preprocessing": { "version": 3, "resize": "squash", "width": 32, "height": 32, "kernel": "bilinear",
            "antialias": true, "scale": 0.0039, "mean": [0, 0, 0], "std": [1, 1, 1], "inGraph": [] },
          "input": "image", "output": "logits", "provenance": { "source": "here" } }
        """;

    [Fact]
    [Trait("Kind", "Slow")]
    public async Task CommandLine_OfAnyWords_EndsWithAMessageAndChangesNothing()
    {
        var options = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string verb in Verbs.Concat(TrainerVerbs))
        {
            Outcome help = await workspace.RunAsync([.. Program(verb), .. verb.Split(' '), "--help"]);
            options[verb] =
            [
                .. OptionName()
                    .Matches(help.Output)
                    .Select(match => match.Value)
                    .Distinct()
                    .Where(name => name is not ("--help" or "--move-by-label")),
            ];
        }

        await Run(index =>
        {
            var random = new Random(index);
            string verb =
                index % 2 == 0 ? Verbs[random.Next(Verbs.Length)] : TrainerVerbs[random.Next(TrainerVerbs.Length)];
            var words = new List<string>(verb.Split(' '));
            if (random.Next(3) > 0)
            {
                words.AddRange(Good(verb));
            }

            for (int more = random.Next(0, 5); more > 0; more--)
            {
                if (random.Next(4) > 0 && options[verb].Length > 0)
                {
                    string option = options[verb][random.Next(options[verb].Length)];
                    words.Add(random.Next(12) == 0 ? option[..^1] : option);
                }

                if (random.Next(5) > 0)
                {
                    words.Add(Values[random.Next(Values.Length)]);
                }
            }

            return [.. Program(verb), .. words];
        });
    }

    [Fact]
    [Trait("Kind", "Slow")]
    public async Task Recipe_OfAnyText_EndsWithAMessageAndChangesNothing() =>
        await Run(index =>
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"fuzz/{index}.yaml");
            workspace.Write(name, Mutate(index, Workspace.GoodRecipe));
            return [.. Workspace.Train()[..2], index % 3 == 0 ? "train" : "summary", "--recipe", name];
        });

    [Fact]
    [Trait("Kind", "Slow")]
    public async Task Contract_OfAnyText_EndsWithAMessageAndChangesNothing() =>
        await Run(index =>
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"fuzz/{index}.json");
            workspace.Write(name, Mutate(index, Contract));
            return index % 2 == 0
                ?
                [
                    .. Workspace.Train()[..2],
                    "export",
                    "--from",
                    "model.onnx",
                    "--contract",
                    name,
                    "--output",
                    "exported.onnx",
                    "--force",
                ]
                :
                [
                    .. Workspace.Score(
                        "score",
                        "--model",
                        "model.onnx",
                        "--preprocessing",
                        name,
                        "images/test",
                        "--output",
                        "fuzz.csv"
                    ),
                ];
        });

    private async Task Run(Func<int, string[]> commandOf)
    {
        IReadOnlyDictionary<string, string> before = Snapshot();
        var faults = new List<string>();
        for (int index = 0; index < Cases; index++)
        {
            string[] command = commandOf(index);
            Outcome outcome = await workspace.RunAsync(["timeout", "60", .. command]);
            string? fault = FaultOf(outcome) ?? Changed(before);
            if (fault is not null)
            {
                faults.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{index}: {string.Join(' ', command[2..].Select(word => $"'{word}'"))}: "
                            + $"exit code {outcome.ExitCode}: {fault}"
                    )
                );
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} of {Cases}:\n{string.Join('\n', faults)}");
    }

    private static string? FaultOf(Outcome outcome)
    {
        string said = outcome.Error + outcome.Output;
        if (outcome.ExitCode is not (0 or 1 or 2))
        {
            return $"a crash: {said}";
        }

        if (
            said.Contains("fault of the program", StringComparison.Ordinal)
            || MessageAssert.IsStackTrace(said)
            || TypeName().IsMatch(outcome.Error)
        )
        {
            return $"not for users: {said}";
        }

        return said.Any(letter => letter is '\u001b' or '\u202E') ? "it steers the terminal"
            : outcome.ExitCode == 2
            && !outcome.Error.Split('\n').Any(line => line.StartsWith("error: ", StringComparison.Ordinal))
                ? $"no message: {said}"
            : outcome.Error.Length > 6000 ? $"{outcome.Error.Length} characters"
            : null;
    }

    private string? Changed(IReadOnlyDictionary<string, string> before)
    {
        IReadOnlyDictionary<string, string> after = Snapshot();
        string? changed = before.Keys.FirstOrDefault(path => after.GetValueOrDefault(path) != before[path]);
        return changed is not null ? $"changed '{changed}'"
            : workspace.HalfWritten() is { Length: > 0 } left ? $"left '{left[0]}'"
            : null;
    }

    // What a user brought: everything but what commands may write.
    private Dictionary<string, string> Snapshot() =>
        Directory
            .EnumerateFiles(workspace.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(workspace.Path, path))
            .Where(path =>
                path.StartsWith("images/", StringComparison.Ordinal)
                || path is "model.onnx" or "recipe.yaml" or "contract.json" or "notes.txt" or "list.txt"
            )
            .ToDictionary(
                path => path,
                path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(workspace[path]))),
                StringComparer.Ordinal
            );

    private static string[] Program(string verb) =>
        Verbs.Contains(verb, StringComparer.Ordinal) && verb != "compare" ? Workspace.Score() : Workspace.Train()[..2];

    private static string[] Good(string verb) =>
        verb switch
        {
            "predict" or "score" => ["--model", "model.onnx", "images/test"],
            "evaluate" => ["--model", "model.onnx", "--folder", "images/test"],
            "verify" or "inspect" => ["--model", "model.onnx"],
            "train" or "summary" or "lr-find" => ["--recipe", "recipe.yaml"],
            "quantize" or "features" => ["--run", "artifacts/tiny/latest"],
            "export" => ["--checkpoint", "artifacts/tiny/latest/checkpoints/best.safetensors"],
            "weights inspect" or "weights import" => ["artifacts/tiny/latest/checkpoints/best.safetensors"],
            _ => [],
        };

    private static string Mutate(int seed, string text)
    {
        string[] pieces =
        [
            "",
            " ",
            "\t",
            "\n",
            ":",
            "-",
            "{",
            "}",
            "[",
            "]",
            ",",
            "'",
            "\"",
            "null",
            "~",
            "true",
            "-1",
            "0",
            "1e999",
            "99999999999999999999",
            "NaN",
            "!!binary x",
            "&a",
            "*a",
            "\u001b[31m",
            "é",
            "\0",
            "<<: *a",
            "# ",
            "cat",
            "name",
            "2147483648",
        ];
        var random = new Random(seed);
        var changed = new StringBuilder(text);
        for (int hits = random.Next(1, 5); hits > 0; hits--)
        {
            int at = random.Next(changed.Length);
            int length = Math.Min(random.Next(0, 12), changed.Length - at);
            changed
                .Remove(at, length)
                .Insert(
                    at,
                    random.Next(6) == 0
                        ? text.Substring(random.Next(text.Length - 30), 30)
                        : pieces[random.Next(pieces.Length)]
                );
        }

        return changed.ToString();
    }

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex OptionName();

    [GeneratedRegex(@"\b(System|Microsoft|Pipeline|YamlDotNet|TorchSharp)\.[A-Z]\w+")]
    private static partial Regex TypeName();
}
