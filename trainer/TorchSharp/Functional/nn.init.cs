namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Start values for parameters. Each function overwrites its argument and gives it back as a second tensor over the same memory, owned by the caller.</summary>
        public static class init
        {
            /// <summary>The function that follows a layer; it decides the gain.</summary>
            public enum NonlinearityType
            {
                /// <summary>None.</summary>
                Linear = 0,

                /// <summary>Convolution over a line.</summary>
                Conv1D = 1,

                /// <summary>Convolution over an image.</summary>
                Conv2D = 2,

                /// <summary>Convolution over a volume.</summary>
                Conv3D = 3,

                /// <summary>Transposed convolution over a line.</summary>
                ConvTranspose1D = 4,

                /// <summary>Transposed convolution over an image.</summary>
                ConvTranspose2D = 5,

                /// <summary>Transposed convolution over a volume.</summary>
                ConvTranspose3D = 6,

                /// <summary>Sigmoid.</summary>
                Sigmoid = 7,

                /// <summary>Hyperbolic tangent.</summary>
                Tanh = 8,

                /// <summary>Rectifier.</summary>
                ReLU = 9,

                /// <summary>Rectifier with a slope below 0.</summary>
                LeakyReLU = 10,
            }

            /// <summary>Which side's variance is kept.</summary>
            public enum FanInOut
            {
                /// <summary>That of the values going forward.</summary>
                FanIn = 0,

                /// <summary>That of the gradients going back.</summary>
                FanOut = 1,
            }

            /// <summary>The factor by which start values are widened to make up for a nonlinearity.</summary>
            /// <param name="nonlinearity">What follows the layer.</param>
            /// <param name="param">Slope below 0 for <see cref="NonlinearityType.LeakyReLU"/>.</param>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0.0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3.0,
                NonlinearityType.ReLU => Math.Sqrt(2.0),
                NonlinearityType.LeakyReLU => LeakyGain(param),
                _ => 1.0,
            };

            /// <summary>Fills with 0.</summary>
            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0.0);

            /// <summary>Fills with 1.</summary>
            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1.0);

            /// <summary>Fills with one value.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val)
            {
                using IDisposable unrecorded = no_grad();
                return tensor.fill_(val);
            }

            /// <summary>Fills with uniform random numbers in [low, high).</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1)
            {
                using IDisposable unrecorded = no_grad();
                return tensor.uniform_(low, high);
            }

            /// <summary>Fills with normal random numbers.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1)
            {
                using IDisposable unrecorded = no_grad();
                return tensor.normal_(mean, std);
            }

            /// <summary>Uniform in ±gain · sqrt(3 / fan), gain for a leaky rectifier of slope <paramref name="a"/> unless another function is named.</summary>
            /// <remarks>Source: He et al. 2015, arXiv:1502.01852, section 2.2.</remarks>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                double bound = Math.Sqrt(3.0) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal with deviation gain / sqrt(fan), gain for a leaky rectifier of slope <paramref name="a"/> unless another function is named.</summary>
            /// <remarks>Source: He et al. 2015, arXiv:1502.01852, section 2.2.</remarks>
            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            /// <summary>Uniform in ±gain · sqrt(6 / (fan in + fan out)).</summary>
            /// <remarks>Source: Glorot and Bengio 2010, AISTATS, equation 16.</remarks>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1.0)
            {
                double bound = Math.Sqrt(3.0) * XavierDeviation(tensor, gain);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal with deviation gain · sqrt(2 / (fan in + fan out)).</summary>
            /// <remarks>Source: Glorot and Bengio 2010, AISTATS, equation 12.</remarks>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1.0) => normal_(tensor, 0, XavierDeviation(tensor, gain));

            /// <summary>Connections into and out of one unit of a weight <c>[out, in, kernel...]</c>.</summary>
            /// <exception cref="ArgumentException">The tensor has fewer than 2 dimensions.</exception>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                long[] shape = tensor.shape;
                if (shape.Length < 2)
                {
                    throw new ArgumentException($"A weight has at least 2 dimensions; this is {tensor}.", nameof(tensor));
                }

                long receptiveField = shape.Skip(2).Aggregate(1L, (product, size) => product * size);
                return (shape[1] * receptiveField, shape[0] * receptiveField);
            }

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                (long fanIn, long fanOut) = CalculateFanInAndFanOut(tensor);
                double gain = nonlinearity == NonlinearityType.LeakyReLU ? LeakyGain(a) : calculate_gain(nonlinearity);
                return gain / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            private static double XavierDeviation(Tensor tensor, double gain)
            {
                (long fanIn, long fanOut) = CalculateFanInAndFanOut(tensor);
                return gain * Math.Sqrt(2.0 / (fanIn + fanOut));
            }

            private static double LeakyGain(double slope) => Math.Sqrt(2.0 / (1.0 + (slope * slope)));
        }
    }
}
