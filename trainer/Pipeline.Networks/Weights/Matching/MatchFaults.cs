using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;
using Pipeline.Networks.Weights.Reading;

namespace Pipeline.Networks.Weights.Matching;

/// <summary>Collects what does not fit, for one error.</summary>
internal sealed class MatchFaults(string network, ImportedWeights imported)
{
    /// <summary>
    /// Nearest names are looked for among so many at most: a file of another network has hundreds, a damaged one may
    /// have millions.
    /// </summary>
    private const int MostCandidates = 1000;

    private readonly List<(ParameterSpec Spec, string Name, bool IsHead)> missing = [];
    private readonly List<TensorData> unexpected = [];
    private readonly List<(string Text, bool IsHead)> otherShape = [];
    private readonly List<string> notFinite = [];

    internal void Missing(ParameterSpec spec, string name, bool isHead) => missing.Add((spec, name, isHead));

    internal void Unexpected(TensorData tensor) => unexpected.Add(tensor);

    internal void NotFinite(TensorData tensor) => notFinite.Add($"'{tensor.Name}'");

    internal void OtherShape(ParameterSpec spec, TensorData tensor, int[]? axes, bool isHead) =>
        otherShape.Add(
            (
                tensor.ElementType.IsFloat()
                    ? $"'{tensor.Name}' is {tensor.ShapeText}, expected {Text(spec.Shape)}"
                        + (axes is null ? "" : $" after ordering its axes {string.Join(", ", axes)}")
                    : $"'{tensor.Name}' holds {tensor.ElementType}, expected floats {Text(spec.Shape)}",
                isHead
            )
        );

    internal void ThrowIfAny(HeadUse use)
    {
        string[] parts =
        [
            .. Part("missing", missing.Select(item => $"'{item.Name}' {Text(item.Spec.Shape)}{Nearest(item.Name)}")),
            .. Part("of another shape or type", otherShape.Select(item => item.Text)),
            .. Part("unexpected", unexpected.Select(tensor => $"'{Shorten(tensor.Name)}' {tensor.ShapeText}")),
            .. Part("NaN or infinite in part", notFinite),
        ];
        if (parts.Length == 0)
        {
            return;
        }

        bool headAlone =
            notFinite.Count == 0
            && missing.All(item => item.IsHead)
            && otherShape.All(item => item.IsHead)
            && unexpected.All(tensor => ClassifierNames.Contains(tensor.Name));
        string remedy = use switch
        {
            HeadUse.Keep when headAlone =>
                "The model keeps the classifier of its weights (head: pretrained), and the file has not all of it. "
                    + "Use weights with their classifier ('top'), or give the model a head of its own.",
            HeadUse.Require when headAlone && missing.Count == 0 =>
                "Say replace_head: true beside 'weights' (--replace-head) to leave the file's classifier out and "
                    + "start a new head.",
            _ => "Use weights that were made for this network, and values that are finite.",
        };
        throw new WeightsException(
            $"Weights '{imported.Source}' do not fit network '{network}': {string.Join("; ", parts)}. {remedy}"
        )
        {
            Subject = imported.Source,
        };
    }

    private static IEnumerable<string> Part(string fault, IEnumerable<string> items)
    {
        string[] all = [.. items];
        return all.Length == 0
            ? []
            : [$"{all.Length} {(all.Length == 1 ? "tensor is" : "tensors are")} {fault}: {string.Join(", ", all)}"];
    }

    private string Nearest(string name)
    {
        string[] candidates =
        [
            .. unexpected.Select(tensor => tensor.Name).Where(other => other.Length <= 200).Take(MostCandidates),
        ];
        return Spelling.AlikeOf(name, candidates) is { } alike ? $" (did the file mean '{alike}'?)" : string.Empty;
    }

    private static string Shorten(string name) => name.Length <= 200 ? name : name[..200] + "...";

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
