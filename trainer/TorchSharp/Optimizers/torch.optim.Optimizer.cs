using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Optimizers: each is made by the function of its name.</summary>
    public static partial class optim
    {
        /// <summary>A learning rate that a schedule may change.</summary>
        public interface ILearningRateController
        {
            /// <summary>The rate of the next step.</summary>
            double LearningRate { get; set; }

            /// <summary>The rate at the start, from which schedules compute.</summary>
            double InitialLearningRate { get; set; }
        }

        /// <summary>A momentum that a schedule may change.</summary>
        public interface IMomentum
        {
            /// <summary>Share of the previous direction that is kept, in [0, 1).</summary>
            double Momentum { get; set; }
        }

        /// <summary>Decay rates that a schedule may change.</summary>
        public interface IBetas
        {
            /// <summary>Decay rates of the first and second moment, in [0, 1).</summary>
            (double, double) Betas { get; set; }
        }

        /// <summary>Changes parameters along their gradients. Borrows the parameters, owns its state.</summary>
        public abstract class Optimizer : IDisposable
        {
            /// <summary>The groups of parameters, in order.</summary>
            public abstract IEnumerable<ILearningRateController> ParamGroups { get; }

            /// <summary>Writes 0 into every gradient that exists.</summary>
            public abstract void zero_grad();

            /// <summary>Changes every parameter that has a gradient.</summary>
            /// <param name="closure">Computes the loss again, with gradients, before the step; usually null.</param>
            /// <returns>What <paramref name="closure"/> gave.</returns>
            public abstract Tensor? step(Func<Tensor>? closure = null);

            /// <summary>All parameters, group by group.</summary>
            public abstract IEnumerable<Parameter> parameters();

            /// <summary>Adds a group with its own options.</summary>
            /// <param name="param_group">Of this optimizer's own kind. Borrowed.</param>
            public abstract void add_param_group(ParamGroup param_group);

            /// <summary>Releases the state; the parameters stay.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Releases the state.</summary>
            protected abstract void Dispose(bool disposing);

            /// <summary>An optimizer's options by group and its state by parameter. Borrowed from the optimizer: live objects, not copies.</summary>
            public sealed class StateDictionary
            {
                internal StateDictionary()
                {
                }

                /// <summary>One entry per group, in order.</summary>
                public IList<OptimizerOptions> Options { get; } = new List<OptimizerOptions>();

                /// <summary>One entry per parameter, in the order of <see cref="parameters"/>.</summary>
                public IList<OptimizerState> State { get; } = new List<OptimizerState>();
            }
        }
    }
}
