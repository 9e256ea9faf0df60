using System.Text.Json.Serialization;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Contracts;

/// <summary>
/// The wire form of <see cref="Preprocessing"/>: the key <c>pipeline.preprocessing</c> of an exported model, and a
/// preprocessing file of a foreign one.
/// </summary>
/// <remarks>
/// What may be left out is set, not init: the generated reader would give an init-only property no default.
/// </remarks>
internal sealed record PreprocessingJson
{
    private static readonly string[] Normalization = ["channelOrder", "scale", "mean", "std"];

    public required int Version { get; init; }

    public string Orientation { get; set; } = "exif";

    public string Color { get; set; } = "srgb";

    public string Alpha { get; set; } = "over-white";

    public required string Resize { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required string Kernel { get; init; }

    public required bool Antialias { get; init; }

    /// <summary>Since version 2; not given means fine.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ShrinkOnLoad { get; init; }

    public string ChannelOrder { get; set; } = "rgb";

    public required double Scale { get; init; }

    public required double[] Mean { get; init; }

    public required double[] Std { get; init; }

    /// <summary>
    /// Which steps the graph itself does; the others are the caller's. All of the normalisation, or nothing; not given
    /// means all.
    /// </summary>
    public string[]? InGraph { get; init; }

    public static PreprocessingJson From(Preprocessing value) =>
        new()
        {
            Version = value.Version,
            Alpha = WireNames.ToKebab(value.Alpha),
            Resize = WireNames.ToKebab(value.Resize),
            Width = value.Size.Width,
            Height = value.Size.Height,
            Kernel = WireNames.ToKebab(value.Kernel),
            Antialias = value.Antialias,
            ShrinkOnLoad =
                value.ShrinkOnLoad == Contracts.ShrinkOnLoad.Fine ? null : WireNames.ToKebab(value.ShrinkOnLoad),
            ChannelOrder = WireNames.ToKebab(value.ChannelOrder),
            Scale = value.Scale,
            Mean = value.Mean,
            Std = value.Std,
            InGraph = value.IsInGraph ? Normalization : [],
        };

    public Preprocessing ToPreprocessing(string source)
    {
        if (Orientation != "exif" || Color != "srgb")
        {
            throw new ModelContractException(
                $"{source}: preprocessing says orientation '{Orientation}' and color '{Color}', "
                    + "this program knows 'exif' and 'srgb' only. Use a newer version."
            )
            {
                Subject = source,
            };
        }

        if (Version is < 1 or > Preprocessing.CurrentVersion || (Version == 1 && ShrinkOnLoad is not null))
        {
            string early = ShrinkOnLoad is null ? "" : " with 'shrinkOnLoad', which came with version 2";
            throw new ModelContractException(
                $"{source}: preprocessing: version is {Version}{early}, "
                    + $"this program knows 1 to {Preprocessing.CurrentVersion}. Use a newer version of it, "
                    + "or correct the file."
            )
            {
                Subject = source,
            };
        }

        return new Preprocessing
        {
            Version = Version,
            ShrinkOnLoad = ShrinkOnLoad is null
                ? Contracts.ShrinkOnLoad.Fine
                : WireNames.Parse<ShrinkOnLoad>(ShrinkOnLoad, $"{source}: shrinkOnLoad"),
            Size = new ImageSize(Width, Height),
            Resize = WireNames.Parse<ResizeMode>(Resize, $"{source}: resize"),
            Kernel = WireNames.Parse<ResizeKernel>(Kernel, $"{source}: kernel"),
            Antialias = Antialias,
            Alpha = WireNames.Parse<AlphaPolicy>(Alpha, $"{source}: alpha"),
            ChannelOrder = WireNames.Parse<ChannelOrder>(ChannelOrder, $"{source}: channelOrder"),
            Scale = Scale,
            Mean = Mean,
            Std = Std,
            IsInGraph = ReadInGraph(source),
        };
    }

    private bool ReadInGraph(string source)
    {
        string[] steps = InGraph ?? Normalization;
        return steps.Length == 0 || Normalization.ToHashSet().SetEquals(steps)
            ? steps.Length > 0
            : throw new ModelContractException(
                $"{source}: preprocessing says that the graph does '{string.Join(", ", steps)}', "
                    + $"this program knows all of '{string.Join(", ", Normalization)}' (uint8 input) or nothing "
                    + "(float32 input). Export the model again, or correct the file."
            )
            {
                Subject = source,
            };
    }
}
