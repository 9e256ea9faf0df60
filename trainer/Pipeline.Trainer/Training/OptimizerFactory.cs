using Pipeline.Networks.Graph;
using Pipeline.Trainer.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Makes the optimizer of a phase.</summary>
internal static class OptimizerFactory
{
    /// <summary>Makes an optimizer with two groups: kernels and matrices, which decay, and all others, which do not.</summary>
    /// <param name="recipe">Kind and rates.</param>
    /// <param name="trained">The parameters. Borrowed.</param>
    /// <returns>An optimizer. Owned by the caller.</returns>
    internal static optim.Optimizer Create(OptimizerRecipe recipe, IReadOnlyList<(ParameterSpec Spec, Parameter Tensor)> trained)
    {
        Parameter[] decayed = [.. trained.Where(item => item.Spec.Role == ParameterRole.Weight).Select(item => item.Tensor)];
        Parameter[] others = [.. trained.Where(item => item.Spec.Role != ParameterRole.Weight).Select(item => item.Tensor)];
        return recipe.Name switch
        {
            OptimizerKind.Sgd => optim.SGD(
                [new SGD.ParamGroup(decayed, recipe.LearningRate, recipe.Momentum, 0, recipe.WeightDecay, recipe.Nesterov), new SGD.ParamGroup(others, recipe.LearningRate, recipe.Momentum, 0, 0, recipe.Nesterov)],
                recipe.LearningRate,
                recipe.Momentum,
                nesterov: recipe.Nesterov),
            OptimizerKind.Rmsprop => optim.RMSProp(
                [
                    new RMSProp.ParamGroup(decayed, recipe.LearningRate, recipe.Epsilon, recipe.Rho, recipe.WeightDecay, recipe.Momentum),
                    new RMSProp.ParamGroup(others, recipe.LearningRate, recipe.Epsilon, recipe.Rho, 0, recipe.Momentum),
                ],
                recipe.LearningRate,
                recipe.Rho,
                recipe.Epsilon),
            OptimizerKind.Adamw => optim.AdamW(
                [
                    new AdamW.ParamGroup(decayed, recipe.LearningRate, eps: recipe.Epsilon, weight_decay: recipe.WeightDecay),
                    new AdamW.ParamGroup(others, recipe.LearningRate, eps: recipe.Epsilon),
                ],
                recipe.LearningRate),
            _ => optim.Adam(
                [
                    new Adam.ParamGroup(decayed, recipe.LearningRate, eps: recipe.Epsilon, weight_decay: recipe.WeightDecay),
                    new Adam.ParamGroup(others, recipe.LearningRate, eps: recipe.Epsilon),
                ],
                recipe.LearningRate),
        };
    }
}
