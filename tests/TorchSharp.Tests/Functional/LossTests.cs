using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Functional;

[Trait("Kind", "Oracle")]
public sealed class LossTests : TorchTest
{
    private const double Rounding = 1e-13;
    private static readonly double[] Scores = [0.5, -1, 2, 1, 0, 0, -2, 3, 0.25];
    private static readonly long[] Labels = [2, 0, 1];

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(1.0)]
    public void CrossEntropy_AnySmoothing_EqualsTheFormula(double smoothing)
    {
        using DisposeScope scope = NewDisposeScope();
        double[] expected = [.. Enumerable.Range(0, 3).Select(row => RowLoss(row, smoothing))];

        TensorAssert.Near(expected, nn.functional.cross_entropy(Input(), Target(), reduction: nn.Reduction.None, label_smoothing: smoothing), Rounding);
        TensorAssert.Near([expected.Average()], nn.functional.cross_entropy(Input(), Target(), label_smoothing: smoothing), Rounding);
        TensorAssert.Near([expected.Sum()], nn.functional.cross_entropy(Input(), Target(), reduction: nn.Reduction.Sum, label_smoothing: smoothing), Rounding);
    }

    [Fact]
    public void CrossEntropy_ClassWeights_AreDividedOut()
    {
        using DisposeScope scope = NewDisposeScope();
        double[] weights = [1, 2, 4];
        double expected = Enumerable.Range(0, 3).Sum(row => weights[Labels[row]] * RowLoss(row, 0)) / 7;

        TensorAssert.Near([expected], nn.functional.cross_entropy(Input(), Target(), tensor(weights)), Rounding);
    }

    [Fact]
    public void CrossEntropy_IgnoredIndex_LeavesItsRowsOut()
    {
        using DisposeScope scope = NewDisposeScope();

        TensorAssert.Near([(RowLoss(0, 0) + RowLoss(2, 0)) / 2], nn.functional.cross_entropy(Input(), Target(), ignore_index: 0), Rounding);
    }

    [Fact]
    public void CrossEntropy_LabelOutOfRange_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();

        TorchException error = Assert.Throws<TorchException>(() => nn.functional.cross_entropy(Input(), tensor([0L, 1L, 3L])));

        Assert.Contains("3", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void NllLoss_OfLogProbabilities_IsCrossEntropy()
    {
        using DisposeScope scope = NewDisposeScope();

        TensorAssert.Near(nn.functional.cross_entropy(Input(), Target()), nn.functional.nll_loss(Input().log_softmax(1), Target()), Rounding);
    }

    [Fact]
    public void BinaryCrossEntropy_LargeScores_DoesNotOverflow()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scores = tensor([-1000.0, 0.5, 1000.0]);
        Tensor target = tensor([0.0, 1.0, 0.0]);

        Tensor actual = nn.functional.binary_cross_entropy_with_logits(scores, target, reduction: nn.Reduction.None);

        TensorAssert.Near([0, Math.Log(1 + Math.Exp(-0.5)), 1000], actual, Rounding);
    }

    [Fact]
    [Trait("Kind", "Gradient")]
    public void Losses_WithRespectToScores_HaveTheRightGradients()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor shares = tensor([0.2, 0.3, 0.9, 0, 1, 0.5, 0.1, 0.7, 0.6], [3, 3]);

        GradientCheck.Check(x => nn.functional.cross_entropy(x, Target(), label_smoothing: 0.1), Input());
        GradientCheck.Check(x => nn.functional.nll_loss(x, Target()), Input());
        GradientCheck.Check(x => nn.functional.binary_cross_entropy_with_logits(x, shares), Input());
        GradientCheck.Check(x => nn.functional.mse_loss(x, shares), Input());
    }

    private static Tensor Input() => tensor(Scores, [3, 3]);

    private static Tensor Target() => tensor(Labels);

    /// <summary>−Σ t · log softmax, t = (1 − s) · one-hot + s / K.</summary>
    private static double RowLoss(int row, double smoothing)
    {
        double[] scores = Scores[(row * 3)..((row * 3) + 3)];
        double normalizer = Math.Log(scores.Sum(Math.Exp));
        return Enumerable.Range(0, 3).Sum(k => -(((Labels[row] == k ? 1 - smoothing : 0) + (smoothing / 3)) * (scores[k] - normalizer)));
    }
}
