using System.Text.Json;
using Pipeline.Core.Errors;

namespace Pipeline.Core.Contracts;

/// <summary>
/// Everything that happens between the bytes of an image file and the network's first layer. The one place where size,
/// crop, interpolation, antialias, channel order, scale, mean and deviation are said; training, evaluation and serving
/// all read it, so there is no second default.
/// </summary>
/// <remarks>
/// Decoding gives RGB bytes <c>uint8 [H, W, 3]</c> (EXIF orientation applied, colours converted to sRGB, transparency
/// blended). The network then sees <c>(value * Scale - Mean[c]) / Std[c]</c>, float32, c counted in
/// <see cref="ChannelOrder"/>; an exported graph does this itself unless <see cref="IsInGraph"/> is off.
/// </remarks>
public sealed record Preprocessing
{
    /// <summary>
    /// The newest version of these rules that this code implements; a file with a later one is refused.
    /// </summary>
    public const int CurrentVersion = 3;

    /// <summary>
    /// Version of the rules, 1 to <see cref="CurrentVersion"/>, the default. A model keeps the one that it was trained
    /// with. Before 3, transparency was blended with its fraction cut off, and a JPEG shrunk on load could lose its
    /// last odd row and column; 2 brought <see cref="ShrinkOnLoad.Fast"/>.
    /// </summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Whether blending rounds and shrinking loses nothing.</summary>
    internal bool IsExact => Version >= 3;

    /// <summary>Size of the network's input in pixels.</summary>
    public required ImageSize Size { get; init; }

    /// <summary>How an image of another shape becomes that size.</summary>
    public required ResizeMode Resize { get; init; }

    /// <summary>Interpolation kernel.</summary>
    public required ResizeKernel Kernel { get; init; }

    /// <summary>
    /// Whether the kernel widens with the reduction, so that no pixel is skipped. Always on but for
    /// <see cref="ResizeKernel.Nearest"/>.
    /// </summary>
    public required bool Antialias { get; init; }

    /// <summary>How far a JPEG may be shrunk while it is decoded.</summary>
    public ShrinkOnLoad ShrinkOnLoad { get; init; } = ShrinkOnLoad.Fine;

    /// <summary>What becomes of transparency.</summary>
    public AlphaPolicy Alpha { get; init; } = AlphaPolicy.OverWhite;

    /// <summary>Channel order that the network expects.</summary>
    public ChannelOrder ChannelOrder { get; init; } = ChannelOrder.Rgb;

    /// <summary>Factor on byte values, such as 1/255; positive.</summary>
    public required double Scale { get; init; }

    /// <summary>Subtracted after scaling, one value per channel in <see cref="ChannelOrder"/>. Do not modify.</summary>
    public required double[] Mean { get; init; }

    /// <summary>
    /// Divided by after subtracting, one positive value per channel in <see cref="ChannelOrder"/>. Do not modify.
    /// </summary>
    public required double[] Std { get; init; }

    /// <summary>
    /// Whether an exported graph normalises: its input is then <c>uint8 [N, H, W, 3]</c>, RGB. Otherwise channel order,
    /// scale, mean and std are the caller's work and the input is <c>float32 [N, 3, H, W]</c>. Default yes.
    /// </summary>
    public bool IsInGraph { get; init; } = true;

    /// <summary>
    /// Scale and shift per input channel that equal the three numbers above: <c>x = value * Multiplier + Offset</c>.
    /// </summary>
    /// <returns>Three multipliers and three offsets, in <see cref="ChannelOrder"/>.</returns>
    public (double[] Multiplier, double[] Offset) AsAffine()
    {
        var multiplier = new double[3];
        var offset = new double[3];
        for (int channel = 0; channel < 3; channel++)
        {
            multiplier[channel] = Scale / Std[channel];
            offset[channel] = -Mean[channel] / Std[channel];
        }

        return (multiplier, offset);
    }

    /// <summary>Checks every value and lists all faults at once.</summary>
    /// <returns>This record, for chaining.</returns>
    /// <exception cref="ModelContractException">A value is out of its range.</exception>
    public Preprocessing Validate()
    {
        var faults = new List<string>();
        if (Size.Width is < 1 or > 8192 || Size.Height is < 1 or > 8192)
        {
            faults.Add($"size is {Size}, expected 1 to 8192 pixels on each side");
        }

        if (Version is < 1 or > CurrentVersion || (Version == 1 && ShrinkOnLoad != ShrinkOnLoad.Fine))
        {
            string early = ShrinkOnLoad == ShrinkOnLoad.Fine ? "" : " with shrinkOnLoad, which came with version 2";
            faults.Add($"version is {Version}{early}, this program knows 1 to {CurrentVersion}");
        }

        if (!(Scale > 0) || !double.IsFinite(Scale))
        {
            faults.Add(FormattableString.Invariant($"scale is {Scale}, expected a positive number such as 1/255"));
        }

        CheckChannels(faults, "mean", Mean, positive: false);
        CheckChannels(faults, "std", Std, positive: true);
        if (Antialias == (Kernel == ResizeKernel.Nearest))
        {
            faults.Add(
                $"antialias is {(Antialias ? "true" : "false")} with kernel {Kernel}, "
                    + "expected true for every kernel but nearest, and false for nearest"
            );
        }

        return faults.Count == 0
            ? this
            : throw new ModelContractException($"Preprocessing: {string.Join("; ", faults)}.");
    }

    /// <summary>Writes the JSON form that the model contract and a preprocessing file carry.</summary>
    /// <returns>One JSON object, invariant, keys in a fixed order.</returns>
    public string ToJson() =>
        JsonSerializer.Serialize(PreprocessingJson.From(this), ContractJson.Default.PreprocessingJson);

    /// <summary>Reads the JSON form.</summary>
    /// <param name="json">One JSON object.</param>
    /// <param name="source">Where the text came from, for the message.</param>
    /// <returns>Validated rules.</returns>
    /// <exception cref="ModelContractException">The text is no such object, or a value is out of range.</exception>
    public static Preprocessing FromJson(string json, string source) =>
        ContractJson.Read(json, source, ContractJson.Default.PreprocessingJson).ToPreprocessing(source).Validate();

    private static void CheckChannels(List<string> faults, string name, double[] values, bool positive)
    {
        if (values is not { Length: 3 })
        {
            faults.Add($"{name} has {values?.Length ?? 0} values, expected 3");
        }
        else if (values.Any(value => !double.IsFinite(value) || (positive && value <= 0)))
        {
            faults.Add($"{name} has a value that is not a {(positive ? "positive " : string.Empty)}finite number");
        }
    }
}
