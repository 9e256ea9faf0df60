namespace TorchSharp.Modules;

/// <summary><see cref="Adam"/> whose weight decay shrinks the parameters directly.</summary>
/// <remarks>Source: Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2; the formula is with <see cref="AdamBase"/>.</remarks>
public sealed class AdamW : AdamBase
{
    /// <summary>Optimizes parameters with one set of options.</summary>
    /// <param name="parameters">Borrowed.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="beta1">Decay rate of the first moment, in [0, 1).</param>
    /// <param name="beta2">Decay rate of the second moment, in [0, 1).</param>
    /// <param name="eps">Added to the denominator.</param>
    /// <param name="weight_decay">The parameter is multiplied by 1 - lr · weight_decay before each step. TorchSharp's default is 0, PyTorch's 0.01.</param>
    /// <param name="amsgrad">Divide by the largest second moment so far.</param>
    /// <param name="maximize">Climb instead of descend.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public AdamW(
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
    /// <param name="weight_decay">The parameter is multiplied by 1 - lr · weight_decay before each step. TorchSharp's default is 0, PyTorch's 0.01.</param>
    /// <param name="amsgrad">Divide by the largest second moment so far.</param>
    /// <param name="maximize">Climb instead of descend.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public AdamW(
        IEnumerable<ParamGroup> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false)
        : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
    {
    }

    private protected override bool DecoupledDecay => true;

    private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

    /// <summary>What AdamW remembers about one parameter.</summary>
    public new sealed class State : AdamBase.State
    {
        internal State(Parameter parameter)
            : base(parameter)
        {
        }
    }
}
