namespace Pipeline.Export.Quantization;

/// <summary>Which operators become int8, and which activations stand as bytes between them.</summary>
internal sealed class QuantizationPlan
{
    private readonly Dictionary<string, string> roots = new(StringComparer.Ordinal);
    private readonly HashSet<string> held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QuantizationUnit> chosen = new(StringComparer.Ordinal);

    private QuantizationPlan() { }

    /// <summary>The units that become int8, by the name of their operator's result.</summary>
    internal IReadOnlyDictionary<string, QuantizationUnit> Chosen => chosen;

    /// <summary>Makes a plan.</summary>
    /// <param name="units">In the order of the graph.</param>
    /// <param name="isFloat">Whether a unit, by its name, shall stay float32.</param>
    internal static QuantizationPlan Make(IReadOnlyList<QuantizationUnit> units, Predicate<string> isFloat)
    {
        HashSet<string> wanted = WantedAsBytes(units, isFloat);
        var plan = new QuantizationPlan();
        foreach (QuantizationUnit unit in units.Where(unit => !isFloat(unit.Name)))
        {
            if (unit.Kind == UnitKind.Weighted)
            {
                plan.roots.TryAdd(unit.Inputs[0], unit.Inputs[0]);
                // the runtime has no int8 Conv that gives floats
                plan.Choose(unit, unit.Output, unit.Node.OpType == "Conv" || wanted.Contains(unit.Output));
            }
            else if (
                wanted.Contains(unit.Output)
                && unit.Inputs.All(plan.IsQuantized)
                && (unit.Kind != UnitKind.Rescaling || plan.roots[unit.Inputs[0]] == unit.Inputs[0])
            ) // who rescales bytes chooses their scale
            {
                plan.Choose(
                    unit,
                    unit.Kind == UnitKind.Passing ? plan.roots[unit.Inputs[0]] : unit.Output,
                    isHeld: true
                );
            }
        }

        return plan;
    }

    /// <summary>Whether an activation has a form in bytes.</summary>
    internal bool IsQuantized(string tensor) => roots.ContainsKey(tensor);

    /// <summary>
    /// Whether an activation is made in bytes, so that everybody reads those; otherwise it is made in floats, and only
    /// int8 operators read its bytes.
    /// </summary>
    internal bool IsHeld(string tensor) => held.Contains(tensor);

    /// <summary>
    /// The activation whose scale a quantized one has: its own, or that of what it was selected from.
    /// </summary>
    internal string RootOf(string tensor) => roots[tensor];

    /// <summary>
    /// Walks backwards: bytes are wanted by weighted operators, and by others whose own result is wanted.
    /// </summary>
    private static HashSet<string> WantedAsBytes(IReadOnlyList<QuantizationUnit> units, Predicate<string> isFloat)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            QuantizationUnit unit in units
                .Reverse()
                .Where(unit => !isFloat(unit.Name) && (unit.Kind == UnitKind.Weighted || wanted.Contains(unit.Output)))
        )
        {
            wanted.UnionWith(unit.Inputs);
        }

        return wanted;
    }

    private void Choose(QuantizationUnit unit, string root, bool isHeld)
    {
        chosen.Add(unit.Node.Output[0], unit);
        if (isHeld)
        {
            roots[unit.Output] = root;
            held.Add(unit.Output);
        }
    }
}
