namespace Pipeline.Inference.MLNet.Rows;

/// <summary>The names behind <c>ImageClassificationColumns</c>.</summary>
internal static class ColumnNames
{
    internal const string Score = "Score";
    internal const string PredictedLabel = "PredictedLabel";
    internal const string Probability = "Probability";
    internal const string Error = "Error";
}
