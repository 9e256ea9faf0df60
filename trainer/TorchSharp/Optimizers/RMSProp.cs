using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Descent along the gradient, divided by the root of its running mean square.</summary>
/// <remarks>
/// <para>s = alpha · s + (1 - alpha) · g²; d = sqrt(s - m²) + eps with the running mean m of g when centered, sqrt(s) + eps otherwise;
/// p -= rate · g / d, or with momentum b = momentum · b + g / d, p -= rate · b.</para>
/// <para>Source: Hinton 2012, Coursera lecture 6e; centered: Graves 2013, arXiv:1308.0850, in the form of PyTorch; checked against its trajectories in
/// <c>OptimizerTrajectoryTests</c>.</para>
/// </remarks>
public sealed partial class RMSProp : OptimizerHelper, IMomentum
{
    /// <summary>Optimizes parameters with one set of options.</summary>
    /// <param name="parameters">Borrowed.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="alpha">Decay rate of the running means.</param>
    /// <param name="eps">Added to the denominator.</param>
    /// <param name="weight_decay">Factor of the parameter that is added to its gradient.</param>
    /// <param name="momentum">Share of the previous direction that is kept.</param>
    /// <param name="centered">Divide by the deviation instead of the root mean square.</param>
    /// <param name="maximize">Climb instead of descend.</param>
    public RMSProp(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0.0,
        bool centered = false, bool maximize = false)
        : this([new ParamGroup(parameters, new Options())], lr, alpha, eps, weight_decay, momentum, centered, maximize)
    {
    }

    /// <summary>Optimizes groups of parameters; what a group leaves open is taken from here.</summary>
    /// <param name="parameters">Borrowed.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="alpha">Decay rate of the running means.</param>
    /// <param name="eps">Added to the denominator.</param>
    /// <param name="weight_decay">Factor of the parameter that is added to its gradient.</param>
    /// <param name="momentum">Share of the previous direction that is kept.</param>
    /// <param name="centered">Divide by the deviation instead of the root mean square.</param>
    /// <param name="maximize">Climb instead of descend.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public RMSProp(
        IEnumerable<ParamGroup> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0.0,
        bool centered = false, bool maximize = false)
        : base(new Options { LearningRate = lr, alpha = alpha, eps = eps, weight_decay = weight_decay, momentum = momentum, centered = centered, maximize = maximize })
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lr);
        ArgumentOutOfRangeException.ThrowIfNegative(alpha);
        ArgumentOutOfRangeException.ThrowIfNegative(eps);
        ArgumentOutOfRangeException.ThrowIfNegative(weight_decay);
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        foreach (ParamGroup group in parameters)
        {
            add_param_group(group);
        }
    }

    /// <inheritdoc/>
    public double Momentum
    {
        get => ((Options)Defaults).momentum ?? 0;
        set
        {
            ((Options)Defaults).momentum = value;
            foreach (ParamGroup group in ParamGroups.Cast<ParamGroup>())
            {
                group.Momentum = value;
            }
        }
    }

    private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

    private protected override void Update(Modules.ParamGroup group, IReadOnlyList<Candidate> candidates)
    {
        var options = (Options)group.Options;
        double alpha = options.alpha ?? 0;
        Tensor[] gradients = Gradients(candidates, options.maximize ?? false, options.weight_decay ?? 0);
        State[] states = [.. candidates.Select(candidate => (State)candidate.State)];
        Array.ForEach(states, state => state.step++);
        Tensor[] squares = Array.ConvertAll(states, state => state.square_avg);
        Foreach.MultiplyInPlace(squares, alpha);
        Foreach.AddProductInPlace(squares, gradients, gradients, 1 - alpha);

        Tensor[] denominators = Foreach.SquareRoot(options.centered ?? false ? Variances(states, squares, gradients, alpha) : squares);
        Foreach.AddInPlace(denominators, options.eps ?? 0);
        Descend(options, Parameters(candidates), states, gradients, denominators);
    }

    private static Tensor[] Variances(State[] states, Tensor[] squares, Tensor[] gradients, double alpha)
    {
        Tensor[] means = Array.ConvertAll(states, state => state.grad_avg ??= state.square_avg.zeros_like().DetachFromDisposeScope());
        Foreach.MultiplyInPlace(means, alpha);
        Foreach.AddInPlace(means, gradients, 1 - alpha);
        return Foreach.AddProduct(squares, means, means, -1);
    }

    private static void Descend(Options options, Parameter[] parameters, State[] states, Tensor[] gradients, Tensor[] denominators)
    {
        double rate = options.LearningRate ?? 0;
        double momentum = options.momentum ?? 0;
        if (momentum == 0)
        {
            Foreach.AddQuotientInPlace(parameters, gradients, denominators, -rate);
            return;
        }

        Tensor[] buffers = Array.ConvertAll(states, state => state.momentum_buffer ??= state.square_avg.zeros_like().DetachFromDisposeScope());
        Foreach.MultiplyInPlace(buffers, momentum);
        Foreach.AddQuotientInPlace(buffers, gradients, denominators, 1);
        Foreach.AddInPlace(parameters, buffers, -rate);
    }
}
