using Pipeline.Inference.Sessions;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// What a registered classifier needs to know. Read once, when the model is loaded; a later change of the configuration
/// is not followed, a change of the model file is.
/// </summary>
public sealed class ImageClassifierOptions
{
    /// <summary>
    /// Path of the exported <c>.onnx</c> file, absolute or from the working directory of the process. Required.
    /// </summary>
    public string ModelPath { get; set; } = string.Empty;

    /// <summary>How the model is run.</summary>
    public ScoringOptions Scoring { get; set; } = new();

    /// <summary>
    /// Whether a replaced file is loaded while the application runs; default yes. Both models are in memory until the
    /// old one's last call has ended.
    /// </summary>
    public bool Reload { get; set; } = true;

    /// <summary>
    /// Time between two looks at the file, where the file system tells nothing by itself (network shares, a swapped
    /// link to the folder); default 5 seconds, at least 0.1.
    /// </summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);
}
