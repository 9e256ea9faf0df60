using TorchSharp.Interop;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>The common part of <see cref="Adam"/> and <see cref="AdamW"/>, which differ in the weight decay.</summary>
/// <remarks>
/// <para>m = β₁ · m + (1 - β₁) · g; v = β₂ · v + (1 - β₂) · g²; p -= rate / (1 - β₁ᵗ) · m / (sqrt(v) / sqrt(1 - β₂ᵗ) + eps).</para>
/// <para>Source: Kingma and Ba 2015, arXiv:1412.6980, algorithm 1, with the rounding order of PyTorch; checked against its trajectories in <c>OptimizerTrajectoryTests</c>.</para>
/// </remarks>
public abstract partial class AdamBase : OptimizerHelper, IBetas
{
    private protected AdamBase(IEnumerable<ParamGroup> groups, Options defaults)
        : base(defaults)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(defaults.LearningRate ?? 0, "lr");
        CheckDecayRate(defaults.beta1, "beta1");
        CheckDecayRate(defaults.beta2, "beta2");
        ArgumentOutOfRangeException.ThrowIfNegative(defaults.eps ?? 0, "eps");
        ArgumentOutOfRangeException.ThrowIfNegative(defaults.weight_decay ?? 0, "weight_decay");
        foreach (ParamGroup group in groups)
        {
            add_param_group(group);
        }
    }

    /// <inheritdoc/>
    public (double, double) Betas
    {
        get => (((Options)Defaults).beta1 ?? 0, ((Options)Defaults).beta2 ?? 0);
        set
        {
            (((Options)Defaults).beta1, ((Options)Defaults).beta2) = value;
            foreach (ParamGroup group in ParamGroups.Cast<ParamGroup>())
            {
                group.Betas = value;
            }
        }
    }

    /// <summary>Whether the decay shrinks the parameter itself instead of entering its gradient.</summary>
    private protected abstract bool DecoupledDecay { get; }


    private protected override void Update(Modules.ParamGroup group, IReadOnlyList<Candidate> candidates)
    {
        // Parameters that were frozen for a while have taken fewer steps, and their bias corrections differ.
        foreach (IGrouping<long, Candidate> sameAge in candidates.GroupBy(candidate => ((State)candidate.State).step))
        {
            UpdateSameAge((Options)group.Options, [.. sameAge], sameAge.Key + 1);
        }
    }

    private static void CheckDecayRate(double? rate, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate ?? 0, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rate ?? 0, 1, name);
    }

    private void UpdateSameAge(Options options, List<Candidate> candidates, long step)
    {
        double rate = options.LearningRate ?? 0;
        double decay = options.weight_decay ?? 0;
        double beta1 = options.beta1 ?? 0;
        double beta2 = options.beta2 ?? 0;
        Parameter[] parameters = Parameters(candidates);
        if (DecoupledDecay && decay != 0)
        {
            Foreach.MultiplyInPlace(parameters, 1 - (rate * decay));
        }

        Tensor[] gradients = Gradients(candidates, options.maximize ?? false, DecoupledDecay ? 0 : decay);
        State[] states = [.. candidates.Select(candidate => (State)candidate.State)];
        Tensor[] firstMoments = Array.ConvertAll(states, state => state.exp_avg);
        Tensor[] secondMoments = Array.ConvertAll(states, state => state.exp_avg_sq);
        Foreach.MultiplyInPlace(firstMoments, beta1);
        Foreach.AddInPlace(firstMoments, gradients, 1 - beta1);
        Foreach.MultiplyInPlace(secondMoments, beta2);
        Foreach.AddProductInPlace(secondMoments, gradients, gradients, 1 - beta2);

        Tensor[] denominators = Foreach.SquareRoot(options.amsgrad ?? false ? LargestMoments(states) : secondMoments);
        Foreach.DivideInPlace(denominators, Math.Sqrt(1 - Math.Pow(beta2, step)));
        Foreach.AddInPlace(denominators, options.eps ?? 0);
        Foreach.AddQuotientInPlace(parameters, firstMoments, denominators, -rate / (1 - Math.Pow(beta1, step)));
        Array.ForEach(states, state => state.step = step);
    }

    /// <summary>AMSGrad: the largest second moment so far. Source: Reddi et al. 2018, arXiv:1904.09237, algorithm 2.</summary>
    private static Tensor[] LargestMoments(State[] states) => Array.ConvertAll(states, state =>
    {
        state.max_exp_avg_sq ??= state.exp_avg_sq.zeros_like().DetachFromDisposeScope();
        Aten.Run("maximum.out", state.max_exp_avg_sq, state.exp_avg_sq, state.max_exp_avg_sq);
        return state.max_exp_avg_sq;
    });
}
