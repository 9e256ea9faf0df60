using System.Text.Json;
using TorchSharp.Modules;
using TorchSharp.Tests.Support;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Optimizers;

/// <summary>Golden: 50 steps of every optimizer against PyTorch's, from <c>tests/data/torch/make_optimizer_trajectories.py</c>.</summary>
[Trait("Kind", "Golden")]
public sealed class OptimizerTrajectoryTests : TorchTest
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "torch", "optimizer_trajectories.json"))).RootElement;

    public static TheoryData<string> Cases => [.. Golden.GetProperty("cases").EnumerateArray().Select(made => made.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_FiftyTimes_FollowsPyTorch(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonElement expected = Golden.GetProperty("cases").EnumerateArray().Single(made => made.GetProperty("name").GetString() == name);
        Tensor inputs = tensor(Numbers(Golden, "inputs"), [8, 3]);
        Tensor targets = tensor(Numbers(Golden, "targets"), [8, 2]);
        Parameter weight = new(tensor(Numbers(Golden, "weight"), [3, 2]));
        Parameter bias = new(tensor(Numbers(Golden, "bias")));
        using OptimizerHelper optimizer = Make(expected.GetProperty("optimizer").GetString()!, expected.GetProperty("options"), [weight, bias]);

        for (int step = 1; step <= 50; step++)
        {
            optimizer.zero_grad();
            nn.functional.mse_loss(inputs.matmul(weight) + bias, targets).backward();
            optimizer.step();
            if (expected.GetProperty("points").TryGetProperty($"{step}", out JsonElement point))
            {
                double[] values = [.. point.EnumerateArray().Select(number => number.GetDouble())];
                TensorAssert.Near(values, cat([weight.flatten(), bias]), 1e-6);   // float32, 50 steps
            }
        }
    }

    private static OptimizerHelper Make(string kind, JsonElement options, Parameter[] parameters)
    {
        double[] betas = options.TryGetProperty("betas", out JsonElement given) ? [.. given.EnumerateArray().Select(beta => beta.GetDouble())] : [0.9, 0.999];
        double decay = Number(options, "weight_decay", 0);
        double rate = Number(options, "lr", 0);
        double momentum = Number(options, "momentum", 0);
        return kind switch
        {
            "SGD" => optim.SGD(parameters, rate, momentum, Number(options, "dampening", 0), decay, Flag(options, "nesterov"), Flag(options, "maximize")),
            "Adam" => optim.Adam(parameters, rate, betas[0], betas[1], Number(options, "eps", 1e-8), decay, Flag(options, "amsgrad")),
            "AdamW" => optim.AdamW(parameters, rate, betas[0], betas[1], Number(options, "eps", 1e-8), decay),
            _ => optim.RMSProp(parameters, rate, Number(options, "alpha", 0.99), 1e-8, decay, momentum, Flag(options, "centered")),
        };
    }

    private static double Number(JsonElement options, string name, double otherwise) => options.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;

    private static bool Flag(JsonElement options, string name) => options.TryGetProperty(name, out JsonElement value) && value.GetBoolean();

    private static float[] Numbers(JsonElement document, string name) => [.. document.GetProperty(name).EnumerateArray().Select(number => number.GetSingle())];
}
