namespace Pipeline.Networks.Weights.Matching;

/// <summary>What becomes of a classifier that a file of weights has.</summary>
public enum HeadUse
{
    /// <summary>It must be the network's own, or not be there.</summary>
    Require,

    /// <summary>It must be there, all of it: the network keeps it (<c>head: pretrained</c>).</summary>
    Keep,

    /// <summary>It is used when it is the network's own, all of it, and left out when not: for known weights.</summary>
    IfItFits,

    /// <summary>It is left out (<c>replace_head: true</c>).</summary>
    Replace,
}
