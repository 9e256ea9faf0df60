using Pipeline.Networks.Graph;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Makes the optimizer of a phase.</summary>
internal static class OptimizerFactory
{
    /// <summary>Makes the optimizer of a phase, with the rates that its blocks have.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="graph">The network that is trained.</param>
    /// <param name="trained">The parameters. Borrowed.</param>
    /// <returns>An optimizer. Owned by the caller.</returns>
    internal static optim.Optimizer Create(
        PhaseRecipe phase,
        NetworkGraph graph,
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained
    )
    {
        IReadOnlyDictionary<string, double> factors = LearningRateFactors.Compute(graph, phase.BlockRates);
        return Create(phase.Optimizer, trained, key => factors[key[..key.LastIndexOf('.')]]);
    }

    /// <summary>
    /// Makes an optimizer with two groups for each learning rate: kernels and matrices, which decay, and all others,
    /// which do not.
    /// </summary>
    /// <param name="recipe">Kind and rates.</param>
    /// <param name="trained">The parameters. Borrowed.</param>
    /// <param name="factor">
    /// Factor of the learning rate for a parameter's key; <c>null</c> means 1 for all. A group's
    /// <c>InitialLearningRate</c> has it in.
    /// </param>
    /// <returns>An optimizer. Owned by the caller.</returns>
    internal static optim.Optimizer Create(
        OptimizerRecipe recipe,
        IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained,
        Func<string, double>? factor = null
    )
    {
        (Parameter[] Tensors, double Rate, double Decay)[] groups =
        [
            .. trained
                .GroupBy(item =>
                    (IsOther: item.Spec.Role != ParameterRole.Weight, Factor: factor?.Invoke(item.Spec.Key) ?? 1)
                )
                .OrderBy(group => group.Key.IsOther)
                .ThenByDescending(group => group.Key.Factor)
                .Select(group =>
                    (
                        group.Select(item => item.Tensor).ToArray(),
                        recipe.LearningRate * group.Key.Factor,
                        group.Key.IsOther ? 0 : recipe.WeightDecay
                    )
                ),
        ];
        return recipe.Name switch
        {
            OptimizerKind.Sgd => optim.SGD(
                groups.Select(group => new SGD.ParamGroup(
                    group.Tensors,
                    group.Rate,
                    recipe.Momentum,
                    0,
                    group.Decay,
                    recipe.Nesterov
                )),
                recipe.LearningRate,
                recipe.Momentum,
                nesterov: recipe.Nesterov
            ),
            OptimizerKind.Rmsprop => optim.RMSProp(
                groups.Select(group => new RMSProp.ParamGroup(
                    group.Tensors,
                    group.Rate,
                    recipe.Epsilon,
                    recipe.Rho,
                    group.Decay,
                    recipe.Momentum
                )),
                recipe.LearningRate,
                recipe.Rho,
                recipe.Epsilon
            ),
            OptimizerKind.Adamw => optim.AdamW(
                groups.Select(group => new AdamW.ParamGroup(
                    group.Tensors,
                    group.Rate,
                    eps: recipe.Epsilon,
                    weight_decay: group.Decay
                )),
                recipe.LearningRate
            ),
            _ => optim.Adam(
                groups.Select(group => new Adam.ParamGroup(
                    group.Tensors,
                    group.Rate,
                    eps: recipe.Epsilon,
                    weight_decay: group.Decay
                )),
                recipe.LearningRate
            ),
        };
    }
}
