using Pipeline.Core.Contracts;
using Pipeline.Core.Errors;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Trainer.Recipes;

/// <summary>Reads the section <c>data</c>.</summary>
internal static class DataReader
{
    internal static DataRecipe Read(YamlSection section)
    {
        DataSource source = section.Choice<DataSource>("source", null);
        YamlSection? split = section.SectionOrNull("split");
        var recipe = new DataRecipe
        {
            Source = source,
            Folder = section.TextOrNull("folder"),
            Classes = [.. section.List("classes").Select(node => node is YamlScalarNode { Value: string name } ? name : throw section.WrongType(node, "classes", "a list of class names"))],
            Split = split is null ? null : new SplitSizes(split.Integer("train", null, 1), split.Integer("validation", null, 1), split.Integer("test", 0, 0)),
        };
        split?.RequireNoMore();
        section.RequireNoMore();
        RequireDifferent(section, recipe.Classes);
        if (source == DataSource.Folder && recipe.Folder is null)
        {
            throw section.At(section.Mapping, "'data' with source 'folder' lacks 'folder'. Add the path of the image folder.");
        }

        return recipe;
    }

    /// <summary>A list of classes that no classifier can have is wrong here already, whatever the folders hold.</summary>
    private static void RequireDifferent(YamlSection section, IReadOnlyList<string> classes)
    {
        if (section.Find("classes") is not YamlNode node)
        {
            return;
        }

        try
        {
            _ = new LabelSet(classes);
        }
        catch (DatasetException error)
        {
            throw section.At(node, error.Message);
        }
    }
}
