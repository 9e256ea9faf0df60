using Pipeline.Core.Errors;

namespace Pipeline.Networks.Graph;

/// <summary>
/// Classes put together: the score of a group is log sum exp of its classes' scores, so that its probability is the sum
/// of theirs. The softmax of the result shares the groups' probability among them; classes in no group do not count.
/// </summary>
/// <param name="Groups">For each new class the classes that it stands for. Do not modify.</param>
internal sealed record GroupClasses(IReadOnlyList<IReadOnlyList<int>> Groups) : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = Single(inputs);
        if (input.IsMap || Groups.Count < 2 || Groups.Any(group => group.Count == 0))
        {
            throw new ShapeException(
                "GroupClasses expects a vector of scores and at least 2 groups with a class each, "
                    + $"found {input} and {Groups.Count} groups."
            );
        }

        foreach (int index in Groups.SelectMany(group => group))
        {
            if (index < 0 || index >= input.Channels)
            {
                throw new ShapeException(
                    $"GroupClasses: class {index} is outside 0 to {input.Channels - 1}. Correct 'classes.group'."
                );
            }
        }

        return
            Groups.SelectMany(group => group).GroupBy(index => index).FirstOrDefault(group => group.Count() > 1)
                is { } twice
            ? throw new ShapeException(
                $"GroupClasses: class {twice.Key} is in two groups, or twice in one. Remove it from one of them."
            )
            : FeatureShape.Vector(Groups.Count);
    }
}

/// <summary>
/// The one score z of a sigmoid unit as two scores <c>[0, z]</c>: their softmax is <c>[1 - sigmoid(z), sigmoid(z)]</c>,
/// and cross-entropy on them is binary cross-entropy on z.
/// </summary>
internal sealed record BinaryScores : Operation
{
    /// <inheritdoc/>
    public override FeatureShape Infer(IReadOnlyList<FeatureShape> inputs)
    {
        FeatureShape input = Single(inputs);
        return input == FeatureShape.Vector(1)
            ? FeatureShape.Vector(2)
            : throw new ShapeException($"BinaryScores expects one score [1], found {input}.");
    }
}
