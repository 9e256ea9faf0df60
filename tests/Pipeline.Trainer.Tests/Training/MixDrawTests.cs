using Pipeline.Trainer.Augmentation;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>Mixtures of images: how they are drawn and what they look like.</summary>
public sealed class MixDrawTests : TorchTest
{
    private const int Draws = 4000;

    [Theory]
    [InlineData(0.2)]
    [InlineData(1.0)]
    [InlineData(4.0)]
    public void Draw_Beta_HasItsMeanAndVariance(double alpha)
    {
        double[] numbers =
        [
            .. Enumerable
                .Range(0, Draws)
                .Select(index =>
                {
                    int next = 0;
                    return BetaSample.Draw(alpha, () => CounterRandom.Uniform(7, index, next++));
                }),
        ];

        double mean = numbers.Average(),
            variance = numbers.Average(number => Math.Pow(number - mean, 2));
        Assert.All(numbers, number => Assert.InRange(number, 0, 1));
        Assert.Equal(0.5, mean, 0.03); // five standard errors of the widest
        Assert.Equal(1 / (4 * ((2 * alpha) + 1)), variance, 0.01);
    }

    [Fact]
    public void Of_TheSamePlace_IsTheSameDraw()
    {
        var recipe = new MixRecipe(Mixup: 0.2, Cutmix: 1);

        Assert.Equal(MixDraw.Draw(recipe, 1, 2, 3), MixDraw.Draw(recipe, 1, 2, 3));
        Assert.NotEqual(MixDraw.Draw(recipe, 1, 2, 3), MixDraw.Draw(recipe, 1, 2, 4));
    }

    [Fact]
    public void Of_BothKinds_TakesEachHalfOfTheTime()
    {
        int rectangles = Enumerable
            .Range(0, Draws)
            .Count(step => MixDraw.Draw(new MixRecipe(0.4, 1), 1, 0, step).Rectangle is not null);

        Assert.InRange(rectangles, Draws * 0.46, Draws * 0.54);
    }

    [Fact]
    public void Apply_Rectangle_TakesItsAreaFromTheOtherImage()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = cat([zeros([1, 1, 10, 10]), ones([1, 1, 10, 10])], 0);

        (Tensor mixed, double share) = new MixDraw(0.8, (0.2, 0.5, 0.6, 1.0)).Apply(images);

        float[] first = mixed.data<float>().ToArray()[..100];
        Assert.Equal(20, first.Sum()); // rows 2 to 5, columns 5 to 9
        Assert.Equal(0.8, share, 1e-12);
        Assert.Equal([1, 1, 1, 1, 1], first[25..30]);
        Assert.Equal(80, mixed.data<float>().ToArray()[100..].Sum());
    }

    [Fact]
    public void Apply_RectangleCutAtTheEdge_CountsWhatIsLeft()
    {
        using DisposeScope scope = NewDisposeScope();

        (_, double share) = new MixDraw(0.5, (0.9, 0.0, 1.0, 0.3)).Apply(ones([2, 1, 10, 10]));

        Assert.Equal(0.97, share, 1e-12);
    }
}
