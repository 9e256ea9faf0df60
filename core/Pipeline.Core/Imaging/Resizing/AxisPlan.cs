namespace Pipeline.Core.Imaging.Resizing;

/// <summary>
/// One axis of a resize: <paramref name="Full"/> is the length the whole source is scaled to, of which the part from
/// <paramref name="First"/> on is kept.
/// </summary>
/// <param name="Full">Length of the scaled source in pixels, at least 1.</param>
/// <param name="First">First scaled pixel that is kept.</param>
/// <param name="Count">Number of scaled pixels kept, at least 1.</param>
/// <param name="Offset">Where the first kept pixel goes in the target; more than 0 only with padding.</param>
internal readonly record struct AxisPlan(long Full, long First, int Count, int Offset);
