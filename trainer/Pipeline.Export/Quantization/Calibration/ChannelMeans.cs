namespace Pipeline.Export.Quantization.Calibration;

/// <summary>The mean of each channel of an activation, summed in double.</summary>
internal sealed class ChannelMeans(int channels)
{
    private readonly double[] sums = new double[channels];
    private double places;

    /// <summary><c>[C]</c>.</summary>
    internal double[] Values => [.. sums.Select(sum => sum / places)];

    /// <summary>Adds one image, <c>[C, ...]</c>.</summary>
    internal void Add(ReadOnlySpan<float> image)
    {
        int perChannel = image.Length / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            double sum = 0;
            foreach (float value in image.Slice(channel * perChannel, perChannel))
            {
                sum += value;
            }

            sums[channel] += sum;
        }

        places += perChannel;
    }
}
