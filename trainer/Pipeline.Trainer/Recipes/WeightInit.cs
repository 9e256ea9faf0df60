namespace Pipeline.Trainer.Recipes;

/// <summary>How the kernels and matrices that no weights are loaded into start; biases start at 0.</summary>
public enum WeightInit
{
    /// <summary>Uniform in +-sqrt(6 / (fan in + fan out)): Keras's default.</summary>
    GlorotUniform,

    /// <summary>Uniform in +-sqrt(6 / fan in), for deep networks of ReLUs without normalisation.</summary>
    HeUniform,
}
