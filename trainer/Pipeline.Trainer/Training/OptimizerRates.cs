using static TorchSharp.torch;

namespace Pipeline.Trainer.Training;

/// <summary>Sets an optimizer's learning rate.</summary>
internal static class OptimizerRates
{
    /// <summary>Sets the rate of every group, each with its own factor.</summary>
    /// <param name="optimizer">The optimizer. Borrowed.</param>
    /// <param name="rate">The phase's rate now.</param>
    /// <param name="initial">
    /// The phase's rate as the recipe says it: a group's initial rate is this times its factor.
    /// </param>
    internal static void SetRate(this optim.Optimizer optimizer, double rate, double initial)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = rate * (group.InitialLearningRate / initial); // exactly 1 without factors
        }
    }
}
