using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Pipeline.Inference.MLNet.Tests;

/// <summary>A decoded image.</summary>
internal sealed class PictureRow
{
    [ImageType(12, 20)]
    public MLImage? Picture { get; set; }
}
