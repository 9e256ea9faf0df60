using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

public abstract partial class AdamBase
{
    /// <summary>What is remembered about one parameter.</summary>
    public class State : OptimizerState
    {
        private Tensor _firstMoment;
        private Tensor _secondMoment;

        internal State(Parameter parameter)
        {
            _firstMoment = NewMoment(parameter);
            _secondMoment = NewMoment(parameter);
        }

        /// <summary>Steps taken.</summary>
        public long step { get; set; }

        /// <summary>Running mean of the gradient, of the parameter's shape. Owned; an assigned tensor replaces and releases it, and no scope may own it.</summary>
        public Tensor exp_avg
        {
            get => _firstMoment;
            set => Assign(ref _firstMoment, value);
        }

        /// <summary>Running mean of the squared gradient, of the parameter's shape. Owned, as <see cref="exp_avg"/>.</summary>
        public Tensor exp_avg_sq
        {
            get => _secondMoment;
            set => Assign(ref _secondMoment, value);
        }

        /// <summary>Largest <see cref="exp_avg_sq"/> so far; null without AMSGrad. Owned.</summary>
        public Tensor? max_exp_avg_sq { get; set; }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerState source)
        {
            State other = Expect<State>(source);
            step = other.step;
            _firstMoment = Replace(_firstMoment, other._firstMoment) ?? _firstMoment;
            _secondMoment = Replace(_secondMoment, other._secondMoment) ?? _secondMoment;
            max_exp_avg_sq = Replace(max_exp_avg_sq, other.max_exp_avg_sq);
        }

        /// <inheritdoc/>
        public override void to(Device device)
        {
            _firstMoment = Move(_firstMoment, device) ?? _firstMoment;
            _secondMoment = Move(_secondMoment, device) ?? _secondMoment;
            max_exp_avg_sq = Move(max_exp_avg_sq, device);
        }

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _firstMoment.Dispose();
                _secondMoment.Dispose();
                max_exp_avg_sq?.Dispose();
                max_exp_avg_sq = null;
            }
        }

        private static void Assign(ref Tensor target, Tensor value)
        {
            if (!ReferenceEquals(target, value))
            {
                target.Dispose();
                target = value;
            }
        }
    }

    /// <summary>The settings of a group.</summary>
    public sealed class Options : OptimizerOptions
    {
        /// <summary>Decay rate of the first moment.</summary>
        public double? beta1 { get; set; }

        /// <summary>Decay rate of the second moment.</summary>
        public double? beta2 { get; set; }

        /// <summary>Weight decay.</summary>
        public double? weight_decay { get; set; }

        /// <summary>Added to the denominator.</summary>
        public double? eps { get; set; }

        /// <summary>Divide by the largest second moment so far.</summary>
        public bool? amsgrad { get; set; }

        /// <summary>Climb instead of descend.</summary>
        public bool? maximize { get; set; }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerOptions source)
        {
            Options other = Expect<Options>(source);
            base.LoadStateDict(source);
            (beta1, beta2, weight_decay, eps, amsgrad, maximize) = (other.beta1, other.beta2, other.weight_decay, other.eps, other.amsgrad, other.maximize);
        }

        internal override void FillFrom(OptimizerOptions defaults)
        {
            Options other = Expect<Options>(defaults);
            base.FillFrom(defaults);
            beta1 ??= other.beta1;
            beta2 ??= other.beta2;
            weight_decay ??= other.weight_decay;
            eps ??= other.eps;
            amsgrad ??= other.amsgrad;
            maximize ??= other.maximize;
        }
    }

    /// <summary>Parameters with their own settings.</summary>
    public sealed class ParamGroup : ParamGroup<Options>, IBetas
    {
        /// <summary>Groups parameters; what is null in the options takes the optimizer's own.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        /// <summary>Groups parameters with all settings given.</summary>
        public ParamGroup(
            IEnumerable<Parameter> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
        {
        }

        /// <inheritdoc/>
        public (double, double) Betas
        {
            get => (Options.beta1 ?? 0, Options.beta2 ?? 0);
            set => (Options.beta1, Options.beta2) = value;
        }
    }
}
