using Pipeline.Inference.MLNet.Rows;

namespace Pipeline.Inference.MLNet;

/// <summary>Names of the columns that image classification adds.</summary>
public static class ImageClassificationColumns
{
    /// <summary>
    /// Probability of every class in label order, <c>Vector&lt;Single, K&gt;</c> with the labels as slot names; all NaN
    /// when there is no prediction.
    /// </summary>
    public const string Score = ColumnNames.Score;

    /// <summary>
    /// The most probable class as text; missing (empty) when there is no prediction, or when it is below the minimum
    /// confidence, which leaves the other columns as they are.
    /// </summary>
    public const string PredictedLabel = ColumnNames.PredictedLabel;

    /// <summary>Probability of the most probable class; NaN when there is no prediction.</summary>
    public const string Probability = ColumnNames.Probability;

    /// <summary>Why there is no prediction, one line of text; empty when there is one.</summary>
    public const string Error = ColumnNames.Error;
}
