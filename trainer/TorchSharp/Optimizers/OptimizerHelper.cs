using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What all optimizers share: groups, state by parameter, and their dictionary.</summary>
public abstract class OptimizerHelper : Optimizer
{
    /// <summary>A rule walks over some five arrays of the batch's length; in float32 these fit a second-level cache of 2 MB. All at once took twice the time.</summary>
    private const long ElementsPerCpuBatch = 1 << 16;

    private readonly List<ParamGroup> _groups = [];
    private readonly Dictionary<Parameter, OptimizerState> _state = new(ReferenceEqualityComparer.Instance);
    private readonly OptimizerOptions _defaults;

    private protected OptimizerHelper(OptimizerOptions defaults) => _defaults = defaults;

    /// <inheritdoc/>
    public override IEnumerable<ILearningRateController> ParamGroups => _groups;

    private protected OptimizerOptions Defaults => _defaults;

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => _groups.SelectMany(group => group.Parameters);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A parameter is already in another group, or the group belongs to another kind of optimizer.</exception>
    public override void add_param_group(ParamGroup param_group)
    {
        foreach (Parameter parameter in param_group.Parameters)
        {
            if (_state.ContainsKey(parameter))
            {
                throw new ArgumentException($"The parameter {parameter} is already in a group.", nameof(param_group));
            }
        }

        param_group.Options.FillFrom(_defaults);
        foreach (Parameter parameter in param_group.Parameters)
        {
            _state.Add(parameter, NewState(parameter));
        }

        _groups.Add(param_group);
    }

    /// <inheritdoc/>
    public override void zero_grad()
    {
        using IDisposable unrecorded = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] gradients = [.. parameters().Select(parameter => parameter.grad).OfType<Tensor>()];
        if (gradients.Length > 0)
        {
            Foreach.ZeroInPlace(gradients);
        }
    }

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null)
    {
        Tensor? loss = null;
        if (closure is not null)
        {
            using IDisposable recorded = enable_grad();
            loss = closure();
        }

        using IDisposable unrecorded = no_grad();
        foreach (ParamGroup group in _groups)
        {
            for (int next = 0; next < group.Parameters.Count;)
            {
                using DisposeScope temporaries = NewDisposeScope();
                List<Candidate> batch = TakeBatch(group.Parameters, ref next);
                if (batch.Count > 0)
                {
                    Update(group, batch);
                }
            }
        }

        return loss;
    }

    /// <summary>The options by group and the state by parameter: the optimizer's own objects, through which a checkpoint reads and writes.</summary>
    public StateDictionary state_dict()
    {
        StateDictionary dictionary = new();
        foreach (ParamGroup group in _groups)
        {
            dictionary.Options.Add(group.Options);
            foreach (Parameter parameter in group.Parameters)
            {
                dictionary.State.Add(_state[parameter]);
            }
        }

        return dictionary;
    }

    /// <summary>Copies options and state from a dictionary of an optimizer of the same kind and shape.</summary>
    /// <param name="state_dict">Borrowed.</param>
    /// <exception cref="ArgumentException">The number of groups or parameters differs, or the kind.</exception>
    public void load_state_dict(StateDictionary state_dict)
    {
        StateDictionary own = this.state_dict();
        if (own.Options.Count != state_dict.Options.Count || own.State.Count != state_dict.State.Count)
        {
            throw new ArgumentException(
                $"The state has {state_dict.Options.Count} groups of {state_dict.State.Count} parameters, the optimizer {own.Options.Count} of {own.State.Count}.",
                nameof(state_dict));
        }

        for (int i = 0; i < own.Options.Count; i++)
        {
            own.Options[i].LoadStateDict(state_dict.Options[i]);
        }

        for (int i = 0; i < own.State.Count; i++)
        {
            own.State[i].LoadStateDict(state_dict.State[i]);
        }
    }

    /// <summary>Moves the state to a device; the parameters are moved by their owner.</summary>
    public void to(Device device)
    {
        foreach (OptimizerState state in _state.Values)
        {
            state.to(device);
        }
    }

    /// <summary>The state of a parameter before its first step.</summary>
    private protected abstract OptimizerState NewState(Parameter parameter);

    /// <summary>Changes parameters of a group, at least one. Temporaries belong to the open scope.</summary>
    private protected abstract void Update(ParamGroup group, IReadOnlyList<Candidate> candidates);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (OptimizerState state in _state.Values)
            {
                state.Dispose();
            }

            _state.Clear();
            _groups.Clear();
        }
    }

    /// <summary>The next parameters that have gradients: all that are left on an accelerator, as many as fit the cache on the CPU.</summary>
    private List<Candidate> TakeBatch(IReadOnlyList<Parameter> parameters, ref int next)
    {
        List<Candidate> batch = [];
        for (long elements = 0; next < parameters.Count && elements < ElementsPerCpuBatch; next++)
        {
            Parameter parameter = parameters[next];
            if (parameter.grad is { } gradient)
            {
                batch.Add(new Candidate(parameter, gradient, _state[parameter]));
                elements += gradient.is_cpu() ? gradient.numel() : 0;
            }
        }

        return batch;
    }

    /// <summary>A parameter that a step changes.</summary>
    private protected readonly record struct Candidate(Parameter Parameter, Tensor Gradient, OptimizerState State);

    /// <summary>The gradients as the rules want them: negated to maximize, with the decay added.</summary>
    private protected static Tensor[] Gradients(IReadOnlyList<Candidate> candidates, bool maximize, double weightDecay)
    {
        Tensor[] gradients = [.. candidates.Select(candidate => candidate.Gradient)];
        if (maximize)
        {
            gradients = Foreach.Negate(gradients);
        }

        return weightDecay == 0 ? gradients : Foreach.Add(gradients, Parameters(candidates), weightDecay);
    }

    private protected static Parameter[] Parameters(IReadOnlyList<Candidate> candidates) => [.. candidates.Select(candidate => candidate.Parameter)];
}
