namespace Pipeline.Setup.Cli.Machine;

/// <summary>A library that another one needs.</summary>
/// <param name="Name">Its name, such as <c>libcudart.so.13</c>.</param>
/// <param name="Path">Where the loader finds it; <c>null</c> when it does not.</param>
internal sealed record LibraryNeed(string Name, string? Path);
