using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Weights.Topology;

/// <summary>The texts of steps; people read them in messages.</summary>
internal static class StepText
{
    internal const string Add = "Add";
    internal const string Multiply = "Multiply";
    internal const string Concat = "Concat";
    internal const string Flatten = "Flatten";
    internal const string GlobalPool = "GlobalAveragePool";

    private const string DenseStart = "Dense ";

    internal static string Conv(
        Window window,
        long inChannels,
        long outChannels,
        long groups,
        bool hasBias,
        string other = ""
    ) => $"Conv {Text(window)}, {inChannels} to {outChannels} channels{Groups(groups)}{Bias(hasBias)}{other}";

    internal static string Dense(long inFeatures, long outFeatures, bool hasBias) =>
        $"{DenseStart}{inFeatures} to {outFeatures}{Bias(hasBias)}";

    /// <summary>Epsilon is compared as the float32 that files store.</summary>
    internal static string BatchNorm(long channels, double epsilon) =>
        $"BatchNorm {channels} channels, epsilon {(float)epsilon:R}";

    internal static string MaxPool(Window window, bool ceiling, string other = "") =>
        $"MaxPool {Text(window)}{Up(ceiling)}{other}";

    internal static string AvgPool(Window window, bool countPadding, bool ceiling = false, string other = "") =>
        $"AveragePool {Text(window)}{Counted(countPadding && window.Padding != Padding.None)}{Up(ceiling)}{other}";

    /// <summary>What no network of the catalog has, such as an operator that is not known here.</summary>
    internal static string Unknown(string name, string why = "") => $"operator {name}{why}";

    internal static bool IsDense(string text) => text.StartsWith(DenseStart, StringComparison.Ordinal);

    /// <summary>Operator of a text, without its numbers.</summary>
    internal static string Kind(string text) => text.Split(' ')[0];

    private static string Text(Window window)
    {
        Padding pads = window.Padding;
        return $"{window.Kernel}, stride {window.Stride}, pads [{pads.Top}, {pads.Left}, {pads.Bottom}, {pads.Right}]";
    }

    private static string Groups(long groups) => groups == 1 ? string.Empty : $", {groups} groups";

    private static string Counted(bool isCounted) => isCounted ? " counted" : string.Empty;

    private static string Bias(bool hasBias) => hasBias ? ", bias" : string.Empty;

    private static string Up(bool ceiling) => ceiling ? ", rounded up" : string.Empty;
}
