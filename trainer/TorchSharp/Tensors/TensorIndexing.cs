using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Turns an indexer into views (numbers, ranges, new dimensions) and at most one gathering step (tensors).</summary>
internal static class TensorIndexing
{
    /// <returns>A view, owned by the caller, and the tensors to gather with by dimension of the view; empty when there are none.</returns>
    internal static (torch.Tensor View, torch.Tensor?[] Gathered) Apply(torch.Tensor source, torch.TensorIndex[] indices)
    {
        List<torch.Tensor?> gathered = [];
        bool gathers = false;
        torch.Tensor view = Aten.Call("alias", source);
        long dimension = 0;
        try
        {
            for (int i = 0; i < indices.Length; i++)
            {
                torch.TensorIndex index = indices[i];
                switch (index.Kind)
                {
                    case torch.TensorIndex.IndexKind.Single:
                        Replace(ref view, view.select(dimension, index.Start ?? 0));
                        continue;
                    case torch.TensorIndex.IndexKind.Slice:
                        Replace(ref view, Aten.Call("slice.Tensor", view, dimension, index.Start, index.Stop, index.Step ?? 1));
                        break;
                    case torch.TensorIndex.IndexKind.NewDimension:
                        Replace(ref view, view.unsqueeze(dimension));
                        break;
                    case torch.TensorIndex.IndexKind.Ellipsis:
                        long skipped = view.ndim - dimension - indices.Skip(i + 1).Sum(DimensionsTaken);
                        gathered.AddRange(Enumerable.Repeat<torch.Tensor?>(null, (int)Math.Max(skipped, 0)));
                        dimension += Math.Max(skipped, 0);
                        continue;
                    case torch.TensorIndex.IndexKind.Tensor:
                        gathered.Add(index.Positions);
                        gathers = true;
                        dimension += DimensionsTaken(index);
                        continue;
                }

                gathered.Add(null);
                dimension++;
            }
        }
        catch
        {
            view.Dispose();
            throw;
        }

        return (view, gathers ? [.. gathered] : []);
    }

    private static long DimensionsTaken(torch.TensorIndex index) => index.Kind switch
    {
        torch.TensorIndex.IndexKind.NewDimension or torch.TensorIndex.IndexKind.Ellipsis => 0,
        torch.TensorIndex.IndexKind.Tensor when index.Positions is { } mask && mask.dtype == torch.ScalarType.Bool => mask.ndim,
        _ => 1,
    };

    private static void Replace(ref torch.Tensor view, torch.Tensor next)
    {
        view.Dispose();
        view = next;
    }
}
