namespace Pipeline.Trainer.Recipes;

/// <summary>Names of the folders that hold the parts of the data.</summary>
/// <param name="Train">Training images.</param>
/// <param name="Validation">Validation images.</param>
/// <param name="Test">Test images.</param>
public sealed record PartFolders(string Train = "train", string Validation = "validation", string Test = "test");
