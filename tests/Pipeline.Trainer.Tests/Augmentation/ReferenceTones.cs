using Pipeline.Core.Contracts;
using Pipeline.Trainer.Augmentation;

namespace Pipeline.Trainer.Tests.Augmentation;

/// <summary>A policy's tone changes, channel by channel with loops, as Pillow describes them.</summary>
internal static class ReferenceTones
{
    /// <summary>Changes one image, <c>[3, H, W]</c>.</summary>
    internal static double[] Apply(double[] image, ImageSize size, ToneChange tone) =>
        [
            .. image
                .Chunk(size.Width * size.Height)
                .SelectMany(channel =>
                    tone.Kind switch
                    {
                        ToneKind.Sharpness => Sharpen(channel, size, tone.Amount),
                        ToneKind.Posterize => channel.Select(value =>
                            (double)((int)value >> (8 - (int)tone.Amount) << (8 - (int)tone.Amount))
                        ),
                        ToneKind.Solarize => channel.Select(value => value < tone.Amount ? value : 255 - value),
                        ToneKind.AutoContrast => channel.Max() == channel.Min()
                            ? channel
                            : channel.Select(value => (value - channel.Min()) / (channel.Max() - channel.Min()) * 255),
                        ToneKind.Equalize => Equalize(channel),
                        _ => channel,
                    }
                ),
        ];

    private static double[] Sharpen(double[] channel, ImageSize size, double factor)
    {
        double[] result = [.. channel];
        for (int index = 0; index < channel.Length; index++)
        {
            int row = index / size.Width,
                column = index % size.Width;
            double smooth = channel[index];
            if (row > 0 && row < size.Height - 1 && column > 0 && column < size.Width - 1)
            {
                int[] around =
                [
                    index - size.Width - 1,
                    index - size.Width,
                    index - size.Width + 1,
                    index - 1,
                    index + 1,
                    index + size.Width - 1,
                    index + size.Width,
                    index + size.Width + 1,
                ];
                smooth = (around.Sum(place => channel[place]) + (5 * channel[index])) / 13;
            }

            result[index] = ReferenceColors.Cut(smooth + (factor * (channel[index] - smooth)));
        }

        return result;
    }

    private static double[] Equalize(double[] channel)
    {
        int[] histogram = new int[256];
        foreach (double value in channel)
        {
            histogram[(int)Math.Round(value)]++;
        }

        int step = (channel.Length - histogram.Last(count => count > 0)) / 255;
        if (step == 0)
        {
            return channel;
        }

        int[] table =
        [
            .. Enumerable
                .Range(0, 256)
                .Select(value => Math.Min(((step / 2) + histogram.Take(value).Sum()) / step, 255)),
        ];
        return [.. channel.Select(value => (double)table[(int)Math.Round(value)])];
    }
}
