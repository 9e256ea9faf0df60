using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

public sealed partial class RMSProp
{
    /// <summary>What is remembered about one parameter.</summary>
    public sealed class State : OptimizerState
    {
        private Tensor _meanSquare;

        internal State(Parameter parameter) => _meanSquare = NewMoment(parameter);

        /// <summary>Steps taken.</summary>
        public long step { get; set; }

        /// <summary>Running mean of the squared gradient, of the parameter's shape. Owned; an assigned tensor replaces and releases it, and no scope may own it.</summary>
        public Tensor square_avg
        {
            get => _meanSquare;
            set
            {
                if (!ReferenceEquals(_meanSquare, value))
                {
                    _meanSquare.Dispose();
                    _meanSquare = value;
                }
            }
        }

        /// <summary>The direction; null before the first step with momentum. Owned.</summary>
        public Tensor? momentum_buffer { get; set; }

        /// <summary>Running mean of the gradient; null before the first centered step. Owned.</summary>
        public Tensor? grad_avg { get; set; }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerState source)
        {
            State other = Expect<State>(source);
            step = other.step;
            _meanSquare = Replace(_meanSquare, other._meanSquare) ?? _meanSquare;
            momentum_buffer = Replace(momentum_buffer, other.momentum_buffer);
            grad_avg = Replace(grad_avg, other.grad_avg);
        }

        /// <inheritdoc/>
        public override void to(Device device)
        {
            _meanSquare = Move(_meanSquare, device) ?? _meanSquare;
            momentum_buffer = Move(momentum_buffer, device);
            grad_avg = Move(grad_avg, device);
        }

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _meanSquare.Dispose();
                momentum_buffer?.Dispose();
                grad_avg?.Dispose();
                (momentum_buffer, grad_avg) = (null, null);
            }
        }
    }

    /// <summary>The settings of a group.</summary>
    public sealed class Options : OptimizerOptions
    {
        /// <summary>Decay rate of the running means.</summary>
        public double? alpha { get; set; }

        /// <summary>Added to the denominator.</summary>
        public double? eps { get; set; }

        /// <summary>Factor of the parameter that is added to its gradient.</summary>
        public double? weight_decay { get; set; }

        /// <summary>Share of the previous direction that is kept.</summary>
        public double? momentum { get; set; }

        /// <summary>Divide by the deviation instead of the root mean square.</summary>
        public bool? centered { get; set; }

        /// <summary>Climb instead of descend.</summary>
        public bool? maximize { get; set; }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerOptions source)
        {
            Options other = Expect<Options>(source);
            base.LoadStateDict(source);
            (alpha, eps, weight_decay, momentum, centered, maximize) = (other.alpha, other.eps, other.weight_decay, other.momentum, other.centered, other.maximize);
        }

        internal override void FillFrom(OptimizerOptions defaults)
        {
            Options other = Expect<Options>(defaults);
            base.FillFrom(defaults);
            alpha ??= other.alpha;
            eps ??= other.eps;
            weight_decay ??= other.weight_decay;
            momentum ??= other.momentum;
            centered ??= other.centered;
            maximize ??= other.maximize;
        }
    }

    /// <summary>Parameters with their own settings.</summary>
    public sealed class ParamGroup : ParamGroup<Options>, IMomentum
    {
        /// <summary>Groups parameters; what is null in the options takes the optimizer's own.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        /// <summary>Groups parameters with all settings given.</summary>
        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1e-3, double eps = 1e-8, double alpha = 0.99, double weight_decay = 0, double momentum = 0.0, bool centered = false)
            : base(parameters, new Options { LearningRate = lr, alpha = alpha, eps = eps, weight_decay = weight_decay, momentum = momentum, centered = centered })
        {
        }

        /// <inheritdoc/>
        public double Momentum
        {
            get => Options.momentum ?? 0;
            set => Options.momentum = value;
        }
    }
}
