using Pipeline.Core.Errors;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>How a step opens the file of its model.</summary>
internal static class ModelFile
{
    /// <summary>Opens a model.</summary>
    /// <param name="path">Path of the <c>.onnx</c> file.</param>
    /// <param name="options">How to run it; <c>null</c> takes what scores many images fastest.</param>
    /// <param name="features">Whether batches carry the features, whatever the options say.</param>
    /// <returns>The model. Owned by the caller.</returns>
    /// <exception cref="ModelContractException">
    /// The file is no model of ours, or was exported without its features.
    /// </exception>
    internal static ImageClassifier Open(string path, ScoringOptions? options, bool features = false)
    {
        if (options is not null)
        {
            return ImageClassifier.Load(path, options with { Features = features || options.Features });
        }

        return features ? OpenForManyFeatures(path) : ImageClassifier.LoadForManyImages(path);
    }

    /// <summary>As <see cref="ImageClassifier.LoadForManyImages"/> does: the device is known when it is open.</summary>
    private static ImageClassifier OpenForManyFeatures(string path)
    {
        ImageClassifier classifier = ImageClassifier.Load(
            path,
            ScoringOptions.ForManyImages() with
            {
                Features = true,
            }
        );
        if (classifier.Device.Effective == ScoringDevice.Cpu)
        {
            return classifier;
        }

        ScoringOptions fitting = ScoringOptions.ForManyImages(classifier.Device.Effective) with { Features = true };
        classifier.Dispose();
        return ImageClassifier.Load(path, fitting);
    }
}
