using static TorchSharp.torch;

namespace Pipeline.Trainer.Augmentation;

/// <summary>
/// Colour jitter: brightness, contrast, saturation, hue, always in this order. Formulas are those of torchvision 0.14's
/// <c>functional_tensor</c>, which follow Pillow's <c>ImageEnhance</c>.
/// </summary>
internal static class ColorChanges
{
    private const double White = 255;

    /// <summary>
    /// What resampling may take from a whole level by rounding: a value so close below a level counts as that level.
    /// </summary>
    private const float Rounding = 1f / 1024;

    /// <summary>Changes colours.</summary>
    /// <param name="pixels"><c>float32 [N, 3, H, W]</c> RGB, 0 to 255. Borrowed.</param>
    /// <param name="changes">One per image.</param>
    /// <returns>
    /// <c>[N, 3, H, W]</c>, 0 to 255; the tensor given when nothing changes. Owned by the caller's dispose scope.
    /// </returns>
    internal static Tensor Apply(Tensor pixels, IReadOnlyList<ImageChange> changes)
    {
        Tensor result = ChangedImages.Apply(
            pixels,
            changes,
            change => change.Brightness != 1,
            (images, some) => Brighten(images, Numbers(images, some, change => change.Brightness))
        );
        result = ChangedImages.Apply(
            result,
            changes,
            change => change.Contrast != 1,
            (images, some) =>
                Blend(
                    images,
                    Grey(images).mean([3], keepdim: true).mean([2], keepdim: true),
                    Numbers(images, some, change => change.Contrast)
                )
        );
        result = ChangedImages.Apply(
            result,
            changes,
            change => change.Saturation != 1,
            (images, some) => Blend(images, Grey(images), Numbers(images, some, change => change.Saturation))
        );
        return ChangedImages.Apply(
            result,
            changes,
            change => change.HueDegrees != 0,
            (images, some) => Turn(images, Numbers(images, some, change => change.HueDegrees / 60))
        );
    }

    /// <summary>Away from another image by a factor: 0 gives the other, 1 the image. Cut to 0 to 255.</summary>
    internal static Tensor Blend(Tensor images, Tensor others, Tensor factors) =>
        ((images * factors) + (others * (1 - factors))).clamp_(0, White);

    /// <summary>
    /// As Keras's <c>apply_brightness_shift</c> without scaling: the image becomes bytes,
    /// <c>ImageEnhance.Brightness</c> multiplies them in float32, cuts at 255 and drops the fraction.
    /// </summary>
    private static Tensor Brighten(Tensor images, Tensor factors) =>
        ((images + Rounding).floor() * factors).clamp_(0, White).floor();

    /// <summary>Luma of ITU-R BT.601, with the four digits that torchvision has. <c>[N, 1, H, W]</c>.</summary>
    private static Tensor Grey(Tensor images) =>
        (images.narrow(1, 0, 1) * 0.2989) + (images.narrow(1, 1, 1) * 0.587) + (images.narrow(1, 2, 1) * 0.114);

    /// <summary>To HSV, the hue turned, and back.</summary>
    /// <remarks>
    /// Back: channel n is v - c · max(0, min(k, 4 - k, 1)) with k = (n + hue) mod 6, n = 5, 3, 1; Smith 1978, in the
    /// form without cases.
    /// </remarks>
    private static Tensor Turn(Tensor images, Tensor sixths)
    {
        Tensor red = images.narrow(1, 0, 1),
            green = images.narrow(1, 1, 1),
            blue = images.narrow(1, 2, 1); // [N, 1, H, W]
        Tensor value = red.maximum(green).maximum(blue);
        Tensor chroma = value - red.minimum(green).minimum(blue);
        Tensor divisor = chroma.masked_fill(chroma.eq(0), 1);
        Tensor hue = where(
            value.eq(red),
            (green - blue) / divisor,
            where(value.eq(green), ((blue - red) / divisor) + 2, ((red - green) / divisor) + 4)
        );
        Tensor channels = tensor(new float[] { 5, 3, 1 }, [1, 3, 1, 1]).to(images.device);
        Tensor place = (hue + sixths + channels).remainder(6); // [N, 3, H, W]
        return value - (chroma * place.minimum(4 - place).clamp_(0, 1));
    }

    private static Tensor Numbers(
        Tensor images,
        IReadOnlyList<ImageChange> changes,
        Func<ImageChange, double> number
    ) => ChangedImages.Numbers(changes, number, images.device);
}
