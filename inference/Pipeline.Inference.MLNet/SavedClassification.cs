using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Pipeline.Core.Errors;
using Pipeline.Inference.MLNet.Rows;
using Pipeline.Inference.MLNet.Saving;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MLNet;

/// <summary>
/// How a transformer gets into a saved pipeline and out again. ML.NET saves only transformers of its own; of code that
/// is not its own it saves the name of a mapping, and no data. So our transformer is saved as a chain of ML.NET's: a
/// key column, a value mapping from the key to our state, a copy of the image column under a fixed name, our named
/// mapping, and the removal of the three columns. Loaded by ML.NET that chain works as it is, row by row;
/// <see cref="Restore"/> reads the state out of it and puts our transformer in its place.
/// </summary>
internal static class SavedClassification
{
    private static readonly string[] OwnColumns =
    [
        KeyRow.Column,
        StateRow.StateColumn,
        nameof(PathRow.ImageClassificationInput),
    ];

    /// <summary>Makes the chain that is saved.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="state">What the loaded mapping must know.</param>
    /// <param name="kind">What the image column holds.</param>
    /// <returns>The chain.</returns>
    internal static ITransformer ToTransformers(MLContext mlContext, SavedState state, ImageKind kind) =>
        kind switch
        {
            ImageKind.Path => ToTransformers<PathRow>(
                mlContext,
                state,
                new ClassifyPathFactory().GetMapping(),
                ClassifyPathFactory.Contract
            ),
            ImageKind.Bytes => ToTransformers<BytesRow>(
                mlContext,
                state,
                new ClassifyBytesFactory().GetMapping(),
                ClassifyBytesFactory.Contract
            ),
            _ => ToTransformers<ImageRow>(
                mlContext,
                state,
                new ClassifyImageFactory().GetMapping(),
                ClassifyImageFactory.Contract
            ),
        };

    /// <summary>Puts our transformer in the place of what was saved for it.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="loaded">What ML.NET loaded.</param>
    /// <param name="open">Opens the model that a state names.</param>
    /// <returns>
    /// <paramref name="loaded"/> with our transformers; the same object when there is nothing of ours in it.
    /// </returns>
    /// <exception cref="PipelineException">The model cannot be opened.</exception>
    internal static ITransformer Restore(
        MLContext mlContext,
        ITransformer loaded,
        Func<SavedState, ImageClassifier> open
    )
    {
        if (loaded is not TransformerChain<ITransformer> chain)
        {
            return loaded;
        }

        ITransformer[] steps = [.. chain];
        if (steps.Select(KindOf).FirstOrDefault(kind => kind is not null) is { } own)
        {
            SavedState state = ReadState(mlContext, steps);
            return state.FeatureColumn is { } column
                ? new ImageFeaturizingTransformer(mlContext, open(state), owns: true, column, state.InputColumn, own)
                : new ImageClassificationTransformer(mlContext, open(state), owns: true, state.InputColumn, own);
        }

        ITransformer[] restored = RestoreAll(mlContext, steps, open);
        return restored.SequenceEqual(steps)
            ? loaded
            : new TransformerChain<ITransformer>(restored, steps.Select(step => ScopeOf(chain, step)));
    }

    /// <summary>Restores steps one after the other; when one fails, closes the models of those before.</summary>
    private static ITransformer[] RestoreAll(
        MLContext mlContext,
        ITransformer[] steps,
        Func<SavedState, ImageClassifier> open
    )
    {
        var restored = new List<ITransformer>(steps.Length);
        try
        {
            foreach (ITransformer step in steps)
            {
                restored.Add(Restore(mlContext, step, open));
            }

            return [.. restored];
        }
        catch
        {
            foreach (IDisposable own in restored.Except(steps).OfType<IDisposable>())
            {
                own.Dispose();
            }

            throw;
        }
    }

    private static TransformerChain<ColumnSelectingTransformer> ToTransformers<TRow>(
        MLContext mlContext,
        SavedState state,
        Action<TRow, ClassifiedRow> mapping,
        string contract
    )
        where TRow : StateRow, new()
    {
        var columns = SchemaDefinition.Create(typeof(TRow));
        columns[nameof(PathRow.ImageClassificationInput)].ColumnName = state.InputColumn;
        IDataView noRows = mlContext.Data.LoadFromEnumerable(Array.Empty<TRow>(), columns);
        TransformsCatalog transforms = mlContext.Transforms;
        return transforms
            .CustomMapping<NoColumns, KeyRow>(new KeyFactory().GetMapping(), KeyFactory.Contract)
            .Append(
                transforms.Conversion.MapValue(
                    StateRow.StateColumn,
                    new Dictionary<string, string> { [KeyRow.Value] = state.ToJson() },
                    KeyRow.Column
                )
            )
            .Append(transforms.CopyColumns(nameof(PathRow.ImageClassificationInput), state.InputColumn))
            .Append(transforms.CustomMapping(mapping, contract))
            .Append(transforms.DropColumns(OwnColumns))
            .Fit(noRows);
    }

    private static ImageKind? KindOf(ITransformer step) =>
        step switch
        {
            CustomMappingTransformer<PathRow, ClassifiedRow> => ImageKind.Path,
            CustomMappingTransformer<BytesRow, ClassifiedRow> => ImageKind.Bytes,
            CustomMappingTransformer<ImageRow, ClassifiedRow> => ImageKind.Image,
            _ => null,
        };

    /// <summary>Runs the first two steps, which need no input, on one row.</summary>
    private static SavedState ReadState(MLContext mlContext, ITransformer[] steps)
    {
        IDataView oneRow = mlContext.Data.LoadFromEnumerable(new[] { new SeedRow() });
        IDataView view = steps[1].Transform(steps[0].Transform(oneRow));
        return SavedState.FromJson(view.GetColumn<string>(StateRow.StateColumn).Single());
    }

    private static TransformerScope ScopeOf(TransformerChain<ITransformer> chain, ITransformer step) =>
        new[] { TransformerScope.Training, TransformerScope.Testing, TransformerScope.Scoring }
            .Where(scope => chain.GetModelFor(scope).Contains(step))
            .Aggregate(TransformerScope.None, (scopes, scope) => scopes | scope);

    /// <summary>A row with nothing that matters.</summary>
    private sealed class SeedRow
    {
        public float Unused { get; set; }
    }
}
