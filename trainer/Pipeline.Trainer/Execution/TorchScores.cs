using Pipeline.Networks.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Execution;

/// <summary>The torch form of what is done to class scores.</summary>
internal static class TorchScores
{
    /// <summary>Log sum exp of each group's scores.</summary>
    internal static Tensor Group(GroupClasses grouping, Tensor scores)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] columns =
        [
            .. grouping.Groups.Select(group =>
                scores
                    .index_select(1, tensor(group.Select(index => (long)index).ToArray(), device: scores.device))
                    .logsumexp(1, keepdim: true)
            ),
        ];
        return cat(columns, 1).MoveToOuterDisposeScope(); // [N, groups]
    }

    /// <summary><c>[0, z]</c> for each score z.</summary>
    internal static Tensor Binary(Tensor score)
    {
        using Tensor zero = zeros_like(score);
        return cat([zero, score], 1); // [N, 2]
    }
}
