// One line per image, from a program of one folder that needs no .NET on the machine:
//   ./build.sh --target=pack
//   dotnet publish samples/TrimmedConsole -c Release -r linux-x64 -p:FromPackage=true -o console
//   console/TrimmedConsole model.onnx cat.jpg dog.jpg
using System.Globalization;
using Pipeline.Core.Contracts;
using Pipeline.Inference.Scoring;

using ImageClassifier classifier = ImageClassifier.Load(args[0]);
await foreach (Prediction prediction in classifier.ClassifyFilesAsync(args[1..]))
{
    Console.WriteLine(
        prediction.Error
            ?? string.Create(
                CultureInfo.InvariantCulture,
                $"{prediction.Path} {prediction.Label} {prediction.Probability:R}"
            )
    );
}
