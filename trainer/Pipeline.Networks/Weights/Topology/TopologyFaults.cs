using Pipeline.Core.Errors;

namespace Pipeline.Networks.Weights.Topology;

/// <summary>Words the errors of a match by place.</summary>
/// <param name="path">The file.</param>
/// <param name="network">Name of the network.</param>
internal sealed class TopologyFaults(string path, string network)
{
    private const int MostShown = 3;
    private const int LongestText = 200;
    private const string Remedy =
        "Use a file that was made from this network, or one whose tensors have the network's names.";

    /// <summary>A step of the network that the file has otherwise or not at all.</summary>
    internal WeightsException Differs(Step missing, IReadOnlyList<Step> found)
    {
        string[] shown =
        [
            .. found
                .OrderByDescending(step => StepText.Kind(step.Text) == StepText.Kind(missing.Text))
                .Take(MostShown)
                .Select(Describe),
        ];
        string there = shown.Length == 0 ? "nothing: the file's graph ends there" : string.Join(" and ", shown);
        string behind = string.Join(
            " and ",
            missing.Inputs.Select(input => input == StepList.InputName ? "the image" : $"'{input}'")
        );
        return Fault(
            $"behind {behind} node '{missing.Name}' is {missing.Text}, and the file has there {there}",
            missing.Text,
            there
        );
    }

    /// <summary>
    /// Steps that are alike, of which the file uses one where the network has two, or the other way round.
    /// </summary>
    internal WeightsException Shared(Step ours, Step theirs) =>
        Fault(
            $"node '{ours.Name}' and the file's {Describe(theirs)} are alike, "
                + "but their results are used in other places",
            ours.Name,
            theirs.Name
        );

    /// <summary>The place of a step is not certain.</summary>
    internal WeightsException Ambiguous(Step ours) =>
        Fault($"the file has several nodes that node '{ours.Name}' ({ours.Text}) may be", ours.Text, "several");

    /// <summary>A layer of the file that the network has not.</summary>
    internal WeightsException Extra(Step theirs) =>
        Fault(
            $"the file's {Describe(theirs)} has weights and no counterpart in the network",
            "no such layer",
            theirs.Text
        );

    /// <summary>A batch-norm whose scale the network cannot hold.</summary>
    internal WeightsException Scaled(Step ours, Step theirs) =>
        Fault(
            $"node '{ours.Name}' is a batch-norm without a scale, "
                + $"and the file's {Describe(theirs)} has one that is not 1",
            "scale 1",
            "another scale"
        );

    private static string Describe(Step step) => $"'{Shorten(step.Name)}', {Shorten(step.Text)}";

    private static string Shorten(string text) => text.Length <= LongestText ? text : text[..LongestText] + "...";

    private WeightsException Fault(string what, string expected, string found) =>
        new($"Weights '{path}' do not fit network '{network}' by the places of their layers: {what}. {Remedy}")
        {
            Subject = path,
            Expected = expected,
            Found = found,
        };
}
