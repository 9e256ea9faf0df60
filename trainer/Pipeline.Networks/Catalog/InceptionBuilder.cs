using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Catalog;

/// <summary>
/// Adds the blocks of InceptionV3. Branch names are torchvision's; in Keras's form a node is named by its number
/// instead.
/// </summary>
internal sealed class InceptionBuilder(GraphBuilder builder, bool isKeras)
{
    private const double Epsilon = 1e-3;
    private readonly BatchNorm2d norm = isKeras
        ? new BatchNorm2d(Epsilon, 0.01, HasScale: false)
        : new BatchNorm2d(Epsilon); // Keras's momentum 0.99, in torch's sense
    private int convolutions;
    private int maxPools;
    private int averagePools;

    /// <summary>Adds stem and blocks.</summary>
    /// <param name="blocks">Names of the eleven blocks.</param>
    internal void Build(IEnumerable<string> blocks)
    {
        AddStem();
        string[] names = [.. blocks];
        AddBlockA(names[0], 32);
        AddBlockA(names[1], 64);
        AddBlockA(names[2], 64);
        AddBlockB(names[3]);
        AddBlockC(names[4], 128);
        AddBlockC(names[5], 160);
        AddBlockC(names[6], 160);
        AddBlockC(names[7], 192);
        AddBlockD(names[8]);
        AddBlockE(names[9], 0);
        AddBlockE(names[10], 1);
    }

    private void AddStem()
    {
        builder.Block("stem");
        Conv("Conv2d_1a_3x3", builder.Last, 32, Valid(3, 2));
        Conv("Conv2d_2a_3x3", builder.Last, 32, Valid(3));
        Conv("Conv2d_2b_3x3", builder.Last, 64, Convolutions.Same(3));
        MaxPool("maxpool1", builder.Last);
        Conv("Conv2d_3b_1x1", builder.Last, 80, Valid(1));
        Conv("Conv2d_4a_3x3", builder.Last, 192, Valid(3));
        MaxPool("maxpool2", builder.Last);
    }

    /// <summary>1x1, 5x5 and twice 3x3 beside each other (figure 5 of the paper).</summary>
    private void AddBlockA(string name, int poolChannels)
    {
        string input = Start(name);
        string branch1 = Conv($"{name}.branch1x1", input, 64, Valid(1));
        string branch5 = Chain(name, "branch5x5", input, (48, Valid(1)), (64, Convolutions.Same(5)));
        string branch3 = Chain(
            name,
            "branch3x3dbl",
            input,
            (64, Valid(1)),
            (96, Convolutions.Same(3)),
            (96, Convolutions.Same(3))
        );
        Join(name, branch1, branch5, branch3, PoolBranch(name, input, poolChannels));
    }

    /// <summary>Halves the size.</summary>
    private void AddBlockB(string name)
    {
        string input = Start(name);
        string branch3 = Conv($"{name}.branch3x3", input, 384, Valid(3, 2));
        string branchTwice = Chain(
            name,
            "branch3x3dbl",
            input,
            (64, Valid(1)),
            (96, Convolutions.Same(3)),
            (96, Valid(3, 2))
        );
        Join(name, branch3, branchTwice, MaxPool($"{name}.pool", input));
    }

    /// <summary>7x7 as 1x7 and 7x1, once and twice (figure 6).</summary>
    private void AddBlockC(string name, int width)
    {
        string input = Start(name);
        string branch1 = Conv($"{name}.branch1x1", input, 192, Valid(1));
        string branch7 = Chain(name, "branch7x7", input, (width, Valid(1)), (width, Row(7)), (192, Column(7)));
        string branchTwice = Chain(
            name,
            "branch7x7dbl",
            input,
            (width, Valid(1)),
            (width, Column(7)),
            (width, Row(7)),
            (width, Column(7)),
            (192, Row(7))
        );
        Join(name, branch1, branch7, branchTwice, PoolBranch(name, input, 192));
    }

