using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;

namespace Pipeline.Training.Quantization;

/// <summary>What shall become int8, on which images, and where the files go.</summary>
internal sealed record QuantizationJob
{
    /// <summary>The checked float32 model.</summary>
    internal required string Model { get; init; }

    /// <summary>The int8 model, made or replaced only if it is good enough.</summary>
    internal required string Output { get; init; }

    /// <summary>The report, written in any case.</summary>
    internal required string Report { get; init; }

    /// <summary>Image files to measure ranges on, of which evenly spaced ones are taken.</summary>
    internal required IReadOnlyList<string> Calibration { get; init; }

    /// <summary>What to call the calibration files in a message.</summary>
    internal required string CalibrationName { get; init; }

    /// <summary>Images to choose by, at least one.</summary>
    internal required IReadOnlyList<ImageSample> Validation { get; init; }

    /// <summary>Folder that reported paths are relative to.</summary>
    internal required string Root { get; init; }

    /// <summary>Images that are looked at once, when everything is chosen; may be empty.</summary>
    internal IReadOnlyList<ImageSample> Test { get; init; } = [];

    /// <summary>How, and how good is good enough.</summary>
    internal required QuantizationRecipe Settings { get; init; }

    /// <summary>Threads of the runtime.</summary>
    internal required int Threads { get; init; }
}
