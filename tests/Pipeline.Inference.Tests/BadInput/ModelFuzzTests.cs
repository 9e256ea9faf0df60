using System.Globalization;
using System.Text;
using Pipeline.Core.Errors;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.BadInput;

/// <summary>
/// Damaged models: each is refused by the one exception, or loads and answers. The cases run in a process of their own,
/// since ONNX Runtime reads the file in native code; the file that a crash happened on is left behind and named.
/// </summary>
public sealed class ModelFuzzTests
{
    private const int Cases = 6000;
    private const string FolderVariable = "PIPELINE_FUZZ_FOLDER";

    private static readonly string[] Bases = ["colors", "no-golden", "nan-on-black", "wrong-class-count"];

    [Fact]
    [Trait("Kind", "Slow")]
    public async Task Load_DamagedModels_NeverEndsTheProcess()
    {
        string folder = Directory.CreateTempSubdirectory("pipeline-model-fuzz-").FullName;
        Outcome child = await ChildProcess.RunAsync(
            ".",
            [
                "dotnet",
                typeof(ModelFuzzTests).Assembly.Location,
                "-explicit",
                "only",
                "-method",
                $"{typeof(ModelFuzzTests).FullName}.{nameof(Load_EachCase_IsRefusedOrAnswers)}",
            ],
            (FolderVariable, folder)
        );

        string counts = Path.Combine(folder, "counts.txt");
        Assert.True(
            child.ExitCode == 0 && File.Exists(counts),
            $"exit code {child.ExitCode}, the model is {folder}/case.onnx: {child.Output} {child.Error}"
        );
        TestContext.Current.SendDiagnosticMessage(await File.ReadAllTextAsync(counts));
        Directory.Delete(folder, recursive: true);
    }

    [Fact(Explicit = true)] // run by the test above only
    [Trait("Kind", "Slow")]
    public void Load_EachCase_IsRefusedOrAnswers()
    {
        string folder =
            Environment.GetEnvironmentVariable(FolderVariable)
            ?? throw new InvalidOperationException($"{FolderVariable} is not set.");
        byte[] picture = TestPictures.PngOf("red");
        byte[][] bases = [.. Bases.Select(name => File.ReadAllBytes(TestModels.Path(name)))];
        string path = Path.Combine(folder, "case.onnx");
        int refused = 0;
        for (int seed = 0; seed < Cases; seed++)
        {
            byte[] model = bases[seed % bases.Length];
            File.WriteAllBytes(
                path,
                seed % 2 == 0 ? Mutations.Damage(seed, model, bases[0]) : DamageContract(seed, model)
            );
            try
            {
                using ImageClassifier classifier = ImageClassifier.Load(
                    path,
                    new ScoringOptions { Threads = 1, Device = ScoringDevice.Cpu }
                );
                _ = classifier.Classify(picture);
            }
            catch (ModelContractException)
            {
                refused++;
            }
            catch (Exception error)
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"case {seed}: {error}"));
            }
        }

        File.WriteAllText(
            Path.Combine(folder, "counts.txt"),
            string.Create(CultureInfo.InvariantCulture, $"{Cases} models, {refused} refused")
        );
    }

    /// <summary>
    /// Changes characters of the JSON in the metadata and leaves its length, so that the file around it stays a good
    /// one.
    /// </summary>
    private static byte[] DamageContract(int seed, byte[] model)
    {
        const string Letters = "0123456789-+.eE\"'[]{},:truefalsnb\\u \t";
        var random = new Random(seed);
        byte[] damaged = [.. model];
        int start = model.AsSpan().IndexOf("pipeline."u8);
        int length = model.AsSpan().LastIndexOf("}"u8) - start;
        for (int hits = random.Next(1, 4); hits > 0; hits--)
        {
            int at;
            do
            {
                at = start + random.Next(length);
            } while (model[at] is < 0x20 or > 0x7E);

            damaged[at] = Encoding.ASCII.GetBytes(Letters)[random.Next(Letters.Length)];
        }

        return damaged;
    }
}
