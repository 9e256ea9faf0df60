using Pipeline.Core.Errors;

namespace Pipeline.Export.Quantization.Calibration;

/// <summary>
/// What the calibration images showed of every activation: its range, and the mean of each channel. Memory does not
/// grow with the images. Not thread-safe.
/// </summary>
internal sealed class CalibrationTable
{
    private readonly Dictionary<string, RangeCollector> collectors;
    private readonly Dictionary<string, ChannelMeans> means = new(StringComparer.Ordinal);

    /// <summary>Makes an empty table.</summary>
    /// <param name="tensors">Names of the activations.</param>
    /// <param name="method">How ranges are chosen.</param>
    /// <param name="percentile">
    /// For <see cref="CalibrationMethod.Percentile"/>: share of the values inside the range in percent, in (50, 100].
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The percentile is out of its range.</exception>
    public CalibrationTable(IEnumerable<string> tensors, CalibrationMethod method, double percentile = 99.99)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(percentile, 50);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percentile, 100);
        collectors = tensors.ToDictionary(
            name => name,
            _ => RangeCollector.Create(method, percentile),
            StringComparer.Ordinal
        );
    }

    /// <summary>Adds the values of a batch.</summary>
    /// <param name="tensor">Name of the activation.</param>
    /// <param name="shape"><c>[N, C]</c> or <c>[N, C, H, W]</c>.</param>
    /// <param name="values">product(shape) values, row-major. Borrowed.</param>
    /// <exception cref="ExportException">A value is NaN or infinite; the message names the activation.</exception>
    /// <exception cref="ArgumentException">The table has no such activation.</exception>
    public void Observe(string tensor, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        if (!collectors.TryGetValue(tensor, out RangeCollector? collector))
        {
            throw new ArgumentException($"There is no activation '{tensor}' in the table.", nameof(tensor));
        }

        int count = shape.Length == 0 ? 1 : (int)shape[0];
        int channels = shape.Length < 2 ? 1 : (int)shape[1];
        int perImage = values.Length / Math.Max(count, 1);
        if (!means.TryGetValue(tensor, out ChannelMeans? sums))
        {
            means[tensor] = sums = new ChannelMeans(channels);
        }

        for (int image = 0; image < count; image++)
        {
            ReadOnlySpan<float> one = values.Slice(image * perImage, perImage);
            try
            {
                collector.Observe(one);
            }
            catch (ExportException error)
            {
                throw new ExportException(
                    $"Activation '{tensor}' is NaN or infinite on a calibration image, so the model is not sound. "
                        + "Train again with a smaller rate, and export that.",
                    error
                )
                {
                    Subject = tensor,
                };
            }

            sums.Add(one);
        }
    }

    /// <summary>The range of an activation.</summary>
    /// <param name="tensor">Its name.</param>
    /// <returns>The range that the method chose.</returns>
    /// <exception cref="ExportException">No image was seen, or the activation is unknown.</exception>
    public ValueRange Range(string tensor) =>
        collectors.TryGetValue(tensor, out RangeCollector? collector) && means.ContainsKey(tensor)
            ? collector.Range
            : throw new ExportException(
                $"Activation '{tensor}' was not seen on any calibration image. Calibrate all activations of the model."
            )
            {
                Subject = tensor,
            };

    /// <summary>Mean value of each channel over images and places.</summary>
    /// <returns><c>[C]</c>.</returns>
    internal double[] Means(string tensor) =>
        means.TryGetValue(tensor, out ChannelMeans? sums)
            ? sums.Values
            : throw new ExportException(
                $"Activation '{tensor}' was not seen on any calibration image. Calibrate all activations of the model."
            )
            {
                Subject = tensor,
            };
}
