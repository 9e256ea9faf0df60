using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Seeds the default random generators of all devices.</summary>
    /// <returns>The default generator of the CPU.</returns>
    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

    /// <summary>The seed that the default generator of the CPU was given last.</summary>
    public static long initial_seed() => Generator.Default.initial_seed();

    /// <summary>The state of the default generator of the CPU, <c>uint8</c>.</summary>
    /// <returns>Owned by the caller.</returns>
    public static Tensor get_rng_state() => Generator.Default.get_state();

    /// <summary>Restores a state of the default generator of the CPU.</summary>
    /// <exception cref="TorchException">The tensor is not such a state.</exception>
    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    /// <summary>The same functions under TorchSharp's second name.</summary>
    public static class random
    {
        /// <summary>Seeds the default random generators of all devices.</summary>
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        /// <summary>The state of the default generator of the CPU, <c>uint8</c>.</summary>
        public static Tensor get_rng_state() => torch.get_rng_state();

        /// <summary>Restores a state of the default generator of the CPU.</summary>
        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }

    /// <summary>libtorch's default random generator of the CPU, shared by all threads.</summary>
    public sealed class Generator : IDisposable
    {
        private Generator()
        {
        }

        /// <summary>The only instance.</summary>
        public static Generator Default { get; } = new();

        /// <summary>Where the numbers are made.</summary>
        public Device device { get; } = CPU;

        /// <summary>Seeds this generator and those of all other devices.</summary>
        /// <returns>This generator.</returns>
        public Generator manual_seed(long seed)
        {
            Status.ThrowIfFailed(NativeRandom.pt_manual_seed((ulong)seed), nameof(manual_seed));
            return this;
        }

        /// <summary>The seed that was given last.</summary>
        public long initial_seed()
        {
            Status.ThrowIfFailed(NativeRandom.pt_initial_seed(out ulong seed), nameof(initial_seed));
            return (long)seed;
        }

        /// <summary>The state, <c>uint8</c>.</summary>
        /// <returns>Owned by the caller.</returns>
        public Tensor get_state()
        {
            Status.ThrowIfFailed(NativeRandom.pt_rng_get_state(out TensorHandle state), nameof(get_state));
            return new Tensor(state);
        }

        /// <summary>Restores a state.</summary>
        /// <exception cref="TorchException">The tensor is not such a state.</exception>
        public void set_state(Tensor value) => Status.ThrowIfFailed(NativeRandom.pt_rng_set_state(value.Handle), nameof(set_state));

        /// <summary>Does nothing: the default generator lives as long as the process.</summary>
        public void Dispose()
        {
        }
    }
}
