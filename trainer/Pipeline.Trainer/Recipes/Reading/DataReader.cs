using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes.Reading;

/// <summary>Reads the section <c>data</c>.</summary>
internal static class DataReader
{
    internal static DataRecipe Read(YamlSection section)
    {
        DataSource source = section.Choice<DataSource>("source", null);
        bool isFolder = source is DataSource.Folder or DataSource.Application;
        int? first = section.Find("classes") is YamlMappingNode ? ReadFirst(section.Section("classes")) : null;
        var recipe = new DataRecipe
        {
            Source = source,
            Folder = source is DataSource.Cifar10 or DataSource.Application ? null : section.TextOrNull("folder"),
            Parts = isFolder ? ReadParts(section.SectionOrNull("parts")) : new PartFolders(),
            Labels =
                source == DataSource.Folder
                    ? section.Choice<LabelSource>("labels", LabelSource.Folder)
                    : LabelSource.Folder,
            Classes = first is null
                ?
                [
                    .. section
                        .List("classes")
                        .Select(node =>
                            node is YamlScalarNode { Value: string name }
                                ? name
                                : throw section.WrongType(node, "classes", "a list of class names")
                        ),
                ]
                : [],
            FirstClasses = first,
            Split = ReadSplit(section.SectionOrNull("split"), isFolder ? SplitMethod.Hash : SplitMethod.Order),
        };
        section.RequireNoMore();
        RequireDifferent(section, recipe.Classes);
        RequireComplete(section, recipe);
        return recipe;
    }

    private static int ReadFirst(YamlSection section)
    {
        int first = section.Integer("first", null, 2);
        section.RequireNoMore();
        return first;
    }

    private static PartFolders ReadParts(YamlSection? section)
    {
        var names = new PartFolders();
        if (section is null)
        {
            return names;
        }

        names = new PartFolders(
            section.TextOrNull("train") ?? names.Train,
            section.TextOrNull("validation") ?? names.Validation,
            section.TextOrNull("test") ?? names.Test
        );
        section.RequireNoMore();
        return names;
    }

    private static SplitRecipe? ReadSplit(YamlSection? section, SplitMethod usual)
    {
        if (section is null)
        {
            return null;
        }

        var split = new SplitRecipe(
            Size(section, "train", 1),
            Size(section, "validation", 1),
            Size(section, "test", 0),
            section.Choice<SplitMethod>("method", usual)
        );
        section.RequireNoMore();
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

    private static PartSize? Size(YamlSection section, string key, int least) =>
        section.Has(key)
            ? new PartSize(
                section.Number(
                    key,
                    null,
                    $"a number of images per class, at least {least}, or a share such as 0.1",
                    value =>
                        value is > 0 and < 1 || (value >= least && value == Math.Floor(value) && value <= int.MaxValue)
                )
            )
            : null;

    private static void RequireComplete(YamlSection section, DataRecipe recipe)
    {
        if (recipe.Source is DataSource.Folder or DataSource.Idx && recipe.Folder is null)
        {
            throw section.At(
                section.Mapping,
                $"'data' with source '{YamlSection.Spell(recipe.Source)}' lacks 'folder'. "
                    + "Add the path of the "
                    + $"{(recipe.Source == DataSource.Idx ? "folder with the IDX files" : "image folder")}."
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
