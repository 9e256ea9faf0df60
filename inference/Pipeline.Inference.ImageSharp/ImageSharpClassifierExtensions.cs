using System.Buffers;
using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging.Loading;
using Pipeline.Inference.Scoring;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Pipeline.Inference.ImageSharp;

/// <summary>Lets an application that holds an ImageSharp image classify it without encoding it first.</summary>
public static class ImageSharpClassifierExtensions
{
    /// <summary>
    /// Classifies an image. Its pixels go through the same resizer as those of a file, so the same pixels get the same
    /// answer.
    /// </summary>
    /// <param name="classifier">The loaded model. Borrowed.</param>
    /// <param name="image">
    /// The image, any size; of an animation the first frame. Taken as it is: call <c>AutoOrient</c> before when its
    /// EXIF orientation matters. Borrowed for the call.
    /// </param>
    /// <param name="name">Name that the prediction carries; may be empty.</param>
    /// <returns>The prediction, or the reason why there is none.</returns>
    /// <exception cref="ObjectDisposedException"><paramref name="image"/> was disposed.</exception>
    public static Prediction Classify(this ImageClassifier classifier, Image<Rgb24> image, string name = "")
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(image);
        var size = new ImageSize(image.Width, image.Height);
        byte[] pixels = ArrayPool<byte>.Shared.Rent(size.RgbBytes);
        try
        {
            Span<byte> rgb = pixels.AsSpan(0, size.RgbBytes);
            image.CopyPixelDataTo(rgb);
            return classifier.Classify(rgb, size, name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    /// <summary>
    /// Makes an image of a list or a stream of images out of an ImageSharp image, for
    /// <see cref="ImageClassifier.ClassifyAsync(IEnumerable{ImageSource}, LoadOrder, CancellationToken)"/>.
    /// </summary>
    /// <param name="image">
    /// The image, any size; of an animation the first frame. Copied: it may be disposed or changed afterwards.
    /// </param>
    /// <param name="name">Name that the prediction carries; may be empty.</param>
    /// <returns>The image as the classifier takes it; it holds a copy of the pixels.</returns>
    /// <exception cref="ObjectDisposedException"><paramref name="image"/> was disposed.</exception>
    public static ImageSource ToImageSource(this Image<Rgb24> image, string name = "")
    {
        ArgumentNullException.ThrowIfNull(image);
        var size = new ImageSize(image.Width, image.Height);
        byte[] pixels = new byte[size.RgbBytes];
        image.CopyPixelDataTo(pixels);
        return ImageSource.FromPixels(pixels, size, name);
    }
}
