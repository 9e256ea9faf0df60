using Pipeline.Core.Contracts;

namespace Pipeline.Core.Imaging.Resizing;

/// <summary>
/// For each kept pixel of one axis, the source pixels it is made of and their weights in 22-bit fixed point.
/// </summary>
/// <remarks>
/// <para>With s = source / full and r = max(s, 1), pixel i has its centre at c = (i + 0.5) · s and takes source pixels
/// k in [round(c − R·r), round(c + R·r)), clipped to the image, with weights f((k + 0.5 − c) / r) divided by their sum.
/// R is the radius of kernel f: triangle 1, Catmull-Rom 2, Lanczos 3. Widening f by r when shrinking is the
/// antialias.</para>
/// <para>Source: Pillow, src/libImaging/Resample.c (<c>precompute_coeffs</c>, <c>normalize_coeffs_8bpc</c>), whose
/// results this reproduces to the bit. Catmull-Rom: Keys 1981, a = −0.5. Checked against a floating-point reference in
/// <c>ImageResizerTests</c> and against Pillow's own output in <c>PillowGoldenTests</c>.</para>
/// </remarks>
internal sealed class AxisWeights
{
    /// <summary>Fraction bits of a weight: 32 less 8 of the pixel and 2 for kernels that overshoot.</summary>
    internal const int FractionBits = 32 - 8 - 2;

    private AxisWeights(int[] starts, int[] counts, int[] weights, int stride)
    {
        Starts = starts;
        Counts = counts;
        Weights = weights;
        Stride = stride;
    }

    /// <summary>First source pixel per kept pixel; never falls.</summary>
    internal int[] Starts { get; }

    /// <summary>Number of source pixels per kept pixel, at least 1.</summary>
    internal int[] Counts { get; }

    /// <summary>Weights, <see cref="Stride"/> places per kept pixel.</summary>
    internal int[] Weights { get; }

    /// <summary>Places per kept pixel in <see cref="Weights"/>.</summary>
    internal int Stride { get; }

    /// <summary>One past the last source pixel that any kept pixel takes.</summary>
    internal int End => Starts[^1] + Counts[^1];

    /// <summary>Computes the weights.</summary>
    /// <param name="source">Length of the source in pixels.</param>
    /// <param name="plan">Scaled length and the part kept.</param>
    /// <param name="kernel">Any kernel but nearest.</param>
    /// <returns>The weights.</returns>
    internal static AxisWeights Create(int source, AxisPlan plan, ResizeKernel kernel)
    {
        double scale = (double)source / plan.Full;
        double reach = Math.Max(scale, 1);
        double support = Radius(kernel) * reach;
        int stride = checked(((int)Math.Ceiling(support) * 2) + 1);
        var starts = new int[plan.Count];
        var counts = new int[plan.Count];
        var weights = new int[checked(plan.Count * stride)];
        var raw = new double[stride];
        for (int index = 0; index < plan.Count; index++)
        {
            double center = (plan.First + index + 0.5) * scale;
            int start = (int)Math.Max(center - support + 0.5, 0);
            int count = (int)Math.Min(center + support + 0.5, source) - start;
            double sum = 0;
            for (int k = 0; k < count; k++)
            {
                // Pillow multiplies by the reciprocal; dividing would round differently.
                raw[k] = Evaluate(kernel, (start + k - center + 0.5) * (1 / reach));
                sum += raw[k];
            }

            starts[index] = start;
            counts[index] = count;
            for (int k = 0; k < count; k++)
            {
                double scaled = raw[k] / sum * (1 << FractionBits);
                weights[(index * stride) + k] = (int)(scaled + (scaled < 0 ? -0.5 : 0.5));
            }
        }

        return new AxisWeights(starts, counts, weights, stride);
    }

    private static double Radius(ResizeKernel kernel) =>
        kernel switch
        {
            ResizeKernel.Bilinear => 1,
            ResizeKernel.Bicubic => 2,
            ResizeKernel.Lanczos3 => 3,
            _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "Not a kernel with weights."),
        };

    private static double Evaluate(ResizeKernel kernel, double x)
    {
        double distance = Math.Abs(x);
        return kernel switch
        {
            ResizeKernel.Bilinear => distance < 1 ? 1 - distance : 0,
            ResizeKernel.Bicubic => Cubic(distance),
            _ => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
        };
    }

    private static double Cubic(double x)
    {
        const double a = -0.5;
        if (x < 1)
        {
            return ((((a + 2) * x) - (a + 3)) * x * x) + 1;
        }

        return x < 2 ? ((((x - 5) * x) + 8) * x - 4) * a : 0;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
