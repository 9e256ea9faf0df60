using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent with momentum.</summary>
/// <remarks>
/// <para>g += decay · p; b = momentum · b + (1 - dampening) · g, in the first step b = g; p -= rate · b, or with Nesterov p -= rate · (g + momentum · b).</para>
/// <para>Source: Sutskever et al. 2013, ICML, in the form of PyTorch; checked against its trajectories in <c>OptimizerTrajectoryTests</c>.</para>
/// </remarks>
public sealed partial class SGD : OptimizerHelper, IMomentum
{
    /// <summary>Optimizes parameters with one set of options.</summary>
    /// <param name="parameters">Borrowed.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="momentum">Share of the previous direction that is kept.</param>
    /// <param name="dampening">Share of the gradient that does not enter the direction.</param>
    /// <param name="weight_decay">Factor of the parameter that is added to its gradient.</param>
    /// <param name="nesterov">Step along the direction after the next one.</param>
    /// <param name="maximize">Climb instead of descend.</param>
    public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        : this([new ParamGroup(parameters, new Options())], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    /// <summary>Optimizes groups of parameters; what a group leaves open is taken from here.</summary>
    /// <param name="parameters">Borrowed.</param>
    /// <param name="lr">Learning rate.</param>
    /// <param name="momentum">Share of the previous direction that is kept.</param>
    /// <param name="dampening">Share of the gradient that does not enter the direction.</param>
    /// <param name="weight_decay">Factor of the parameter that is added to its gradient.</param>
    /// <param name="nesterov">Step along the direction after the next one.</param>
    /// <param name="maximize">Climb instead of descend.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="ArgumentException">Nesterov is asked for without momentum or with dampening.</exception>
    public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        : base(new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize })
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lr);
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        ArgumentOutOfRangeException.ThrowIfNegative(weight_decay);
        if (nesterov && (momentum <= 0 || dampening != 0))
        {
            throw new ArgumentException("Nesterov's step needs momentum and no dampening.", nameof(nesterov));
        }

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

    private protected override OptimizerState NewState(Parameter parameter) => new State();

    private protected override void Update(Modules.ParamGroup group, IReadOnlyList<Candidate> candidates)
    {
        var options = (Options)group.Options;
        Tensor[] directions = Gradients(candidates, options.maximize ?? false, options.weight_decay ?? 0);
        double momentum = options.momentum ?? 0;
        if (momentum != 0)
        {
            Tensor[] buffers = UpdateBuffers(candidates, directions, momentum, options.dampening ?? 0);
            directions = options.nesterov ?? false ? Foreach.Add(directions, buffers, momentum) : buffers;
        }

        Foreach.AddInPlace(Parameters(candidates), directions, -(options.LearningRate ?? 0));
    }

    private static Tensor[] UpdateBuffers(IReadOnlyList<Candidate> candidates, Tensor[] gradients, double momentum, double dampening)
    {
        Tensor[] buffers = new Tensor[gradients.Length];
        List<Tensor> old = [];
        List<Tensor> sources = [];
        for (int i = 0; i < buffers.Length; i++)
        {
            var state = (State)candidates[i].State;
            if (state.momentum_buffer is { } buffer)
            {
                buffers[i] = buffer;
                old.Add(buffer);
                sources.Add(gradients[i]);
            }
            else
            {
                buffers[i] = gradients[i].clone().DetachFromDisposeScope();
                state.momentum_buffer = buffers[i];
            }
        }

        if (old.Count > 0)
        {
            Foreach.MultiplyInPlace(old, momentum);
            Foreach.AddInPlace(old, sources, 1 - dampening);
        }

        return buffers;
    }
}
