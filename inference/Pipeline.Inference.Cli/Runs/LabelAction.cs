namespace Pipeline.Inference.Cli.Runs;

/// <summary>What happens to an image when its class is known.</summary>
internal enum LabelAction
{
    /// <summary>It is moved into the class's folder.</summary>
    Move,

    /// <summary>It is copied there.</summary>
    Copy,

    /// <summary>A symbolic link to it is made there.</summary>
    Link,
}
