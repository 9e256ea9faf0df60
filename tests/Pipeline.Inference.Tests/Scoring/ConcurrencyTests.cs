using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Scoring;

/// <summary>Many threads on one classifier: every answer belongs to its image.</summary>
public sealed class ConcurrencyTests
{
    private const int Threads = 64;
    private const int Images = 96;

    [Theory]
    [InlineData(false, 1, 40)]
    [InlineData(true, 1, 40)]
    [InlineData(true, 2, 40)]
    public void Classify_SixtyFourThreads_GiveEachImageItsOwnAnswer(bool joined, int runs, int calls) =>
        Run(joined, runs, calls);

    [Theory]
    [Trait("Kind", "Slow")]
    [InlineData(false, 1, 1000)]
    [InlineData(true, 1, 1000)]
    [InlineData(true, 2, 1000)]
    public void Classify_SixtyFourThreadsAThousandCallsEach_GiveEachImageItsOwnAnswer(
        bool joined,
        int runs,
        int calls
    ) => Run(joined, runs, calls);

    private static void Run(bool joined, int runs, int calls)
    {
        (byte[] Pixels, Prediction Expected)[] images = Sequential();
        using ImageClassifier classifier = ImageClassifier.Load(
            TestModels.Path("convolution"),
            new ScoringOptions
            {
                Threads = 1,
                ConcurrentRuns = runs,
                MicroBatching = joined ? new MicroBatchingOptions { MaxBatchSize = 16, QueueCapacity = 40 } : null,
            }
        );
        float largest = 0;
        Lock gate = new();
        var failures = new List<Exception>();
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, Threads)
                .Select(number => new Thread(() =>
                {
                    try
                    {
                        float own = Calls(classifier, images, number, calls);
                        lock (gate)
                        {
                            largest = Math.Max(largest, own);
                        }
                    }
                    catch (Exception error)
                    {
                        lock (gate)
                        {
                            failures.Add(error);
                        }
                    }
                })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Empty(failures);
        // bit-equal without joining; other batch sizes may round otherwise
        Assert.InRange(largest, 0, joined ? 1e-5f : 0f);
    }

    /// <summary>The calls of one thread, each with another image than its neighbours'.</summary>
    /// <returns>Largest difference of a probability from the sequential answer.</returns>
    private static float Calls(
        ImageClassifier classifier,
        (byte[] Pixels, Prediction Expected)[] images,
        int thread,
        int calls
    )
    {
        float largest = 0;
        for (int call = 0; call < calls; call++)
        {
            int index = ((thread * 37) + (call * 11)) % Images;
            string name = FormattableString.Invariant($"{thread}/{call}");
            Prediction answer = classifier.Classify(images[index].Pixels, TestModels.Size, name);
            Assert.Equal(name, answer.Path);
            Assert.Equal(images[index].Expected.Label, answer.Label);
            largest = Math.Max(
                largest,
                (float)Tolerance.MaxDifference(images[index].Expected.Probabilities, answer.Probabilities)
            );
        }

        return largest;
    }

    private static (byte[] Pixels, Prediction Expected)[] Sequential()
    {
        using ImageClassifier classifier = ImageClassifier.Load(
            TestModels.Path("convolution"),
            new ScoringOptions { Threads = 1 }
        );
        return
        [
            .. Enumerable
                .Range(0, Images)
                .Select(index =>
                {
                    byte[] pixels = new byte[TestModels.Size.RgbBytes];
                    new Random(index).NextBytes(pixels);
                    return (pixels, classifier.Classify(pixels, TestModels.Size));
                }),
        ];
    }
}
