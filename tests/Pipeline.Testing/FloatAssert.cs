using System.Globalization;
using System.Numerics;
using Xunit;

namespace Pipeline.Testing;

/// <summary>Compares numbers and shows the worst one.</summary>
public static class FloatAssert
{
    /// <summary>
    /// Fails when any pair differs by more than the tolerance; the message names the worst index, both values and the
    /// difference.
    /// </summary>
    /// <param name="expected">What should be there.</param>
    /// <param name="actual">What is there.</param>
    /// <param name="tolerance">Largest absolute difference; the caller says why it is this one.</param>
    public static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance) =>
        RequireNear(expected, actual, tolerance);

    /// <inheritdoc cref="Near(ReadOnlySpan{float}, ReadOnlySpan{float}, double)"/>
    public static void Near(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance) =>
        RequireNear(expected, actual, tolerance);

    private static void RequireNear<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, double tolerance)
        where T : IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        int worst = -1;
        double largest = tolerance;
        for (int index = 0; index < expected.Length; index++)
        {
            double difference = Math.Abs(double.CreateChecked(expected[index]) - double.CreateChecked(actual[index]));
            if (!(difference <= largest))
            {
                largest = difference;
                worst = index;
            }
        }

        if (worst >= 0)
        {
            Assert.Fail(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Index {worst}: expected {expected[worst]:R}, found {actual[worst]:R}, "
                        + $"difference {largest:G3}, tolerance {tolerance:G3}."
                )
            );
        }
    }
}
