namespace Pipeline.Trainer.Execution;

/// <summary>Told what training does, on the training thread; shows it or records it, and returns quickly.</summary>
public interface ITrainingProgress
{
    /// <summary>A step that may take long has begun, or one has ended with something worth knowing.</summary>
    /// <param name="text">One sentence.</param>
    void Say(string text);

    /// <summary>Images of a long pass that are done.</summary>
    /// <param name="what">What the pass does, as in the sentence before it.</param>
    /// <param name="done">Images done.</param>
    /// <param name="total">Images in all.</param>
    void Pass(string what, int done, int total);

    /// <summary>A training step is done.</summary>
    /// <param name="step">How far its epoch is.</param>
    void Step(StepProgress step);
}