    /// <summary>Halves the size.</summary>
    private void AddBlockD(string name)
    {
        string input = Start(name);
        string branch3 = Chain(name, "branch3x3", input, (192, Valid(1)), (320, Valid(3, 2)));
        string branch7 = Chain(
            name,
            "branch7x7x3",
            input,
            (192, Valid(1)),
            (192, Row(7)),
            (192, Column(7)),
            (192, Valid(3, 2))
        );
        Join(name, branch3, branch7, MaxPool($"{name}.pool", input));
    }

    /// <summary>3x3 as 1x3 and 3x1 beside each other (figure 7).</summary>
    private void AddBlockE(string name, int number)
    {
        string input = Start(name);
        string branch1 = Conv($"{name}.branch1x1", input, 320, Valid(1));
        string single = Conv($"{name}.branch3x3_1", input, 384, Valid(1));
        string branch3 = Fork(name, "branch3x3_2", single, isKeras ? $"mixed9_{number}" : $"{name}.branch3x3_2");
        string twice = Chain(name, "branch3x3dbl", input, (448, Valid(1)), (384, Convolutions.Same(3)));
        string branchTwice = Fork(
            name,
            "branch3x3dbl_3",
            twice,
            isKeras ? $"concatenate_{number + 1}" : $"{name}.branch3x3dbl_3"
        );
        Join(name, branch1, branch3, branchTwice, PoolBranch(name, input, 192));
    }

    private string Start(string name)
    {
        builder.Block(name);
        return builder.Last;
    }

    private string Fork(string block, string branch, string input, string joined)
    {
        string row = Conv($"{block}.{branch}a", input, 384, Row(3));
        string column = Conv($"{block}.{branch}b", input, 384, Column(3));
        return builder.Add(joined, new Concat(), row, column);
    }

    private string Chain(string block, string branch, string input, params (int Channels, Window Window)[] steps)
    {
        string last = input;
        for (int index = 0; index < steps.Length; index++)
        {
            last = Conv($"{block}.{branch}_{index + 1}", last, steps[index].Channels, steps[index].Window);
        }

        return last;
    }

    /// <summary>Keras's mean leaves the padding out, torchvision's counts it as zeros.</summary>
    private string PoolBranch(string block, string input, int channels)
    {
        averagePools++;
        string pool = builder.Add(
            isKeras ? $"average_pooling2d_{averagePools}" : $"{block}.pool",
            new AvgPool2d(Convolutions.Same(3), CountPadding: !isKeras),
            input
        );
        return Conv($"{block}.branch_pool", pool, channels, Valid(1));
    }

    private string MaxPool(string name, string input)
    {
        maxPools++;
        return builder.Add(isKeras ? $"max_pooling2d_{maxPools}" : name, new MaxPool2d(Valid(3, 2)), input);
    }

    private void Join(string block, params string[] branches) =>
        builder.Add(isKeras ? block : $"{block}.concat", new Concat(), branches);

    private string Conv(string name, string input, int channels, Window window)
    {
        convolutions++;
        (string convolution, string normalization, string activation) = isKeras
            ? ($"conv2d_{convolutions}", $"batch_normalization_{convolutions}", $"activation_{convolutions}")
            : ($"{name}.conv", $"{name}.bn", $"{name}.relu");
        builder.Add(convolution, new Conv2d(channels, window, HasBias: false), input);
        builder.Add(normalization, norm);
        return builder.Add(activation, new Activation(ActivationKind.Relu));
    }

    private static Window Valid(int kernel, int stride = 1) => new(kernel, stride, Padding.None);

    private static Window Row(int width) => new(new Extent(1, width), 1, new Padding(0, width / 2, 0, width / 2));

    private static Window Column(int height) =>
        new(new Extent(height, 1), 1, new Padding(height / 2, 0, height / 2, 0));
}
