using Pipeline.Core.Errors;

namespace Pipeline.Networks.Weights.Topology;

/// <summary>
/// Pairs the steps of a network with those of a file by data flow; names are not looked at. Two steps are alike when
/// their texts and, in order, all that they read are alike, down to the image. What is alike is given a number, so that
/// the work is linear in the size of the two graphs. Steps that are alike but not the same (the two branches of one
/// width in an Inception block) are told apart by their readers: pairs are followed from the end to the image.
/// </summary>
/// <remarks>
/// A pairing that is one to one and keeps every edge is an isomorphism, so both compute the same function whichever of
/// several such pairings it is. Cost: linear in steps and edges, but for commutative steps, quadratic in their inputs.
/// </remarks>
internal sealed class TopologyMatch
{
    private readonly TopologyFaults faults;
    private readonly StepList file;
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> ofNetwork;
    private readonly Dictionary<string, int> ofFile;
    private readonly Dictionary<string, Step> network = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Step> inFile;
    private readonly Dictionary<string, Step> pairs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> taken = new(StringComparer.Ordinal);

    /// <summary>Numbers both sides.</summary>
    /// <param name="network">Steps of the network, and of what may follow or extend it. Borrowed.</param>
    /// <param name="file">Steps of the file. Borrowed.</param>
    /// <param name="faults">Words the errors. Borrowed.</param>
    internal TopologyMatch(IEnumerable<Step> network, StepList file, TopologyFaults faults)
    {
        this.file = file;
        this.faults = faults;
        ofNetwork = new Dictionary<string, int>(StringComparer.Ordinal) { [StepList.InputName] = 0 };
        ofFile = new Dictionary<string, int>(StringComparer.Ordinal) { [StepList.InputName] = 0 };
        foreach (Step step in network)
        {
            this.network[step.Name] = step;
            ofNetwork[step.Name] = Number(step, ofNetwork);
        }

        foreach (Step step in file.Steps)
        {
            ofFile[step.Name] = Number(step, ofFile);
        }

        inFile = file.Steps.ToDictionary(step => step.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's step for each of the network's that was paired, by the network's names.</summary>
    internal IReadOnlyDictionary<string, Step> Pairs => pairs;

    /// <summary>Whether a step of the file belongs to one of the network.</summary>
    internal bool IsTaken(Step step) => taken.ContainsKey(step.Name);

    /// <summary>Refuses a file that lacks a step.</summary>
    /// <param name="required">Steps that the file must have, in the network's order.</param>
    /// <exception cref="WeightsException">The first one that the file does not have, and what it has
    /// instead.</exception>
    internal void Require(IEnumerable<Step> required)
    {
        var there = ofFile.Values.ToHashSet();
        if (required.FirstOrDefault(step => !there.Contains(ofNetwork[step.Name])) is not Step missing)
        {
            return;
        }

        var ours = ofNetwork.Values.ToHashSet();
        HashSet<int> read = [.. missing.Inputs.Select(input => ofNetwork[input])];
        IEnumerable<Step> found = file.Steps.Where(step =>
            !ours.Contains(ofFile[step.Name]) && step.Inputs.Any(input => read.Contains(ofFile[input]))
        );
        throw faults.Differs(missing, [.. found]);
    }

    /// <summary>Pairs a step and all that it depends on, when the file has exactly one like it.</summary>
    /// <param name="last">A step of the network.</param>
    /// <returns>Whether it is paired now.</returns>
    /// <exception cref="WeightsException">The steps are alike, but they share results in another way.</exception>
    internal bool TryFollow(Step last)
    {
        Step[] alike = [.. file.Steps.Where(step => ofFile[step.Name] == ofNetwork[last.Name])];
        if (alike.Length > 1)
        {
            alike = [.. alike.Where(step => !taken.ContainsKey(step.Name))];
        }

        if (pairs.ContainsKey(last.Name) || alike is not [Step end])
        {
            return pairs.ContainsKey(last.Name);
        }

        Follow(last, end);
        return true;
    }

    private void Follow(Step last, Step end)
    {
        var open = new Stack<(string Ours, string Theirs)>([(last.Name, end.Name)]);
        while (open.TryPop(out (string Ours, string Theirs) pair))
        {
            if (pair.Ours == StepList.InputName)
            {
                continue; // the numbers are equal, so theirs is the image as well
            }

            if (pairs.TryGetValue(pair.Ours, out Step? earlier) || taken.ContainsKey(pair.Theirs))
            {
                if (earlier?.Name != pair.Theirs)
                {
                    throw faults.Shared(network[pair.Ours], inFile[pair.Theirs]);
                }

                continue;
            }

            pairs[pair.Ours] = inFile[pair.Theirs];
            taken[pair.Theirs] = pair.Ours;
            foreach ((string Ours, string Theirs) input in Inputs(network[pair.Ours], inFile[pair.Theirs]))
            {
                open.Push(input);
            }
        }
    }

    private IEnumerable<(string Ours, string Theirs)> Inputs(Step ours, Step theirs)
    {
        if (!ours.IsCommutative)
        {
            return ours.Inputs.Zip(theirs.Inputs);
        }

        var inputs = new List<(string, string)>();
        List<string> left = [.. theirs.Inputs];
        foreach (string input in ours.Inputs.OrderByDescending(pairs.ContainsKey))
        {
            string alike =
                pairs.TryGetValue(input, out Step? known) && left.Contains(known.Name)
                    ? known.Name
                    : left.Find(other => ofFile[other] == ofNetwork[input] && !taken.ContainsKey(other))
                        ?? left.First(other => ofFile[other] == ofNetwork[input]);
            left.Remove(alike);
            inputs.Add((input, alike));
        }

        return inputs;
    }

    private int Number(Step step, Dictionary<string, int> known)
    {
        IEnumerable<int> inputs = step.Inputs.Select(input => known[input]);
        string key = $"{step.Text}\0{string.Join(',', step.IsCommutative ? inputs.Order() : inputs)}";
        if (!numbers.TryGetValue(key, out int number))
        {
            number = numbers.Count + 1; // 0 is the image
            numbers.Add(key, number);
        }

        return number;
    }
}
