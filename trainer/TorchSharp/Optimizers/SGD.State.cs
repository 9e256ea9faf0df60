using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

public sealed partial class SGD
{
    /// <summary>What is remembered about one parameter.</summary>
    public sealed class State : OptimizerState
    {
        /// <summary>The direction, of the parameter's shape; null before the first step with momentum. Owned; assign a tensor that no scope owns.</summary>
        public Tensor? momentum_buffer { get; set; }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerState source) => momentum_buffer = Replace(momentum_buffer, Expect<State>(source).momentum_buffer);

        /// <inheritdoc/>
        public override void to(Device device) => momentum_buffer = Move(momentum_buffer, device);

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                momentum_buffer?.Dispose();
                momentum_buffer = null;
            }
        }
    }

    /// <summary>The settings of a group.</summary>
    public sealed class Options : OptimizerOptions
    {
        /// <summary>Share of the previous direction that is kept.</summary>
        public double? momentum { get; set; }

        /// <summary>Share of the gradient that does not enter the direction.</summary>
        public double? dampening { get; set; }

        /// <summary>Factor of the parameter that is added to its gradient.</summary>
        public double? weight_decay { get; set; }

        /// <summary>Step along the direction after the next one.</summary>
        public bool? nesterov { get; set; }

        /// <summary>Climb instead of descend.</summary>
        public bool? maximize { get; set; }

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerOptions source)
        {
            Options other = Expect<Options>(source);
            base.LoadStateDict(source);
            (momentum, dampening, weight_decay, nesterov, maximize) = (other.momentum, other.dampening, other.weight_decay, other.nesterov, other.maximize);
        }

        internal override void FillFrom(OptimizerOptions defaults)
        {
            Options other = Expect<Options>(defaults);
            base.FillFrom(defaults);
            momentum ??= other.momentum;
            dampening ??= other.dampening;
            weight_decay ??= other.weight_decay;
            nesterov ??= other.nesterov;
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
            IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0.0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize })
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
