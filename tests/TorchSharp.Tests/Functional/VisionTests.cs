using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Functional;

public sealed class VisionTests : TorchTest
{
    [Theory]
    [InlineData(PaddingModes.Constant, new double[] { 9, 9, 0, 1, 2, 9 })]
    [InlineData(PaddingModes.Zeros, new double[] { 0, 0, 0, 1, 2, 0 })]
    [InlineData(PaddingModes.Reflect, new double[] { 2, 1, 0, 1, 2, 1 })]
    [InlineData(PaddingModes.Replicate, new double[] { 0, 0, 0, 1, 2, 2 })]
    public void Pad_EachMode_FillsLeftAndRight(PaddingModes mode, double[] expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(3, dtype: float64).reshape(1, 1, 3);

        TensorAssert.Near(expected, nn.functional.pad(x, (2, 1), mode, mode == PaddingModes.Constant ? 9 : 0), 0);
    }

    [Fact]
    public void Pad_FourWidths_AreLeftRightTopBottom()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones([1, 1, 1, 1], float64);

        Tensor padded = nn.functional.pad(x, (0, 1, 0, 2));

        Assert.Equal([1, 1, 3, 2], padded.shape);
        TensorAssert.Near([1, 0, 0, 0, 0, 0], padded, 0);
        Assert.Equal([1, 1, 3, 2], nn.functional.pad(x, (1, 0, 1, 1), PaddingModes.Replicate).shape);
    }

    [Fact]
    public void Interpolate_NearestDoubled_RepeatsPixels()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 2], [1, 1, 1, 2]);

        TensorAssert.Near([1, 1, 2, 2, 1, 1, 2, 2], nn.functional.interpolate(x, scale_factor: [2, 2]), 0);
        TensorAssert.Near([1, 1, 2, 2], nn.functional.interpolate(x, size: [1, 4]), 0);
    }

    [Fact]
    public void Interpolate_BilinearDoubled_MixesNeighbours()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([0.0, 4], [1, 1, 1, 2]);

        TensorAssert.Near([0, 1, 3, 4], nn.functional.interpolate(x, size: [1, 4], mode: InterpolationMode.Bilinear), 1e-15);
        TensorAssert.Near([0, 4.0 / 3, 8.0 / 3, 4], nn.functional.interpolate(x, size: [1, 4], mode: InterpolationMode.Bilinear, align_corners: true), 1e-15);
    }

    [Fact]
    public void Interpolate_AntialiasedHalving_KeepsTheMean()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = full([1, 1, 8, 8], 3.0, float64);

        TensorAssert.Near([3, 3, 3, 3], nn.functional.interpolate(x, size: [2, 2], mode: InterpolationMode.Bicubic, antialias: true), 1e-12);
        TensorAssert.Near([3, 3, 3, 3], nn.functional.interpolate(x, size: [2, 2], mode: InterpolationMode.Bilinear, antialias: true), 1e-12);
        TensorAssert.Near([3, 3, 3, 3], nn.functional.interpolate(x, size: [2, 2], mode: InterpolationMode.Bicubic), 1e-12);
        TensorAssert.Near([3, 3, 3, 3], nn.functional.interpolate(x, scale_factor: [0.25, 0.25], mode: InterpolationMode.Area), 1e-12);
    }

    [Fact]
    public void Interpolate_NeitherOrBothSizes_IsRefused()
    {
        using Tensor x = zeros(1, 1, 2, 2);

        Assert.Throws<ArgumentException>(() => nn.functional.interpolate(x));
        Assert.Throws<ArgumentException>(() => nn.functional.interpolate(x, [2, 2], [1.0]));
        Assert.Throws<ArgumentException>(() => nn.functional.interpolate(x, [2, 2], mode: InterpolationMode.Trilinear));
    }

    [Theory]
    [InlineData(GridSampleMode.Nearest)]
    [InlineData(GridSampleMode.Bilinear)]
    public void GridSample_MirroredAxis_FlipsTheImage(GridSampleMode mode)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = arange(6, dtype: float64).reshape(1, 1, 2, 3);
        Tensor mirror = tensor([-1.0, 0, 0, 0, 1, 0], [1, 2, 3]);

        Tensor grid = nn.functional.affine_grid(mirror, [1, 1, 2, 3]);

        Assert.Equal([1, 2, 3, 2], grid.shape);
        TensorAssert.Near(x.flip(3), nn.functional.grid_sample(x, grid, mode), 1e-14);
    }

    [Theory]
    [InlineData(GridSamplePaddingMode.Zeros, 0)]
    [InlineData(GridSamplePaddingMode.Border, 2)]
    [InlineData(GridSamplePaddingMode.Reflection, 1)]
    public void GridSample_OutsideTheImage_FollowsThePaddingMode(GridSamplePaddingMode padding, double expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 2], [1, 1, 1, 2]);
        Tensor beyondTheRight = tensor([2.5, 0.0], [1, 1, 1, 2]);

        TensorAssert.Near([expected], nn.functional.grid_sample(x, beyondTheRight, GridSampleMode.Nearest, padding), 0);
    }

    [Fact]
    [Trait("Kind", "Gradient")]
    public void Resampling_WithRespectToTheImage_HasTheRightGradients()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn([1, 1, 3, 4], float64);
        Tensor grid = rand([1, 2, 2, 2], float64);

        GradientCheck.Check(v => nn.functional.pad(v, (1, 1, 1, 1), PaddingModes.Reflect), x);
        GradientCheck.Check(v => nn.functional.interpolate(v, [5, 5], mode: InterpolationMode.Bilinear), x);
        GradientCheck.Check(v => nn.functional.grid_sample(v, grid), x);
    }
}
