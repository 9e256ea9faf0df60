namespace TorchSharp.Modules;

/// <summary>Descent along running means of the gradient, scaled by its running size.</summary>
/// <remarks>Source: Kingma and Ba 2015, arXiv:1412.6980; the formula is with <see cref="AdamBase"/>.</remarks>
public sealed class Adam : AdamBase
{
    /// <summary>Optimizes parameters with one set of options.</summary>
    /// <param name="parameters">Borrowed.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="beta1">Decay rate of the first moment, in [0, 1).</param>
    /// <param name="beta2">Decay rate of the second moment, in [0, 1).</param>
    /// <param name="eps">Added to the denominator.</param>
    /// <param name="weight_decay">Factor of the parameter that is added to its gradient.</param>
    /// <param name="amsgrad">Divide by the largest second moment so far.</param>
    /// <param name="maximize">Climb instead of descend.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public Adam(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup(parameters, new Options())], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    /// <summary>Optimizes groups of parameters; what a group leaves open is taken from here.</summary>
    /// <param name="parameters">Borrowed.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="beta1">Decay rate of the first moment, in [0, 1).</param>
    /// <param name="beta2">Decay rate of the second moment, in [0, 1).</param>
    /// <param name="eps">Added to the denominator.</param>
    /// <param name="weight_decay">Factor of the parameter that is added to its gradient.</param>
    /// <param name="amsgrad">Divide by the largest second moment so far.</param>
    /// <param name="maximize">Climb instead of descend.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public Adam(
        IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false)
        : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
    {
    }

    private protected override bool DecoupledDecay => false;

    private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

    /// <summary>What Adam remembers about one parameter.</summary>
    public new sealed class State : AdamBase.State
    {
        internal State(Parameter parameter)
            : base(parameter)
        {
        }
    }
}
