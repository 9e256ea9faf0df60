using Pipeline.Core.Contracts;
using Pipeline.Core.Imaging;
using Pipeline.Testing;

namespace Pipeline.EndToEnd.Tests;

/// <summary>An image folder that a small network learns in seconds: noisy red, green and blue pictures.</summary>
internal static class ColorFolder
{
    internal static readonly string[] Classes = ["blue", "green", "red"];
    private static readonly ImageSize Size = new(24, 20);

    /// <summary>Writes train, validation and test, with so many images per class.</summary>
    internal static void Write(TemporaryFolder folder, string name, int train, int validation, int test)
    {
        foreach ((string part, int count) in new[] { ("train", train), ("validation", validation), ("test", test) })
        {
            for (int index = 0; index < count * Classes.Length; index++)
            {
                int classIndex = index % Classes.Length;
                folder.Write(
                    $"{name}/{part}/{Classes[classIndex]}/{index:D4}.png",
                    Image(classIndex, $"{part}{index}")
                );
            }
        }
    }

    /// <summary>A PNG of noise with one channel brighter.</summary>
    internal static byte[] Image(int classIndex, string seed)
    {
        // A seed of its own per image; the hash is the same in every process
        uint state = seed.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u);
        byte[] pixels = new byte[Size.RgbBytes];
        for (int index = 0; index < pixels.Length; index++)
        {
            state = (state * 1664525u) + 1013904223u;
            pixels[index] = (byte)((state >> 25) + (index % 3 == 2 - classIndex ? 100 : 40));
        }

        return ImageEncoder.EncodePng(pixels, Size);
    }

    /// <summary>A recipe of two models on the folder; the second goes on from the first.</summary>
    internal static string Recipe(string folder) =>
        $$"""
            name: colors
            seed: 3
            precision: fp32
            threads: 1
            data: { source: folder, folder: {{folder}} }
            models:
              - name: features
                preprocessing: { size: 16, resize: squash, kernel: bilinear, scale: 1/255 }
                backbone: { name: small-cnn, batch_norm: re-estimate }
                head: [global_average_pool, standardize, { dense: classes }]
                phases:
                  - { train: head, optimizer: { name: adam, learning_rate: 0.05 }, epochs: 4,
                      early_stopping: { monitor: val_loss, patience: 3 } }
              - name: tuned
                from: features
                phases:
                  - train: { from: conv2 }
                    optimizer: { name: sgd, learning_rate: 0.01, momentum: 0.9 }
                    loss: { class_weights: balanced, label_smoothing: 0.05 }
                    gradients: { clip_norm: 5, accumulate: 2 }
                    mix: { mixup: 0.1, cutmix: 0.5 }
                    ema: 0.9
                    schedule: { name: plateau, patience: 1, factor: 0.5, warm_up_epochs: 0.5 }
                    epochs: 2
                    steps_per_epoch: 3
                    validation_steps: 1
                    batch_size: 16
                    augmentation: { horizontal_flip: true }
            publish: tuned
            """;
}
