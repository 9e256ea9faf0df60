namespace Pipeline.Core.Contracts;

/// <summary>What becomes of transparency.</summary>
public enum AlphaPolicy
{
    /// <summary>Blended over white, as a browser shows it.</summary>
    OverWhite,

    /// <summary>Blended over black.</summary>
    OverBlack,
}
