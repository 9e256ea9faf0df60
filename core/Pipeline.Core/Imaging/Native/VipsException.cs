namespace Pipeline.Core.Imaging.Native;

/// <summary>
/// libvips refused an operation. Carries no reason, because libvips keeps its error text per process:
/// <see cref="Decoding.VipsLoader"/> finds it out.
/// </summary>
/// <param name="operation">Nickname of the operation that failed.</param>
internal sealed class VipsException(string operation) : Exception($"libvips operation '{operation}' failed.");
