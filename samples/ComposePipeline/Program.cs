// The stages that ImageClassifier is made of, with a step of one's own in between: dotnet run --project
// samples/ComposePipeline -- model.onnx photos
using Pipeline.Inference.Reporting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Sessions;

using ScoringSession session = ScoringSession.Open(args[0]);
await using FileStream file = File.Create("uncertain.jsonl");
using PredictionWriter writer = PredictionWriter.Create(
    PredictionFormat.JsonLines,
    file,
    session.Contract.Labels,
    allScores: true
);

long count = await ImagePipeline
    .LoadFolder(args[1]) // names of files
    .DecodeAndResize(session.Contract.Preprocessing) // uint8 [N, H, W, 3]: upright, sRGB, the model's size
    .Score(session) // logits and probabilities, batch by batch
    .Label(session.Contract.Labels, session.MinimumConfidence)
    .Where(prediction => prediction.Error is null && prediction.Probability < 0.8f) // any LINQ operator fits
    .WriteToAsync(writer);

Console.WriteLine($"{count} images to look at by hand are in uncertain.jsonl");
