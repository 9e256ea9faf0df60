namespace Pipeline.Networks.Heads;

/// <summary>One layer of a new classifier, or of a network of one's own, as a recipe lists it.</summary>
public abstract record HeadLayer;
