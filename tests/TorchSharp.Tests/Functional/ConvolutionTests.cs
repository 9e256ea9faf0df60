using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Functional;

[Trait("Kind", "Oracle")]
public sealed class ConvolutionTests : TorchTest
{
    [Theory]
    [InlineData(4, 6, 3, 1, 0, 1, 1)]
    [InlineData(4, 6, 3, 2, 1, 1, 1)]   // step and padding
    [InlineData(4, 6, 3, 1, 2, 2, 1)]   // dilation
    [InlineData(4, 6, 1, 1, 0, 1, 2)]   // two groups, pointwise
    [InlineData(4, 4, 3, 2, 1, 1, 4)]   // depthwise
    public void Conv2d_AnyGeometry_EqualsTheLoops(int channels, int filters, int kernel, int stride, int padding, int dilation, int groups)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn([2, channels, 7, 8], float64);
        Tensor weight = randn([filters, channels / groups, kernel, kernel], float64);
        Tensor bias = randn([filters], float64);

        Tensor actual = nn.functional.conv2d(images, weight, bias, [stride, stride], [padding, padding], [dilation, dilation], groups);

        TensorAssert.Near(Reference(images, weight, bias, stride, padding, dilation, groups), actual, 1e-13);   // sums of at most 36 products
    }

    [Fact]
    public void Conv2d_NothingGiven_StepsByOneWithoutPadding()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Equal([1, 2, 3, 4], nn.functional.conv2d(zeros(1, 3, 5, 6), zeros(2, 3, 3, 3)).shape);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Linear_WithOrWithoutBias_EqualsTheSums(bool withBias)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor([1.0, 2, 3, 4], [2, 2]);
        Tensor weights = tensor([1.0, 0, 2, -1, 1, 1], [3, 2]);
        double shift = withBias ? 10 : 0;

        Tensor actual = nn.functional.linear(x, weights, withBias ? full([3], 10.0, float64) : null);

        TensorAssert.Near([1 + shift, 0 + shift, 3 + shift, 3 + shift, 2 + shift, 7 + shift], actual, 1e-15);
    }

    [Fact]
    [Trait("Kind", "Gradient")]
    public void Conv2d_InputWeightAndBias_HaveTheRightGradients()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn([2, 2, 5, 5], float64);
        Tensor weight = randn([3, 2, 3, 3], float64);
        Tensor bias = randn([3], float64);

        GradientCheck.Check(x => nn.functional.conv2d(x, weight, bias, [2, 2], [1, 1]), images);
        GradientCheck.Check(w => nn.functional.conv2d(images, w, bias, [2, 2], [1, 1]), weight);
        GradientCheck.Check(b => nn.functional.conv2d(images, weight, b, [2, 2], [1, 1]), bias);
    }

    private static double[] Reference(Tensor images, Tensor weight, Tensor bias, int stride, int padding, int dilation, int groups)
    {
        long[] x = images.shape;
        long[] k = weight.shape;
        long height = ((x[2] + (2 * padding) - (dilation * (k[2] - 1)) - 1) / stride) + 1;
        long width = ((x[3] + (2 * padding) - (dilation * (k[3] - 1)) - 1) / stride) + 1;
        double[] pixels = images.data<double>().ToArray();
        double[] filters = weight.data<double>().ToArray();
        double[] shifts = bias.data<double>().ToArray();
        double[] result = new double[x[0] * k[0] * height * width];
        for (long i = 0; i < result.Length; i++)
        {
            (long column, long row, long filter, long image) = (i % width, i / width % height, i / (width * height) % k[0], i / (width * height * k[0]));
            double sum = shifts[filter];
            for (long j = 0; j < k[1] * k[2] * k[3]; j++)
            {
                (long v, long u, long c) = (j % k[3], j / k[3] % k[2], j / (k[3] * k[2]));
                long y = (row * stride) - padding + (u * dilation);
                long z = (column * stride) - padding + (v * dilation);
                long channel = (filter / (k[0] / groups) * k[1]) + c;
                bool inside = y >= 0 && y < x[2] && z >= 0 && z < x[3];
                sum += inside ? pixels[(((((image * x[1]) + channel) * x[2]) + y) * x[3]) + z] * filters[(filter * k[1] * k[2] * k[3]) + j] : 0;
            }

            result[i] = sum;
        }

        return result;
    }
}
