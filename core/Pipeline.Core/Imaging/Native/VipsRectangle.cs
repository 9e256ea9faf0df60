using System.Runtime.InteropServices;

namespace Pipeline.Core.Imaging.Native;

/// <summary>libvips' <c>VipsRect</c> (vips/rect.h): a part of an image, in pixels.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Number of columns.</param>
/// <param name="Height">Number of rows.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct VipsRectangle(int Left, int Top, int Width, int Height);
