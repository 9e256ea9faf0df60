using static TorchSharp.torch;

namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// The tone changes of a policy. Formulas are Pillow's (<c>ImageOps</c>, <c>ImageEnhance.Sharpness</c>), without its
/// rounding to whole values after each.
/// </summary>
internal static class ToneChanges
{
    private const double White = 255;
    private const int Levels = 256;

    /// <summary>Changes tones.</summary>
    /// <param name="pixels"><c>float32 [N, 3, H, W]</c> RGB, 0 to 255. Borrowed.</param>
    /// <param name="changes">One per image.</param>
    /// <returns>
    /// <c>[N, 3, H, W]</c>, 0 to 255; the tensor given when nothing changes. Owned by the caller's dispose scope.
    /// </returns>
    internal static Tensor Apply(Tensor pixels, IReadOnlyList<ImageChange> changes)
    {
        Tensor result = Some(pixels, changes, ToneKind.Sharpness, Sharpen);
        result = Some(result, changes, ToneKind.Posterize, (images, amounts) => Posterize(images, amounts));
        result = Some(
            result,
            changes,
            ToneKind.Solarize,
            (images, amounts) => where(images.ge(amounts), White - images, images)
        );
        result = Some(result, changes, ToneKind.AutoContrast, (images, _) => Spread(images));
        return Some(result, changes, ToneKind.Equalize, (images, _) => Equalize(images));
    }

    private static Tensor Some(
        Tensor pixels,
        IReadOnlyList<ImageChange> changes,
        ToneKind kind,
        Func<Tensor, Tensor, Tensor> apply
    ) =>
        ChangedImages.Apply(
            pixels,
            changes,
            change => change.Tone.Kind == kind,
            (images, some) => apply(images, ChangedImages.Numbers(some, change => change.Tone.Amount, images.device))
        );

    /// <summary>
    /// Blends with the mean of the 3 x 3 neighbours, the middle counted five times; the outermost pixels stay.
    /// </summary>
    private static Tensor Sharpen(Tensor images, Tensor factors)
    {
        long height = images.shape[2] - 2,
            width = images.shape[3] - 2;
        if (height < 1 || width < 1)
        {
            return images;
        }

        // Sums of shifted images rather than a convolution: an image's result cannot depend on the batch around it
        Tensor sum = images.narrow(2, 1, height).narrow(3, 1, width) * 4;
        for (int place = 0; place < 9; place++)
        {
            sum = sum + images.narrow(2, place / 3, height).narrow(3, place % 3, width);
        }

        Tensor smooth = images.clone();
        smooth.narrow(2, 1, height).narrow(3, 1, width).copy_(sum / 13);
        return ColorChanges.Blend(images, smooth, factors);
    }

    private static Tensor Posterize(Tensor images, Tensor bits)
    {
        Tensor step = ((8 - bits) * Math.Log(2)).exp().round(); // 2^(8 - bits), whole
        return (images / step).floor() * step;
    }

    private static Tensor Spread(Tensor images)
    {
        Tensor flat = images.flatten(2); // [N, 3, H W]
        Tensor low = flat.gather(2, flat.argmin(2, keepdim: true)),
            high = flat.gather(2, flat.argmax(2, keepdim: true)); // [N, 3, 1]
        Tensor range = high - low;
        Tensor spread = (flat - low) * (White / range.masked_fill(range.eq(0), 1));
        return where(range.eq(0), flat, spread).reshape(images.shape);
    }

    /// <summary>
    /// As <c>ImageOps.equalize</c>: a table from the counts below each value, in whole numbers; a channel of too few
    /// values stays.
    /// </summary>
    private static Tensor Equalize(Tensor images)
    {
        Tensor flat = images.flatten(2); // [N, 3, P]
        Tensor values = flat.round().clamp_(0, White).to(int64);
        Tensor counts = zeros([images.shape[0], 3, Levels], dtype: int64, device: images.device)
            .scatter_add_(2, values, values.ones_like()); // [N, 3, 256]
        Tensor ofHighest = counts.gather(2, values.gather(2, values.argmax(2, keepdim: true))); // [N, 3, 1]
        Tensor step = ((values.shape[2] - ofHighest).to(float64) / White).floor();
        Tensor below = (counts.cumsum(2) - counts).to(float64);
        // [N, 3, 256]
        Tensor table = ((below + (step / 2).floor()) / step.clamp_min(1)).floor().clamp_(0, White).to(float32);
        return where(step.eq(0), flat, table.gather(2, values)).reshape(images.shape);
    }
}
