using System.Text.Json;
using Pipeline.Networks.Graph;
using Pipeline.Testing;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pipeline.Trainer.Tests.Training;

/// <summary>
/// Golden: an optimizer as a recipe describes it against PyTorch's trajectory, from
/// <c>tests/data/torch/make_optimizer_trajectories.py</c>.
/// </summary>
[Trait("Kind", "Golden")]
public sealed class OptimizerFactoryTests
{
    private static readonly JsonElement Golden = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "torch", "optimizer_trajectories.json")))
        .RootElement;

    public static TheoryData<string, string> Cases =>
        new()
        {
            { "sgd", "{ name: sgd, learning_rate: 0.01 }" },
            { "sgd-decay", "{ name: sgd, learning_rate: 0.01, weight_decay: 0.1 }" },
            { "sgd-momentum", "{ name: sgd, learning_rate: 0.01, momentum: 0.9 }" },
            { "sgd-nesterov", "{ name: sgd, learning_rate: 0.01, momentum: 0.9, nesterov: true, weight_decay: 0.01 }" },
            { "adam", "{ name: adam, learning_rate: 0.05 }" },
            { "adam-epsilon", "{ name: adam, learning_rate: 0.05, epsilon: 0.01 }" },
            { "adam-l2", "{ name: adam, learning_rate: 0.05, weight_decay: 0.1 }" },
            { "adamw", "{ name: adamw, learning_rate: 0.05, epsilon: 0.001, weight_decay: 0.1 }" },
            { "rmsprop", "{ name: rmsprop, learning_rate: 0.01, rho: 0.9, epsilon: 1e-7 }" },
            {
                "rmsprop-momentum",
                "{ name: rmsprop, learning_rate: 0.005, rho: 0.99, epsilon: 0.001, momentum: 0.9, weight_decay: 0.01 }"
            },
        };

    [Fact]
    public void Cases_AreAllThatTheGoldenFileHas() =>
        Assert.Equal(
            Golden.GetProperty("cases").EnumerateArray().Select(made => made.GetProperty("name").GetString()),
            Cases.Select(row => row.Data.Item1)
        );

    [Theory]
    [MemberData(nameof(Cases))]
    public void Create_FromRecipe_FollowsPyTorch(string name, string recipe)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonElement expected = Golden
            .GetProperty("cases")
            .EnumerateArray()
            .Single(made => made.GetProperty("name").GetString() == name);
        Tensor inputs = tensor(Numbers("inputs"), [8, 3]);
        Tensor targets = tensor(Numbers("targets"), [8, 2]);
        Parameter weight = new(tensor(Numbers("weight"), [3, 2]));
        Parameter bias = new(tensor(Numbers("bias")));
        OptimizerRecipe read = RecipeText.Phase($"optimizer: {recipe}").Optimizer;

        using optim.Optimizer optimizer = OptimizerFactory.Create(
            read,
            [
                (new ParameterSpec("weight", [3, 2], ParameterRole.Weight), weight),
                (new ParameterSpec("bias", [2], ParameterRole.Bias), bias),
            ]
        );
        var path = new Dictionary<string, double[]>(StringComparer.Ordinal);
        for (int step = 1; step <= 50; step++)
        {
            optimizer.zero_grad();
            nn.functional.mse_loss(inputs.matmul(weight) + bias, targets).backward();
            optimizer.step();
            path.Add($"{step}", cat([weight.flatten(), bias]).detach().data<double>().ToArray());
        }

        Assert.All(
            expected.GetProperty("points").EnumerateObject(),
            point =>
                FloatAssert.Near(
                    [.. point.Value.EnumerateArray().Select(number => number.GetDouble())],
                    path[point.Name],
                    1e-11
                )
        ); // float64, 50 steps
    }

    [Fact]
    public void Create_FactorsPerKey_GiveGroupsOfTheirOwnRates()
    {
        OptimizerRecipe recipe = RecipeText
            .Phase("optimizer: { name: sgd, learning_rate: 0.5, weight_decay: 0.1 }")
            .Optimizer;
        using Parameter first = new(ones(2));
        using Parameter second = new(ones(2));
        using Parameter third = new(ones(2));

        using optim.Optimizer optimizer = OptimizerFactory.Create(
            recipe,
            [
                (new ParameterSpec("a.weight", [2], ParameterRole.Weight), first),
                (new ParameterSpec("b.weight", [2], ParameterRole.Weight), second),
                (new ParameterSpec("b.bias", [2], ParameterRole.Bias), third),
            ],
            key => key.StartsWith('a') ? 1 : 0.1
        );

        Assert.Equal([0.5, 0.05, 0.05], optimizer.ParamGroups.Select(group => group.InitialLearningRate));
    }

    private static double[] Numbers(string name) =>
        [.. Golden.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
