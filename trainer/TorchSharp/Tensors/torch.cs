namespace TorchSharp;

/// <summary>The entry point of the library: makers of tensors, functions over them, modes and settings.</summary>
/// <remarks>Names, parameters and defaults are TorchSharp's. A maker's result is owned by the caller, or by the innermost open <see cref="DisposeScope"/>.</remarks>
public static partial class torch
{
}
