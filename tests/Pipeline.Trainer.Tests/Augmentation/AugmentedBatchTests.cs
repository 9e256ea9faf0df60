using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Testing;
using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Augmentation;

/// <summary>From image files to the network's input.</summary>
public sealed class AugmentedBatchTests : TorchTest
{
    private const int Images = 13;
    private const int Seed = 11;

    private static readonly Preprocessing Rules = TestNetworks.Preprocessing(12);

    private static readonly PhaseRecipe Plain = new()
    {
        Train = new TrainableSet(TrainableKind.All),
        Optimizer = new OptimizerRecipe { Name = OptimizerKind.Adam, LearningRate = 1e-3 },
        Epochs = 1,
    };

    private static readonly PhaseRecipe Augmented = Plain with
    {
        Augmentation = new AugmentationRecipe
        {
            HorizontalFlip = true,
            RotationDegrees = 30,
            WidthShift = 0.2,
            Zoom = new FactorRange(0.8, 1.2),
            Brightness = new FactorRange(0.5, 1.5),
            Contrast = new FactorRange(0.5, 1.5),
            HueDegrees = 20,
            RandomResizedCrop = CropRecipe.Usual,
            RadialDistortion = 0.2,
            RandomErasing = ErasingRecipe.Usual,
            Auto = AutoPolicy.TrivialAugment,
        },
    };

    [Theory]
    [InlineData(4, 4)]
    [InlineData(1, 5)]
    [InlineData(4, 13)]
    public void Train_OtherWorkersAndBatches_GiveEachImageTheSameBits(int workers, int batchSize)
    {
        using var folder = new TemporaryFolder();
        DatasetSplits data = WriteImages(folder);

        float[][] expected = Train(data, Augmented, workers: 1, batchSize: 4, epoch: 3);

        Assert.Equal(expected, Train(data, Augmented, workers, batchSize, epoch: 3));
    }

    [Fact]
    public void Train_AnotherEpoch_ChangesTheImages()
    {
        using var folder = new TemporaryFolder();
        DatasetSplits data = WriteImages(folder);

        Assert.All(
            Train(data, Augmented, 1, 4, epoch: 0).Zip(Train(data, Augmented, 1, 4, epoch: 1)),
            pair => Assert.NotEqual(pair.First, pair.Second)
        );
    }

    [Fact]
    public void Validate_ByDefault_LeavesTheImagesAlone()
    {
        using var folder = new TemporaryFolder();
        DatasetSplits data = WriteImages(folder);
        float[][] plain = Validate(data, Plain, epoch: 0);

        Assert.Equal(plain, Validate(data, Augmented, epoch: 0));
        Assert.Equal(plain, Validate(data, Augmented, epoch: 1));
    }

    [Fact]
    public void Validate_Augmented_DrawsAnewInEachEpochAndApartFromTraining()
    {
        using var folder = new TemporaryFolder();
        DatasetSplits data = WriteImages(folder);
        PhaseRecipe phase = Augmented with { AugmentValidation = true };

        float[][] first = Validate(data, phase, epoch: 0);

        Assert.Equal(first, Validate(data, phase, epoch: 0));
        Assert.All(first.Zip(Validate(data, phase, epoch: 1)), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.All(first.Zip(Train(data, phase, 1, 4, epoch: 0)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Theory]
    [InlineData(ChannelOrder.Rgb)]
    [InlineData(ChannelOrder.Bgr)]
    public void ToTensor_WithoutAugmentation_IsValueTimesMultiplierPlusOffsetToTheBit(ChannelOrder channels)
    {
        Preprocessing rules = Rules with { ChannelOrder = channels };
        (double[] multiplier, double[] offset) = rules.AsAffine();
        using ImageBatch images = TestNetworks.Images(3, rules.Size);
        int plane = rules.Size.Width * rules.Size.Height;
        var expected = new float[images.Pixels.Length];
        for (int index = 0; index < expected.Length; index++)
        {
            int image = index / (3 * plane),
                channel = index / plane % 3,
                place = index % plane;
            byte value = images.Image(image)[(place * 3) + (channels == ChannelOrder.Bgr ? 2 - channel : channel)];
            float scaled = value * (float)multiplier[channel];
            expected[index] = scaled + (float)offset[channel];
        }

        using var batch = new ImageTrainingBatch(TestNetworks.Batch(images), rules, augmenter: null, epoch: 0);
        using Tensor actual = batch.ToTensor(CPU);

        Assert.Equal(expected, actual.data<float>().ToArray());
    }

    [Fact]
    public void ToTensor_FlipsOnly_EqualsFlippingTheNormalisedImagesToTheBit()
    {
        var recipe = new AugmentationRecipe { HorizontalFlip = true };
        using ImageBatch images = TestNetworks.Images(6, Rules.Size);
        bool[] flipped =
        [
            .. Enumerable.Range(0, 6).Select(sample => CounterRandom.Uniform(Seed, 0xF119, 2, sample) < 0.5),
        ];
        using var batch = new ImageTrainingBatch(
            TestNetworks.Batch(images),
            Rules,
            new ImageAugmenter(recipe, AugmentedPart.Train, Seed),
            epoch: 2
        );
        using DisposeScope scope = NewDisposeScope();
        Tensor plain = InputTensors.Normalize(images, Rules, CPU); // [6, 3, H, W]

        Tensor actual = batch.ToTensor(CPU);

        Tensor expected = where(tensor(flipped, [6, 1, 1, 1]), plain.flip(3), plain);
        Assert.Contains(true, flipped);
        Assert.Contains(false, flipped);
        Assert.Equal(expected.data<float>().ToArray(), actual.data<float>().ToArray());
    }

    /// <summary>The same images to train and to validate on.</summary>
    private static DatasetSplits WriteImages(TemporaryFolder folder)
    {
        using ImageBatch images = TestNetworks.Images(Images, Rules.Size);
        ImageSample[] samples =
        [
            .. Enumerable
                .Range(0, Images)
                .Select(index => new ImageSample(
                    folder.Write($"{index:D2}.png", ImageEncoder.EncodePng(images.Image(index), images.Size)),
                    0
                )),
        ];
        return new DatasetSplits(folder.Path, new LabelSet(["a", "b"]), samples, samples, []);
    }

    private static float[][] Train(DatasetSplits data, PhaseRecipe phase, int workers, int batchSize, int epoch)
    {
        IEnumerable<float[]> rows = Source(data, phase, workers)
            .Train(epoch, batchSize, 0, CancellationToken.None)
            .SelectMany(Rows);
        return
        [
            .. EpochOrder
                .Shuffle(Images, Seed, epoch)
                .Zip(rows)
                .OrderBy(pair => pair.First)
                .Select(pair => pair.Second),
        ];
    }

    private static float[][] Validate(DatasetSplits data, PhaseRecipe phase, int epoch) =>
        [.. Source(data, phase, 2).Validate(epoch, 5, CancellationToken.None).SelectMany(Rows)];

    private static ImageBatchSource Source(DatasetSplits data, PhaseRecipe phase, int workers) =>
        new(data, new SampleLoader(Rules, workers, new SkippedImages(Images)), Rules, phase, Seed);

    private static float[][] Rows(TrainingBatch batch)
    {
        using (batch)
        {
            using Tensor input = batch.ToTensor(CPU);
            return [.. input.data<float>().ToArray().Chunk(Rules.Size.RgbBytes)];
        }
    }
}
