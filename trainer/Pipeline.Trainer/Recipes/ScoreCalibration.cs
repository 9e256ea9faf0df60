namespace Pipeline.Trainer.Recipes;

/// <summary>How the confidences of a trained model are made honest before it is exported.</summary>
public enum ScoreCalibration
{
    /// <summary>The logits are divided by one number, fitted on the validation images.</summary>
    Temperature,

    /// <summary>They are left as the network gives them.</summary>
    None,
}
