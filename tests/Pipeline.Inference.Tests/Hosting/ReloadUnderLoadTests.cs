using Pipeline.Core.Contracts;

namespace Pipeline.Inference.Tests.Hosting;

/// <summary>
/// The file is replaced while requests run: every answer must be one of the two models' own, whole, and from the swap
/// on the new one's.
/// </summary>
public sealed class ReloadUnderLoadTests
{
    private const int Callers = 4;
    private const int CallsAfterwards = 20; // per caller
    private static readonly byte[] Green = TestPictures.PngOf("green");

    [Fact]
    public async Task Classify_WhileTheFileIsReplaced_AnswersAsOneOfTheTwoModels()
    {
        using var model = new HostedModel(reload: true);
        model.Classifier.Load();
        Prediction old = HostedModel.Alone("colors", Green);
        Prediction fresh = HostedModel.Alone("other-colors", Green);
        Task replaced = model.Log.Event(HostedModel.Replaced);

        Task<List<(bool IsAfter, Prediction Answer)>>[] callers =
        [
            .. Enumerable.Range(0, Callers).Select(_ => Task.Run(() => Call(model, replaced))),
        ];
        model.Put("other-colors");
        await replaced;
        (bool IsAfter, Prediction Answer)[] all = [.. (await Task.WhenAll(callers)).SelectMany(answers => answers)];

        Assert.All(
            all,
            call =>
                Assert.True(
                    IsOf(call.Answer, old) || IsOf(call.Answer, fresh),
                    $"{call.Answer.Label} {string.Join(' ', call.Answer.Probabilities)}"
                )
        );
        Assert.All(all.Where(call => call.IsAfter), call => Assert.True(IsOf(call.Answer, fresh), call.Answer.Label));
        Assert.Equal(Callers * CallsAfterwards, all.Count(call => call.IsAfter));
        Assert.Contains(all, call => !call.IsAfter);
    }

    [Fact]
    public async Task Classify_WhileFilesComeAndGoManyTimes_NeverFails()
    {
        using var model = new HostedModel();
        model.Classifier.Load();
        Prediction old = HostedModel.Alone("colors", Green);
        Prediction fresh = HostedModel.Alone("other-colors", Green);
        using var stop = new CancellationTokenSource();

        Task<List<Prediction>>[] callers =
        [
            .. Enumerable.Range(0, Callers).Select(_ => Task.Run(() => CallUntil(model, stop.Token))),
        ];
        for (int round = 0; round < 30; round++)
        {
            model.Put(
                (round % 3) switch
                {
                    0 => "other-colors",
                    1 => "wrong-golden",
                    _ => "colors",
                }
            );
            Assert.Equal(round % 3 != 1, model.Classifier.Reload());
        }

        await stop.CancelAsync();
        Prediction[] all = [.. (await Task.WhenAll(callers)).SelectMany(answers => answers)];

        Assert.NotEmpty(all);
        Assert.All(all, answer => Assert.True(IsOf(answer, old) || IsOf(answer, fresh), answer.Error ?? answer.Label));
    }

    [Fact]
    public async Task ClassifyAsync_MicroBatchedWhileFilesComeAndGo_NeverFails()
    {
        using var model = new HostedModel(microBatching: true);
        model.Classifier.Load();
        Prediction old = HostedModel.Alone("colors", Green);
        Prediction fresh = HostedModel.Alone("other-colors", Green);
        using var stop = new CancellationTokenSource();

        Task<List<Prediction>>[] callers =
        [
            .. Enumerable.Range(0, 4 * Callers).Select(_ => Task.Run(() => CallUntilAsync(model, stop.Token))),
        ];
        for (int round = 0; round < 30; round++)
        {
            model.Put(round % 2 == 0 ? "other-colors" : "colors");
            Assert.True(model.Classifier.Reload());
        }

        await stop.CancelAsync();
        Prediction[] all = [.. (await Task.WhenAll(callers)).SelectMany(answers => answers)];

        Assert.Equal(31, model.Classifier.Generation);
        Assert.All(
            all,
            answer => Assert.True(IsNear(answer, old) || IsNear(answer, fresh), answer.Error ?? answer.Label)
        ); // a joined run may sum in another order
    }

    [Fact]
    public async Task Watch_LinkToTheFolderIsSwapped_TakesTheNewModel()
    {
        using var folder = new TemporaryFolder();
        folder.Write("first/model.onnx", File.ReadAllBytes(TestModels.Colors));
        folder.Write("second/model.onnx", File.ReadAllBytes(TestModels.Path("other-colors")));
        Directory.CreateSymbolicLink(folder["latest"], "first");
        var log = new LogRecorder();
        using var classifier = new Inference.Hosting.HostedClassifier(
            string.Empty,
            new()
            {
                ModelPath = folder["latest/model.onnx"],
                ReloadInterval = TimeSpan.FromSeconds(0.1),
                Scoring = HostedModel.Scoring,
            },
            log
        );
        classifier.Load();
        Task<string> replaced = log.Event(HostedModel.Replaced);

        Directory.CreateSymbolicLink(folder["next"], "second");
        Directory.Move(folder["next"], folder["swapped"]);
        File.Delete(folder["latest"]);
        Directory.Move(folder["swapped"], folder["latest"]);
        await replaced;

        Assert.Equal("lime", classifier.Classify(Green, "image").Label);
    }

    [Fact]
    public async Task Watch_BadFile_IsRefusedByItself()
    {
        using var model = new HostedModel(reload: true);
        model.Classifier.Load();

        model.Put([1, 2, 3]);
        string text = await model.Log.Event(HostedModel.Refused);

        Assert.Contains("cannot be used; load 1 answers as before", text, StringComparison.Ordinal);
        Assert.Equal("green", model.Classifier.Classify(Green, "image").Label);
    }

    private static List<(bool IsAfter, Prediction Answer)> Call(HostedModel model, Task replaced)
    {
        var answers = new List<(bool, Prediction)>();
        for (int after = 0; after < CallsAfterwards; )
        {
            bool isAfter = replaced.IsCompleted; // seen before the call begins
            answers.Add((isAfter, model.Classifier.Classify(Green, "image")));
            after += isAfter ? 1 : 0;
        }

        return answers;
    }

    private static List<Prediction> CallUntil(HostedModel model, CancellationToken stop)
    {
        var answers = new List<Prediction>();
        do
        {
            answers.Add(model.Classifier.Classify(Green, "image"));
        } while (!stop.IsCancellationRequested);

        return answers;
    }

    private static async Task<List<Prediction>> CallUntilAsync(HostedModel model, CancellationToken stop)
    {
        var answers = new List<Prediction>();
        do
        {
            using var body = new MemoryStream(Green);
            answers.Add(await model.Classifier.ClassifyAsync(body, "image", CancellationToken.None));
        } while (!stop.IsCancellationRequested);

        return answers;
    }

    private static bool IsNear(Prediction answer, Prediction expected) =>
        answer.Label == expected.Label
        && answer.Probabilities.Zip(expected.Probabilities).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6);

    private static bool IsOf(Prediction answer, Prediction expected) =>
        answer.Label == expected.Label && answer.Probabilities.AsSpan().SequenceEqual(expected.Probabilities);
}
