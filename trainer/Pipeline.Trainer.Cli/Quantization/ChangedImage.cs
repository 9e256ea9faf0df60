namespace Pipeline.Trainer.Cli.Quantization;

/// <summary>An image to which int8 gives another class than float32.</summary>
/// <param name="Image">Its path.</param>
/// <param name="Truth">Its label.</param>
/// <param name="Float32">Class of the float32 model.</param>
/// <param name="Int8">Class of the int8 model.</param>
internal sealed record ChangedImage(string Image, string Truth, string Float32, string Int8);
