using Pipeline.Core.Errors;
using Pipeline.Testing;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Tests.Data;

/// <summary>Every layout of folders that people have; the files are never decoded here.</summary>
public sealed class ImageFolderTests : IDisposable
{
    private static readonly DataRecipe Plain = new() { Source = DataSource.Folder };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("validation")]
    [InlineData("val")]
    public void Scan_ThreeParts_TakesThemAsTheyAre(string validation)
    {
        Write("train/cat", 3);
        Write("train/dog", 2);
        Write($"{validation}/cat", 1);
        Write($"{validation}/dog", 1);
        Write("test/cat", 2);
        Write("test/dog", 1);

        DatasetSplits data = ImageFolder.Scan(folder.Path, Plain);

        Assert.Equal("cat, dog", data.Labels.ToString());
        Assert.Equal((5, 2, 3), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.True(data.IsTestLabelled);
    }

    [Fact]
    public void Scan_PartsWithNamesOfTheirOwn_AreFound()
    {
        Write("Train/red", 3);
        Write("Train/green", 3);
        Write("Test/red", 1);
        Write("Test/green", 1);

        DatasetSplits data = ImageFolder.Scan(
            folder.Path,
            Plain with
            {
                Parts = new PartFolders("Train", "Test", "none"),
            }
        );

        Assert.Equal((6, 2, 0), (data.Train.Count, data.Validation.Count, data.Test.Count));
    }

    [Fact]
    public void Scan_OneFolderAndShares_RoundsDownInEachClass()
    {
        Write("cat", 19);
        Write("dog", 7);

        DatasetSplits data = ImageFolder.Scan(folder.Path, Plain with { Split = Split(validation: 0.15, test: 0.3) });

        Assert.Equal((2, 1), Counts(data.Validation));
        Assert.Equal((5, 2), Counts(data.Test));
        Assert.Equal((12, 4), Counts(data.Train));
        Assert.Equal(
            26,
            data.Train.Concat(data.Validation).Concat(data.Test).Select(sample => sample.Path).Distinct().Count()
        );
    }

    [Fact]
    public void Scan_SplitByContent_LeavesTheHashesToTheManifest()
    {
        Write("cat", 4);
        Write("dog", 4);
        DatasetSplits data = ImageFolder.Scan(folder.Path, Plain with { Split = Split(validation: 0.5, test: null) });
        SplitManifest.Create(data).Write(folder["first.csv"]);
        string[] paths = [.. data.Train.Concat(data.Validation).Select(sample => sample.Path)];

        foreach (string path in paths)
        {
            File.Delete(path); // whoever hashes again finds nothing
        }

        SplitManifest.Create(data).Write(folder["second.csv"]);

        Assert.Equal(8, paths.Length);
        Assert.Equal(File.ReadAllText(folder["first.csv"]), File.ReadAllText(folder["second.csv"]));
        Assert.All(
            File.ReadLines(folder["first.csv"]).Skip(1),
            line => Assert.Matches("^(cat|dog)/[^,]+,(train|validation),(cat|dog),[0-9a-f]{64}$", line)
        );
    }

    [Fact]
    public void Scan_NumbersPerClass_AreExact()
    {
        Write("train/cat", 10);
        Write("train/dog", 12);
        Write("test/cat", 5);
        Write("test/dog", 5);

        DatasetSplits data = ImageFolder.Scan(
            folder.Path,
            Plain with
            {
                Split = new SplitRecipe(new PartSize(4), new PartSize(3), new PartSize(2), SplitMethod.Hash),
            }
        );

        Assert.Equal((4, 4), Counts(data.Train));
        Assert.Equal((3, 3), Counts(data.Validation));
        Assert.Equal((2, 2), Counts(data.Test));
    }

    [Fact]
    public void Scan_HashSplit_FollowsContentNotNames()
    {
        Write("cat", 20);
        Write("dog", 20);
        DataRecipe recipe = Plain with { Split = Split(validation: 0.25) };
        string[] before = Contents(ImageFolder.Scan(folder.Path, recipe).Validation);
        foreach (string path in Directory.GetFiles(folder["cat"]))
        {
            File.Move(
                path,
                Path.Combine(
                    folder["cat"],
                    $"renamed-{Path.GetFileName(path).GetHashCode(StringComparison.Ordinal)}.png"
                )
            );
        }

        Assert.Equal(before, Contents(ImageFolder.Scan(folder.Path, recipe).Validation));

        static string[] Contents(IReadOnlyList<ImageSample> samples) =>
            [.. samples.Select(sample => File.ReadAllText(sample.Path)).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Scan_LastOfAll_TakesTheTailOverAllClasses()
    {
        Write("cat", 4, first: 0);
        Write("dog", 4, first: 4);
        Write("cat", 1, first: 8);
        Write("dog", 1, first: 9);

        DatasetSplits data = ImageFolder.Scan(
            folder.Path,
            Plain with
            {
                Split = Split(validation: 0.2, method: SplitMethod.Last),
            }
        );

        Assert.Equal(["008.png", "009.png"], data.Validation.Select(sample => Path.GetFileName(sample.Path)));
        Assert.Equal(8, data.Train.Count);
    }

    [Fact]
    public void Scan_LastOfAllWithoutAClass_IsRefused()
    {
        Write("cat", 4, first: 0);
        Write("dog", 4, first: 4);

        DatasetException error = Assert.Throws<DatasetException>(() =>
            ImageFolder.Scan(folder.Path, Plain with { Split = Split(validation: 0.2, method: SplitMethod.Last) })
        );

        Assert.Contains("leaves class 'cat' without a validation image", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_LabelsInFileNames_AreReadUpToTheFirstDot()
    {
        foreach (string name in new[] { "cat.0.jpg", "cat.1.jpg", "dog.0.jpg", "dog.1.jpg", "dog.2.jpg" })
        {
            folder.Write($"train/{name}", name);
        }

        folder.Write("test/1.jpg", "x");
        folder.Write("test/2.jpg", "y");

        DatasetSplits data = ImageFolder.Scan(
            folder.Path,
            Plain with
            {
                Labels = LabelSource.FileName,
                Split = new SplitRecipe(new PartSize(1), new PartSize(1), null, SplitMethod.Order),
            }
        );

        Assert.Equal("cat, dog", data.Labels.ToString());
        Assert.Equal(["cat.0.jpg", "dog.0.jpg"], data.Train.Select(sample => Path.GetFileName(sample.Path)));
        Assert.Equal(["cat.1.jpg", "dog.1.jpg"], data.Validation.Select(sample => Path.GetFileName(sample.Path)));
        Assert.Equal(2, data.Test.Count);
        Assert.False(data.IsTestLabelled);
    }

    [Fact]
    public void Scan_TestImagesWithoutClassFolders_AreThereToBeScored()
    {
        Write("train/cat", 2);
        Write("train/dog", 2);
        Write("validation/cat", 1);
        Write("validation/dog", 1);
        Write("test", 3);

        DatasetSplits data = ImageFolder.Scan(folder.Path, Plain);

        Assert.Equal(3, data.Test.Count);
        Assert.False(data.IsTestLabelled);
    }

    [Fact]
    public void Scan_FirstClasses_TakesThemByName()
    {
        foreach (string name in new[] { "pear", "apple", "fig" })
        {
            Write($"train/{name}", 2);
            Write($"validation/{name}", 1);
        }

        DatasetSplits data = ImageFolder.Scan(folder.Path, Plain with { FirstClasses = 2 });

        Assert.Equal("apple, fig", data.Labels.ToString());
        Assert.Equal(4, data.Train.Count);
    }

    [Theory]
    [InlineData(5, null, "Class 'cat' has 4 images, the split asks for 5 to train, 0 to validate")]
    [InlineData(null, 4.0, "Class 'cat' has 4 images, the split asks for 1 to train, 4 to validate")]
    [InlineData(2, null, "takes no validation images")]
    public void Scan_SplitThatCannotBe_IsRefused(int? train, double? validation, string expected)
    {
        Write("cat", 4);
        Write("dog", 9);
        if (train == 5)
        {
            Write("validation/cat", 1);
            Write("train/cat", 4);
            Write("train/dog", 9);
            Write("validation/dog", 1);
        }

        DatasetException error = Assert.Throws<DatasetException>(() =>
            ImageFolder.Scan(
                folder.Path,
                Plain with
                {
                    Split = new SplitRecipe(
                        train is int count ? new PartSize(count) : null,
                        validation is double size ? new PartSize(size) : null,
                        null,
                        SplitMethod.Hash
                    ),
                }
            )
        );

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static SplitRecipe Split(double validation, double? test = null, SplitMethod method = SplitMethod.Hash) =>
        new(null, new PartSize(validation), test is double share ? new PartSize(share) : null, method);

    private static (int First, int Second) Counts(IReadOnlyList<ImageSample> samples) =>
        (samples.Count(sample => sample.ClassIndex == 0), samples.Count(sample => sample.ClassIndex == 1));

    private void Write(string path, int count, int first = 0)
    {
        for (int index = first; index < first + count; index++)
        {
            folder.Write($"{path}/{index:D3}.png", $"{path} {index}");
        }
    }
}
