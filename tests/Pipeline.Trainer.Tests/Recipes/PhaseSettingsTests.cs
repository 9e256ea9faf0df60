using Pipeline.Core.Errors;
using Pipeline.Trainer.Recipes;
using Pipeline.Trainer.Recipes.Reading;

namespace Pipeline.Trainer.Tests.Recipes;

/// <summary>Optimizer, schedule and precision of a phase.</summary>
public sealed class PhaseSettingsTests
{
    [Fact]
    public void Rmsprop_NothingSaid_HasKerasDefaults()
    {
        OptimizerRecipe optimizer = RecipeText.Phase("optimizer: { name: rmsprop }").Optimizer;

        Assert.Equal(
            new OptimizerRecipe
            {
                Name = OptimizerKind.Rmsprop,
                LearningRate = 1e-3,
                Rho = 0.9,
                Epsilon = 1e-7,
            },
            optimizer
        );
    }

    [Fact]
    public void Adam_NothingSaid_HasPyTorchsEpsilon()
    {
        OptimizerRecipe optimizer = RecipeText.Phase("optimizer: { name: adam }").Optimizer;

        Assert.Equal(
            new OptimizerRecipe
            {
                Name = OptimizerKind.Adam,
                LearningRate = 1e-3,
                Epsilon = 1e-8,
            },
            optimizer
        );
    }

    [Theory]
    [InlineData("optimizer: { name: sgd }", "lacks 'learning_rate'")]
    [InlineData("optimizer: { name: sgd, learning_rate: 0.1, rho: 0.9 }", "optimizer sgd takes no 'rho'")]
    [InlineData("optimizer: { name: adam, nesterov: true }", "optimizer adam takes no 'nesterov'")]
    [InlineData("optimizer: { name: adam, momentum: 0.9 }", "optimizer adam takes no momentum")]
    [InlineData("optimizer: { name: rmsprop, epsilon: 0 }", "expected a positive number")]
    [InlineData("optimizer: { name: sgd, learning_rate: 0.1, nesterov: true }", "'nesterov' needs a momentum")]
    [InlineData("optimizer: { name: rmsprob }", "Did you mean 'rmsprop'?")]
    [InlineData("optimizer: { name: adam }\nschedule: step", "{ name: step, every_epochs: 10, factor: 0.1 }")]
    [InlineData("optimizer: { name: adam }\nschedule: { name: step, every_epochs: 0, factor: 0.1 }", "at least 1")]
    [InlineData("optimizer: { name: adam }\nschedule: { name: step, every_epochs: 1, factor: 2 }", "at most 1")]
    [InlineData("optimizer: { name: adam }\nschedule: { name: cosine, factor: 0.1 }", "has no key 'factor'")]
    [InlineData("optimizer: { name: adam }\nprecision: fp16", "expected one of: auto, fp32, bf16")]
    [InlineData(
        "optimizer: { name: adam }\nschedule: { name: step, every_epochs: 4, factor: 0.1 }",
        "'every_epochs' of the schedule is 4 and the phase has 4 epochs, so the rate would never change"
    )]
    [InlineData(
        "optimizer: { name: adam }\nschedule: { name: plateau, patience: 9, factor: 0.1 }",
        "'patience' of the schedule is 9 and the phase has 4 epochs"
    )]
    [InlineData(
        "optimizer: { name: adam }\nschedule: { name: cosine, warm_up_epochs: 4 }",
        "the warm-up of 4 epochs is as long as the phase"
    )]
    [InlineData("optimizer: { name: adam }\nkeep: first", "expected one of: best, last")]
    [InlineData("optimizer: { name: adam }\nkeep: last\nbest: loss", "'best' says which epoch is kept, and")]
    [InlineData("optimizer: { name: adam }\ntime_budget_minutes: 0", "expected a positive number of minutes")]
    [InlineData(
        "optimizer: { name: adam }\nbatch_size: 1",
        "batch-norm layers ('",
        "on batches of one image, which have no statistics. Use a batch_size of at least 2, or batch_norm: frozen."
    )]
    public void Read_BadSetting_SaysWhatToDo(string lines, params string[] expected)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => RecipeText.Phase(lines));

        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Contains("test.yaml, line ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "optimizer: { name: rmsprop, momentum: 0.5, rho: 0.8, epsilon: 1e-6 }\nschedule: { name: step, "
            + "every_epochs: 3, factor: 0.1 }\nprecision: bf16"
    )]
    [InlineData(
        "optimizer: { name: sgd, learning_rate: 0.1, momentum: 0.9, nesterov: true }\nschedule: cosine\nprecision: fp32"
    )]
    [InlineData("optimizer: { name: adam }\nsteps_per_epoch: 3\ndrop_last: true")]
    [InlineData("optimizer: { name: adam }\nkeep: last\nearly_stopping: { monitor: val_accuracy, patience: 3 }")]
    [InlineData("optimizer: { name: adam }\nkeep: best\nbest: accuracy")]
    [InlineData("optimizer: { name: adam }\ntime_budget_minutes: 2.5\nbatch_size: 1\nbatch_norm: frozen")]
    [InlineData("optimizer: { name: adam, epsilon: 1e-7, weight_decay: 0.1 }\nschedule: { name: constant }")]
    public void Write_ReadBack_GivesTheSamePhase(string lines)
    {
        Recipe recipe = RecipeText.Read(lines);

        string written = RecipeWriter.Write(recipe);

        Recipe again = RecipeReader.Read(written, "again.yaml", []);
        Assert.Equal(recipe.Models[0].Phases[0], again.Models[0].Phases[0]);
        Assert.Equal(written, RecipeWriter.Write(again));
    }

    [Fact]
    public void Phases_Empty_AreRefused()
    {
        RecipeException error = Assert.Throws<RecipeException>(() =>
            RecipeReader.Read(
                "name: a\ndata: { source: cifar-10 }\nmodels:\n  - { name: m, preprocessing: { size: 32, resize: "
                    + "squash, kernel: bicubic, scale: 1/255 }, backbone: { name: small-cnn }, phases: [] }",
                "empty.yaml",
                []
            )
        );

        Assert.Equal(
            "empty.yaml, line 4, column 5: the model lacks 'phases'. Add a list with at least one phase.",
            error.Message
        );
    }

    [Fact]
    public void Precision_SaidByTheModel_HoldsForPhasesThatDoNotSayIt()
    {
        Recipe said = RecipeText.Read("optimizer: { name: adam }", "precision: bf16");
        Recipe overruled = RecipeText.Read("optimizer: { name: adam }\nprecision: fp32", "precision: bf16");
        Recipe open = RecipeText.Read("optimizer: { name: adam }");

        Assert.Equal(PrecisionMode.Bf16, said.Models[0].Phases[0].Precision);
        Assert.Equal(PrecisionMode.Fp32, overruled.Models[0].Phases[0].Precision);
        Assert.Equal(PrecisionMode.Auto, open.Models[0].Phases[0].Precision);
    }

    [Fact]
    public void DefaultRecipe_TrainsIn32Bits()
    {
        Recipe recipe = RecipeReader.Read(
            Path.Combine(AppContext.BaseDirectory, "recipes", "cats-dogs-cifar.yaml"),
            []
        );

        Assert.All(
            recipe.Models.SelectMany(model => model.Phases),
            phase => Assert.Equal(PrecisionMode.Fp32, phase.Precision)
        );
    }
}
