using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Pipeline.Inference.MLNet.Saving;

/// <summary>A row with a decoded image, of any size: ML.NET wants a size here and does not look at it.</summary>
internal sealed class ImageRow : StateRow
{
    /// <summary>The image.</summary>
    [ImageType(1, 1)]
    public MLImage? ImageClassificationInput { get; set; }
}
