using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Recipes;

/// <summary>
/// The section <c>data</c>: what it may say, that it is written back as it was read, and what it may not say.
/// </summary>
public sealed class DataReaderTests
{
    [Theory]
    [InlineData("{ source: folder, folder: x }")]
    [InlineData("{ source: folder, folder: x, classes: { first: 10 }, split: { validation: 0.15 } }")]
    [InlineData("{ source: folder, folder: x, parts: { train: Train, validation: Test } }")]
    [InlineData(
        "{ source: folder, folder: x, labels: file-name, split: { train: 1000, validation: 400, method: order } }"
    )]
    [InlineData("{ source: cifar-10, classes: [cat, dog], split: { train: 10, validation: 5, test: 5 } }")]
    [InlineData("{ source: fashion-mnist, split: { validation: 0.1, method: last } }")]
    [InlineData("{ source: idx, folder: x, classes: [a, b], split: { train: 100, validation: 10, test: 0 } }")]
    public void Read_WhatWasWritten_IsTheSame(string data)
    {
        Recipe recipe = Read(data);

        Assert.Equal(
            RecipeWriter.Write(recipe),
            RecipeWriter.Write(RecipeReader.Read(RecipeWriter.Write(recipe), "again.yaml", []))
        );
    }

    [Theory]
    [InlineData("{ source: folder }", "lacks 'folder'")]
    [InlineData("{ source: idx, folder: x }", "lacks 'classes'")]
    [InlineData(
        "{ source: folder, folder: x, split: { validation: 1.5 } }",
        "a number of images per class, at least 1, or a share such as 0.1"
    )]
    [InlineData("{ source: folder, folder: x, split: { validation: 0.6, test: 0.5 } }", "add up to 1.1")]
    [InlineData("{ source: folder, folder: x, split: { validation: 0 } }", "at least 1")]
    [InlineData("{ source: folder, folder: x, split: { methd: last } }", "Did you mean 'method'?")]
    [InlineData("{ source: folder, folder: x, classes: { first: 1 } }", "first")]
    [InlineData("{ source: folder, folder: x, parts: { tran: a } }", "Did you mean 'train'?")]
    [InlineData("{ source: cifar-10, split: { validation: 0.1 } }", "Give train and validation")]
    [InlineData("{ source: cifar-10, folder: x }", "no key 'folder'")]
    public void Read_WhatCannotBe_IsRefusedWithItsLine(string data, string expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => Read(data));

        Assert.Contains("data.yaml, line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.15, 750, 112)]
    [InlineData(0.1, 10, 1)]
    [InlineData(0.29, 100, 29)] // 0.29 * 100 is 28.999999999999996 in double
    [InlineData(400, 10, 400)]
    public void Of_AShare_IsExactlyRoundedDown(double size, int available, int expected)
    {
        Assert.Equal(expected, new PartSize(size).CountIn(available));
    }

    private static Recipe Read(string data) =>
        RecipeReader.Read(
            $$"""
            name: tiny
            data: {{data}}
            models:
              - name: a
                preprocessing: { size: 32, resize: squash, kernel: bicubic, scale: 1/255 }
                backbone: { name: small-cnn }
                phases: [ { train: all, optimizer: { name: adam, learning_rate: 1e-3 }, epochs: 1 } ]
            """,
            "data.yaml",
            []
        );
}
