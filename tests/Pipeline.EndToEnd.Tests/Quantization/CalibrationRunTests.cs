using Pipeline.Core.Imaging;
using Pipeline.Export.Quantization;
using Pipeline.Export.Quantization.Calibration;
using Pipeline.Inference.Calibration;
using Pipeline.Trainer.Cli.Output;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Recipes;
using Pipeline.Training.Quantization;

namespace Pipeline.EndToEnd.Tests.Quantization;

public sealed class CalibrationRunTests
{
    [Theory]
    [InlineData(CalibrationKind.MinMax, CalibrationMethod.MinMax)]
    [InlineData(CalibrationKind.MovingAverage, CalibrationMethod.MovingAverage)]
    [InlineData(CalibrationKind.Percentile, CalibrationMethod.Percentile)]
    [InlineData(CalibrationKind.Entropy, CalibrationMethod.Entropy)]
    public void Execute_EveryMethod_ChoosesItsOwnRangesOnImagesDecodedAsInProduction(
        CalibrationKind kind,
        CalibrationMethod method
    )
    {
        using var model = new PlantedModel(isPlanted: false);
        QuantizableModel quantizable = QuantizableModel.Load(model.Model);
        quantizable.WriteObserved(model["observed.onnx"]);
        QuantizationJob job = model.Job();
        job = job with { Settings = job.Settings with { Calibration = kind, Percentile = 90 } };

        CalibrationRun run = CalibrationRun.Execute(
            quantizable,
            model["observed.onnx"],
            job,
            ConsoleProgress.OnConsole(),
            CancellationToken.None
        );

        CalibrationTable expected = OneByOne(
            quantizable,
            model["observed.onnx"],
            EvenSample.Choose(job.Calibration, 32).Take(32),
            method
        );
        Assert.Equal(32, run.Images);
        Assert.All(
            quantizable.Tensors,
            tensor =>
                Assert.Equal(
                    expected.Range(tensor).Max,
                    run.Table.Range(tensor).Max,
                    1e-4f * Math.Abs(expected.Range(tensor).Max)
                )
        ); // batches sum in another order
    }

    [Fact]
    public void EvenlySpaced_MoreThanThereAre_TakesEachOnceFromOverTheWholeList()
    {
        string[] files = [.. Enumerable.Range(0, 10).Select(number => $"{number}")];

        // the others stand in for unreadable ones
        Assert.Equal(["0", "2", "5", "7", "1", "3", "4", "6", "8", "9"], EvenSample.Choose(files, 4));
        Assert.Equal(files, EvenSample.Choose(files, 20));
    }

    private static CalibrationTable OneByOne(
        QuantizableModel model,
        string observed,
        IEnumerable<string> images,
        CalibrationMethod method
    )
    {
        var table = new CalibrationTable(model.Tensors, method, 90);
        using ActivationReader reader = ActivationReader.Open(observed, model.Tensors, 1);
        byte[] pixels = new byte[model.Contract.Preprocessing.Size.RgbBytes];
        foreach (string image in images)
        {
            ImageDecoder.DecodeFile(image, model.Contract.Preprocessing, pixels);
            reader.Run(pixels, 1, table.Observe);
        }

        return table;
    }
}
