using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Native;

namespace Pipeline.Core.Imaging.Decoding;

/// <summary>From whatever colours a file has to sRGB bytes without transparency.</summary>
internal static class ColourConversion
{
    private const string Profile = "icc-profile-data";

    // VipsBandFormat and VipsInterpretation (vips/image.h)
    private const int UShort = 2;
    private const int BlackAndWhite = 1;
    private const int Cmyk = 15;
    private const int Srgb = 22;
    private const int Rgb16 = 25;
    private const int Grey16 = 26;

    // VipsIntent (vips/colour.h): what the ICC calls the intent for photographs.
    private const int PerceptualIntent = 0;

    /// <summary>Whether the samples are of a kind with an agreed meaning as colours.</summary>
    /// <param name="image">A loaded image.</param>
    /// <returns>Whether <see cref="ToRgb"/> can take it.</returns>
    internal static bool Accepts(GObjectHandle image)
    {
        int bands = Vips.Bands(image);
        return Vips.Format(image) is Vips.UChar or UShort
            && Vips.Interpretation(image) switch
            {
                BlackAndWhite or Grey16 => bands is 1 or 2,
                Srgb or Rgb16 => bands is 3 or 4,
                Cmyk => bands is 4 or 5,
                _ => false,
            };
    }

    /// <summary>Describes the conversion; pixels are made later.</summary>
    /// <param name="takenImage">An accepted image. Transferred.</param>
    /// <returns>
    /// Three bands of bytes, or four with transparency; the image itself when it has them already. Owned by the caller.
    /// </returns>
    /// <exception cref="VipsException">libvips refused.</exception>
    internal static GObjectHandle ToRgb(GObjectHandle takenImage)
    {
        GObjectHandle image = takenImage;
        if (Vips.Interpretation(image) == Cmyk || HasForeignProfile(image))
        {
            // Ink has no meaning without a profile: libvips has one for files that bring none.
            image = Then(
                image,
                new VipsOperation("icc_transform")
                    .Set("output_profile", "srgb")
                    .Set("embedded", true)
                    .Set("intent", PerceptualIntent)
                    .Set("depth", 8)
            );
        }
        else if (Vips.Interpretation(image) != Srgb)
        {
            image = Then(image, new VipsOperation("colourspace").Set("space", Srgb));
        }

        if (Vips.Format(image) != Vips.UChar)
        {
            image = Then(image, new VipsOperation("cast").Set("format", Vips.UChar));
        }

        return image;
    }

    /// <summary>Describes the blending of versions 1 and 2 of the rules, which cuts fractions off.</summary>
    /// <param name="takenImage">What <see cref="ToRgb"/> made. Transferred.</param>
    /// <param name="alpha">What becomes of transparency.</param>
    /// <returns>Three bands of bytes. Owned by the caller.</returns>
    /// <exception cref="VipsException">libvips refused.</exception>
    internal static GObjectHandle Flatten(GObjectHandle takenImage, AlphaPolicy alpha)
    {
        double level = AlphaBlend.Background(alpha);
        return Vips.Bands(takenImage) == 4
            ? Then(
                takenImage,
                new VipsOperation("flatten").Set("background", [level, level, level]).Set("max_alpha", 255.0)
            )
            : takenImage;
    }

    // A profile for other colours than the image has says nothing about it. Of the others nearly all are sRGB itself:
    // converting would only cost time and rounding.
    private static unsafe bool HasForeignProfile(GObjectHandle image)
    {
        if (Vips.TypeOf(image, Profile) == 0 || Vips.GetBlob(image, Profile, out byte* data, out nuint length) != 0)
        {
            return false;
        }

        // ICC.1:2022, section 7.2: the colour space of the data is the signature at byte 16 of the header.
        var profile = new ReadOnlySpan<byte>(data, checked((int)length));
        ReadOnlySpan<byte> space = Vips.Interpretation(image) is BlackAndWhite or Grey16 ? "GRAY"u8 : "RGB "u8;
        return profile.Length > 128
            && profile.Slice(16, 4).SequenceEqual(space)
            && profile.IndexOf("sRGB IEC61966-2.1"u8) < 0;
    }

    // The result holds what it needs of its input.
    private static GObjectHandle Then(GObjectHandle takenImage, VipsOperation takenOperation)
    {
        using (takenImage)
        using (takenOperation)
        {
            return takenOperation.Set("in", takenImage).RunToImage();
        }
    }
}
