using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Opens a scope that owns every tensor made on this thread until it is disposed or an inner scope opens.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.Open();

    /// <summary>Stops recording for gradients on this thread until the result is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    /// <summary>Records for gradients on this thread, or stops it, until the result is disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>Records for gradients on this thread, or stops it, until the result is disposed.</summary>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    /// <summary>Stops recording on this thread, and makes tensors that can never be recorded, until the result is disposed. Cheaper than <see cref="no_grad"/>.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    /// <summary>Whether this thread records for gradients.</summary>
    public static bool is_grad_enabled()
    {
        Status.ThrowIfFailed(NativeAutograd.pt_grad_mode_get(out bool enabled), nameof(is_grad_enabled));
        return enabled;
    }

    /// <summary>Whether this thread is in inference mode.</summary>
    public static bool is_inference_mode_enabled()
    {
        Status.ThrowIfFailed(NativeAutograd.pt_inference_mode_get(out bool enabled), nameof(is_inference_mode_enabled));
        return enabled;
    }

    private sealed class GradMode : IDisposable
    {
        private readonly bool _before = is_grad_enabled();
        private bool _left;

        internal GradMode(bool enabled) => Set(enabled);

        public void Dispose()
        {
            if (!_left)
            {
                _left = true;
                Set(_before);
            }
        }

        private static void Set(bool enabled) => Status.ThrowIfFailed(NativeAutograd.pt_grad_mode_set(enabled), nameof(set_grad_enabled));
    }

    private sealed class InferenceMode : IDisposable
    {
        private bool _left;

        internal InferenceMode(bool enabled) => Status.ThrowIfFailed(NativeAutograd.pt_inference_mode_push(enabled), nameof(inference_mode));

        public void Dispose()
        {
            if (!_left)
            {
                _left = true;
                Status.ThrowIfFailed(NativeAutograd.pt_inference_mode_pop(), nameof(inference_mode));
            }
        }
    }
}
