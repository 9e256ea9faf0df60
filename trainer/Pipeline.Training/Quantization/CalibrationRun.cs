using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using Pipeline.Core.Imaging;
using Pipeline.Core.Metrics;
using Pipeline.Export.Quantization;
using Pipeline.Export.Quantization.Calibration;
using Pipeline.Inference.Calibration;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Execution;
using Pipeline.Trainer.Recipes;
using Pipeline.Training.Gate;

namespace Pipeline.Training.Quantization;

/// <summary>Measures the activations of a model on real images, decoded as in production.</summary>
/// <param name="Table">Ranges and means.</param>
/// <param name="Images">Images that were used.</param>
/// <param name="Skipped">Files that could not be read.</param>
internal sealed record CalibrationRun(CalibrationTable Table, int Images, IReadOnlyList<SkippedImage> Skipped)
{
    private const long ActivationBytes = 256L << 20; // of one batch: every activation is held at once
    private const int LargestBatch = 16;

    /// <summary>Runs the images through the model.</summary>
    /// <param name="model">The float32 model.</param>
    /// <param name="observed">The same with its activations as outputs.</param>
    /// <param name="job">Files, number and method.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="DatasetException">No file is a usable image.</exception>
    internal static CalibrationRun Execute(
        QuantizableModel model,
        string observed,
        QuantizationJob job,
        IProgress<TrainingUpdate> progress,
        CancellationToken cancellationToken
    )
    {
        var table = new CalibrationTable(model.Tensors, MethodOf(job.Settings.Calibration), job.Settings.Percentile);
        using ActivationReader reader = ActivationReader.Open(observed, model.Tensors, job.Threads);
        Preprocessing preprocessing = model.Contract.Preprocessing;
        var skipped = new List<SkippedImage>();
        using ImageBatch images = ImageBatch.Rent(LargestBatch, preprocessing.Size);
        int done = 0,
            held = 0,
            batch = 1,
            wanted = Math.Min(job.Settings.Images, job.Calibration.Count);
        foreach (string path in EvenSample.Choose(job.Calibration, job.Settings.Images).TakeWhile(_ => done < wanted))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ReadableImage.Decode(path, preprocessing, images.Image(held)) is string reason)
            {
                skipped.Add(new SkippedImage(path, reason));
                continue;
            }

            held++;
            if (held == Math.Min(batch, wanted - done))
            {
                long bytes = Observe(reader, table, images.Pixels[..(held * preprocessing.Size.RgbBytes)], held);
                batch = (int)Math.Clamp(ActivationBytes * held / bytes, 1, LargestBatch);
                (done, held) = (done + held, 0);
                progress.Report(new PassProgress("calibrating", done, wanted));
            }
        }

        if (held > 0)
        {
            Observe(reader, table, images.Pixels[..(held * preprocessing.Size.RgbBytes)], held);
        }

        return done + held > 0
            ? new CalibrationRun(table, done + held, skipped)
            : throw new DatasetException(
                $"{job.CalibrationName} has no usable image: "
                    + (
                        skipped.Count == 0
                            ? "there is no file. "
                            : $"{skipped.Count} files, the first is '{skipped[0].Path}': {skipped[0].Reason}. "
                    )
                    + "Give some hundred images like those that the model was trained on."
            )
            {
                Subject = job.CalibrationName,
            };
    }

    private static long Observe(ActivationReader reader, CalibrationTable table, ReadOnlySpan<byte> pixels, int count)
    {
        long bytes = 1;
        reader.Run(
            pixels,
            count,
            (tensor, shape, values) =>
            {
                table.Observe(tensor, shape, values);
                bytes += values.Length * sizeof(float);
            }
        );
        return bytes;
    }

    private static CalibrationMethod MethodOf(CalibrationKind kind) =>
        kind switch
        {
            CalibrationKind.MinMax => CalibrationMethod.MinMax,
            CalibrationKind.MovingAverage => CalibrationMethod.MovingAverage,
            CalibrationKind.Percentile => CalibrationMethod.Percentile,
            CalibrationKind.Entropy => CalibrationMethod.Entropy,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected a kind of calibration."),
        };
}
