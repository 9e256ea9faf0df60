using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Testing;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Trainer.Tests.Augmentation;

/// <summary>The sheet of changed images shows what training sees.</summary>
public sealed class AugmentedSamplesTests : TorchTest
{
    private const int Side = 8,
        Columns = 6;
    private static readonly string[] Classes = ["even", "odd"];

    private static readonly PhaseRecipe Flipped = new()
    {
        Train = new TrainableSet(TrainableKind.All),
        Optimizer = new OptimizerRecipe { Name = OptimizerKind.Adam, LearningRate = 1e-3 },
        Epochs = 4,
        Augmentation = new AugmentationRecipe { HorizontalFlip = true },
    };

    [Fact]
    public void Write_FlippedImages_ShowsEachAsItIsAndAsDrawnForEachEpoch()
    {
        using var folder = new TemporaryFolder();
        TestImages.WriteFolder(folder, ["train"], 6);

        AugmentedSamples.Write(Data(folder), Preprocessing, Flipped, firstEpoch: 3, seed: 5, folder["sheet.png"]);

        byte[] sheet = Decode(folder["sheet.png"], new ImageSize(Columns * Side, 4 * Side));
        int[] shown = [0, 1, 3, 4]; // two of each class: even 0, 2; odd 1, 3
        for (int row = 0; row < 4; row++)
        {
            byte[] image = Decode(Data(folder).Train[shown[row]].Path, Preprocessing.Size);
            for (int column = 0; column < Columns; column++)
            {
                bool isFlipped =
                    column > 0
                    && ChangeDraw.Draw(Flipped.Augmentation, AugmentedPart.Train, 5, 3 + column - 1, shown[row]).Flips
                        == ImageFlips.Horizontal;
                Assert.Equal(isFlipped ? Mirrored(image) : image, Cell(sheet, row, column));
            }
        }
    }

    [Fact]
    public void Write_UnreadableImage_LeavesItOut()
    {
        using var folder = new TemporaryFolder();
        TestImages.WriteFolder(folder, ["train"], 2);
        File.WriteAllText(folder["images/train/odd/1.png"], "no image");

        AugmentedSamples.Write(Data(folder), Preprocessing, Flipped, 0, 5, folder["sheet.png"]);

        Assert.Equal(
            Decode(folder["images/train/even/0.png"], Preprocessing.Size),
            Cell(Decode(folder["sheet.png"], new ImageSize(Columns * Side, Side)), 0, 0)
        );
    }

    private static Preprocessing Preprocessing { get; } = TestNetworks.Preprocessing(Side);

    private static DatasetSplits Data(TemporaryFolder folder)
    {
        ImageSample[] train =
        [
            .. Classes.SelectMany(
                (name, index) =>
                    Directory
                        .GetFiles(folder[$"images/train/{name}"])
                        .Order(StringComparer.Ordinal)
                        .Select(path => new ImageSample(path, index))
            ),
        ];
        return new DatasetSplits(folder["images"], new LabelSet(Classes), train, [], []);
    }

    private static byte[] Decode(string path, ImageSize size)
    {
        byte[] pixels = new byte[size.RgbBytes];
        ImageDecoder.DecodeFile(path, Preprocessing with { Size = size }, pixels);
        return pixels;
    }

    private static byte[] Cell(byte[] sheet, int row, int column) =>
        [
            .. Enumerable
                .Range(0, Side)
                .SelectMany(y =>
                    sheet.AsSpan(((((row * Side) + y) * Columns * Side) + (column * Side)) * 3, Side * 3).ToArray()
                ),
        ];

    private static byte[] Mirrored(byte[] image) =>
        [
            .. Enumerable
                .Range(0, Side * Side)
                .SelectMany(place =>
                    image.AsSpan(((place / Side * Side) + Side - 1 - (place % Side)) * 3, 3).ToArray()
                ),
        ];
}
