using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>An n-dimensional array of numbers in libtorch's memory, with its place in the autograd graph.</summary>
    /// <remarks>
    /// <para>Owner: whoever receives a tensor disposes it, unless a <see cref="DisposeScope"/> of the creating thread was open: then the scope does.
    /// Arguments are borrowed.</para>
    /// <para>In-place operators (names ending in <c>_</c>) return a second tensor over the same memory, which is owned and disposed like any other.</para>
    /// <para>Every member that reaches libtorch throws <see cref="TorchException"/> when it refuses (shapes that do not fit, a wrong element type)
    /// and <see cref="ObjectDisposedException"/> when a tensor was disposed.</para>
    /// </remarks>
    public partial class Tensor : IDisposable
    {
        private TensorHandle _handle;

        internal Tensor(TensorHandle handle)
        {
            _handle = handle;
            OwningDisposeScope = DisposeScopeManager.ThreadSingleton.RegisterOnCurrentDisposeScope(this);
        }

        /// <summary>A free text for diagnostics; null until set.</summary>
        public string? name { get; set; }

        /// <summary>Whether the tensor was disposed or its memory was moved to a <see cref="Modules.Parameter"/>.</summary>
        public bool IsInvalid => _handle.IsInvalid || _handle.IsClosed;

        internal TensorHandle Handle => _handle;

        internal DisposeScope? OwningDisposeScope { get; set; }

        /// <summary>Releases the memory, unless another tensor or the autograd graph still uses it. Safe to repeat.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Leaves the memory to the scope outside the one that owns the tensor; with no outer scope, to the caller.</summary>
        /// <returns>This tensor.</returns>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of its scope: the caller owns it from now on.</summary>
        /// <returns>This tensor.</returns>
        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Whether the other object is a tensor of the same shape with equal elements; reads both tensors.</summary>
        public override bool Equals(object? obj) => obj is Tensor other && (ReferenceEquals(this, other) || Equals(other));

        /// <summary>Whether the other tensor has the same shape and equal elements; reads both tensors.</summary>
        public bool Equals(Tensor target)
        {
            ArgumentNullException.ThrowIfNull(target);
            return Aten.Ask("equal", this, target);
        }

        /// <summary>A number of this object, not of its elements: two equal tensors differ in it.</summary>
        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        /// <summary>Type, shape and device, e.g. <c>Float32 [2, 3] on cpu</c>; never the elements.</summary>
        public override string ToString() => IsInvalid ? "disposed tensor" : $"{dtype} [{string.Join(", ", shape)}] on {device}";

        /// <summary>Gives the handle to a new owner; this object is invalid afterwards.</summary>
        internal TensorHandle TakeHandle()
        {
            TensorHandle taken = _handle;
            _handle = new TensorHandle();
            OwningDisposeScope?.Forget(this);
            return taken;
        }

        /// <summary>Releases the memory and tells the owning scope.</summary>
        protected virtual void Dispose(bool disposing)
        {
            if (disposing)
            {
                OwningDisposeScope?.MarkAsDisposed(this);
                _handle.Dispose();
            }
        }
    }
}
