using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Tests.Sessions;

/// <summary>
/// The colors network in the forms in which others export it (<c>tests/data/models/make.py</c>) gives the answers of
/// our own file.
/// </summary>
public sealed class ForeignModelTests
{
    private const string Labels = "\"labels\": [\"blue\", \"green\", \"red\"]";
    private const string Pixels =
        "\"version\": 1, \"resize\": \"squash\", \"width\": 8, \"height\": 8, \"kernel\": \"bicubic\", "
        + "\"antialias\": true";
    private const string Unit =
        $"\"preprocessing\": {{ {Pixels}, \"scale\": 0.00392156862745098, \"mean\": [0, 0, 0], \"std\": [1, 1, 1], "
        + "\"inGraph\": [] }";
    private const string ImageNet =
        $"\"preprocessing\": {{ {Pixels}, \"scale\": 0.00392156862745098, \"mean\": [0.485, 0.456, 0.406], \"std\": "
        + "[0.229, 0.224, 0.225], \"inGraph\": [] }";
    private const string Bytes =
        $"\"preprocessing\": {{ {Pixels}, \"scale\": 1, \"mean\": [0, 0, 0], \"std\": [1, 1, 1], \"inGraph\": [] }}";
    private const string BgrBytes =
        $"\"preprocessing\": {{ {Pixels}, \"channelOrder\": \"bgr\", \"scale\": 1, \"mean\": [0, 0, 0], \"std\": "
        + "[1, 1, 1], \"inGraph\": [] }";

    [Theory]
    [InlineData("foreign-nchw-float", ImageNet)]
    [InlineData("foreign-nhwc-float-one", Unit + ", \"scores\": \"probabilities\"")]
    [InlineData("foreign-nchw-uint8-four", Bytes + ", \"layout\": \"nchw\", \"input\": \"data\"")]
    [InlineData("foreign-nhwc-uint8-bgr", BgrBytes + ", \"scores\": \"probabilities\", \"output\": \"prob\"")]
    public void Score_AnyFormOfOneNetwork_GivesOurAnswers(string model, string keys)
    {
        using var folder = new TemporaryFolder();
        using ScoringSession own = ScoringSession.Open(TestModels.Colors, new ScoringOptions { Threads = 1 });
        using ScoringSession foreign = Open(folder, model, $"{{ {Labels}, {keys} }}");
        var random = new Random(3);

        foreach (int count in new[] { 1, 2, 3, 4, 5, 9 })
        {
            byte[] pixels = new byte[count * TestModels.Size.RgbBytes];
            random.NextBytes(pixels);
            using ScoreBatch expected = own.Score(pixels, count);
            using ScoreBatch found = foreign.Score(pixels, count);
            Assert.Equal(count, found.Count);
            Assert.InRange(Tolerance.MaxDifference(expected.AllProbabilities, found.AllProbabilities), 0, 2e-6);
        }
    }

    [Fact]
    public async Task ClassifyFolderAsync_AForeignModel_NamesTheColours()
    {
        using var folder = new TemporaryFolder();
        using var images = new TemporaryFolder();
        images.AddColors(7);
        string labels = folder.Write("labels.txt", "blue\ngreen \nred\n\n"u8.ToArray());
        string rules = folder.Write("p.json", System.Text.Encoding.UTF8.GetBytes(Unit["\"preprocessing\": ".Length..]));
        using ImageClassifier classifier = ImageClassifier.Load(
            TestModels.Path("foreign-nchw-uint8-four"),
            new ScoringOptions
            {
                Threads = 1,
                BatchSize = 3,
                PreprocessingFile = folder.Write(
                    "b.json",
                    System.Text.Encoding.UTF8.GetBytes(Bytes["\"preprocessing\": ".Length..])
                ),
                LabelsFile = labels,
            }
        );

        Prediction[] rows = await classifier.ClassifyFolderAsync(images.Path).ToArrayAsync();

        Assert.Equal(Enumerable.Range(0, 7).Select(TestPictures.ColorOf), rows.Select(row => row.Label));
        Assert.Contains(
            "uint8",
            Assert.Throws<ModelContractException>(() => Open("foreign-nchw-uint8-four", rules, labels)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(
        "foreign-nchw-float",
        ImageNet + ", \"scores\": \"probabilities\"",
        "do not sum to 1, so they are no probabilities. Say \"scores\": \"logits\""
    )]
    [InlineData("foreign-nhwc-float-one", Unit, "so they are probabilities. Say \"scores\": \"probabilities\"")]
    [InlineData("foreign-nchw-float", ImageNet + ", \"layout\": \"nhwc\"", "is not the layout that the file says")]
    [InlineData("foreign-nchw-float", ImageNet + ", \"input\": \"image\"", "it has no input 'image', only data")]
    [InlineData("foreign-nchw-float", ImageNet + ", \"layout\": \"chw\"", "'layout' is 'chw', expected nchw or nhwc")]
    [InlineData("foreign-nchw-float", ImageNet + ", \"mean\": 1", "it has the key 'mean', which is not known.")]
    [InlineData(
        "foreign-nhwc-uint8-bgr",
        BgrBytes + ", \"scores\": \"probabilities\"",
        "it has the outputs pooled, prob: say which with \"output\""
    )]
    [InlineData("foreign-nchw-uint8-four", Unit, "nobody but the graph can normalise")]
    [InlineData("colors", Unit, "carries its own preprocessing")]
    public void Open_AFileThatDoesNotFit_IsRefusedWithWhatToSay(string model, string keys, string fault)
    {
        using var folder = new TemporaryFolder();

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            Open(folder, model, $"{{ {Labels}, {keys} }}")
        );

        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ " + ImageNet + " }", "it has no array 'labels'; add it, or give a labels file")]
    [InlineData("{ \"labels\": [\"a\", \"b\"], " + ImageNet + " }", "has 3 classes, and there are 2 labels")]
    [InlineData("[]", "it is no JSON object")]
    [InlineData("{ " + Labels + ", ", "p.json")]
    [InlineData("{ " + Labels + ", \"preprocessing\": {} }", "preprocessing")]
    public void Open_AMalformedFile_IsRefusedByName(string json, string fault)
    {
        using var folder = new TemporaryFolder();

        ModelContractException error = Assert.Throws<ModelContractException>(() =>
            Open(folder, "foreign-nchw-float", json)
        );

        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_RepeatedLabels_AreToldApartByTheirIndex()
    {
        using var folder = new TemporaryFolder();
        string rules = folder.Write(
            "p.json",
            System.Text.Encoding.UTF8.GetBytes(ImageNet["\"preprocessing\": ".Length..])
        );

        using ScoringSession session = Open(
            "foreign-nchw-float",
            rules,
            folder.Write("labels.txt", "crane\nwren\nCrane"u8.ToArray())
        );

        Assert.Equal(["crane", "wren", "Crane (2)"], session.Contract.Labels);
    }

    [Fact]
    public void Validate_LabelsWithoutPreprocessing_AreRefused() =>
        Assert.Throws<ArgumentException>(() => new ScoringOptions { LabelsFile = "labels.txt" }.Validate());

    private static ScoringSession Open(TemporaryFolder folder, string model, string json) =>
        Open(model, folder.Write("p.json", System.Text.Encoding.UTF8.GetBytes(json)), null);

    private static ScoringSession Open(string model, string rules, string? labels) =>
        ScoringSession.Open(
            TestModels.Path(model),
            new ScoringOptions
            {
                Threads = 1,
                PreprocessingFile = rules,
                LabelsFile = labels,
            }
        );
}
