namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How a loss joins the values of its rows.</summary>
        public enum Reduction : long
        {
            /// <summary>One value per row.</summary>
            None = 0,

            /// <summary>Their mean.</summary>
            Mean = 1,

            /// <summary>Their sum.</summary>
            Sum = 2,
        }
    }
}
