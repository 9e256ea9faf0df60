using Pipeline.Core.Contracts;

namespace Pipeline.Testing;

/// <summary>The tiny models of <c>tests/data/models</c>; its <c>make.py</c> says what each one is.</summary>
public static class TestModels
{
    public static readonly ImageSize Size = new(8, 8);

    /// <summary>Says which of blue, green and red an image is.</summary>
    public static string Colors => Path("colors");

    /// <summary>The same with temperature 2.5.</summary>
    public static string Calibrated => Path("calibrated");

    public static string Path(string name) =>
        System.IO.Path.Combine(AppContext.BaseDirectory, "data", "models", name + ".onnx");

    /// <summary>
    /// The file <see cref="Colors"/> with another temperature in its contract, which its graph does not divide by.
    /// </summary>
    public static byte[] WithTemperature(char digit)
    {
        byte[] model = File.ReadAllBytes(Colors);
        int place = model.AsSpan().IndexOf("{\"temperature\": 1.0}"u8);
        model[place + "{\"temperature\": ".Length] = (byte)digit;
        return model;
    }

    /// <summary>What <see cref="Colors"/> computes, in plain code.</summary>
    public static float[] ColorLogits(ReadOnlySpan<byte> pixels)
    {
        double[] mean = new double[3];
        for (int index = 0; index < pixels.Length; index++)
        {
            mean[index % 3] += pixels[index] / (pixels.Length / 3.0);
        }

        return
        [
            (float)((mean[2] * 12 / 255) + 0.1),
            (float)((mean[1] * 12 / 255) - 0.2),
            (float)((mean[0] * 12 / 255) + 0.05),
        ];
    }
}
