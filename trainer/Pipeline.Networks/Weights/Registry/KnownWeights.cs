using Pipeline.Core.Contracts;

namespace Pipeline.Networks.Weights.Registry;

/// <summary>The table of the registry.</summary>
/// <remarks>
/// Sources: torchvision 0.14.1, <c>torchvision/models/*.py</c> (names with the first 8 digits of the SHA-256, sizes,
/// kernels); <c>keras/src/applications/*.py</c> (MD5, modes of <c>preprocess_input</c>). torchvision's InceptionV3
/// turns its input from mean and deviation to -1..1 inside the network; the catalog's does not, so its range is -1..1.
/// ML.NET's file is that of its NuGet package, hashed here; its tensors are matched by place (<c>OnnxPlaces</c>).
/// </remarks>
internal static class KnownWeights
{
    private const string TorchFolder = "https://download.pytorch.org/models/";
    private const string KerasFolder = "https://storage.googleapis.com/tensorflow/keras-applications/";
    private const string TorchLicence =
        "torchvision (BSD-3-Clause), trained on ImageNet-1k, whose own terms are separate";
    private const string KerasLicence =
        "Keras Applications (Apache-2.0), trained on ImageNet-1k, whose own terms are separate";
    private const string VggLicence = "Visual Geometry Group, Oxford (CC BY 4.0), converted by Keras Applications";

    private const string MlnetLicence =
        "Microsoft.ML.DnnImageFeaturizer.ResNet18 (MIT), trained on ImageNet-1k, whose own terms are separate";

    private static readonly PublishedHash MlnetHash = new(
        IsMd5: false,
        "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f"
    );

    private static readonly NuGetFile MlnetFile = new(
        "Microsoft.ML.DnnImageFeaturizer.ResNet18",
        "0.23.1",
        "tools/DnnImageModels/ResNet18Onnx/ResNet18.onnx"
    );

    internal static IReadOnlyList<WeightsEntry> All { get; } =
    [
        Torch("vgg-11", "vgg11-8a719046.pth"),
        Torch("vgg-11-bn", "vgg11_bn-6002323d.pth"),
        Torch("vgg-13", "vgg13-19584684.pth"),
        Torch("vgg-13-bn", "vgg13_bn-abd245e5.pth"),
        Torch("vgg-16", "vgg16-397923af.pth"),
        Torch("vgg-16-bn", "vgg16_bn-6c64b313.pth"),
        Torch("vgg-19", "vgg19-dcbb9e9d.pth"),
        Torch("vgg-19-bn", "vgg19_bn-c79401a0.pth"),
        Torch("resnet-18", "resnet18-f37072fd.pth"),
        Torch("resnet-34", "resnet34-b627a593.pth"),
        Torch("resnet-50", "resnet50-0676ba61.pth"),
        Torch("resnet-50", "resnet50-11ad3fa6.pth", version: 2),
        Torch("resnet-101", "resnet101-63fe2227.pth"),
        Torch("resnet-101", "resnet101-cd907fc2.pth", version: 2),
        Torch("resnet-152", "resnet152-394f9c45.pth"),
        Torch("resnet-152", "resnet152-f82ba261.pth", version: 2),
        Torch("inception-v3-torchvision", "inception_v3_google-0cc3c7bd.pth") with
        {
            Range = InputRange.MinusOneToOne,
            Size = 299,
        },
        Torch("mobilenet-v2-torchvision", "mobilenet_v2-b0353104.pth"),
        Torch("mobilenet-v2-torchvision", "mobilenet_v2-7ebf99e0.pth", version: 2),
        Torch("mobilenet-v3-small", "mobilenet_v3_small-047dcff4.pth"),
        Torch("mobilenet-v3-large", "mobilenet_v3_large-8738ca79.pth"),
        Torch("mobilenet-v3-large", "mobilenet_v3_large-5c1a4163.pth", version: 2),
        Torch("efficientnet-b0", "efficientnet_b0_rwightman-3dd342df.pth") with
        {
            Kernel = ResizeKernel.Bicubic,
        },
        Torch("densenet-121", "densenet121-a639ec97.pth"),
        Torch("convnext-tiny", "convnext_tiny-983f1562.pth"),
        Keras(
            "vgg-16",
            "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
            "6d6bbae143d832006294945121d1f1fc",
            InputRange.Caffe
        ) with
        {
            Licence = VggLicence,
        },
        KerasVggWithTop(
            "vgg-16",
            "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5",
            "64373286793e3c8b2b4e3219cbf3544b"
        ),
        Keras(
            "vgg-19",
            "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
            "253f8cb515780f3b799900260a226db6",
            InputRange.Caffe
        ) with
        {
            Licence = VggLicence,
        },
        Keras(
            "inception-v3",
            "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
            "bcbd6486424b2319ff4ef7d526e38f63",
            InputRange.MinusOneToOne
        ) with
        {
            Size = 299,
        },
        new("mlnet", "resnet-18-cntk", null, MlnetHash, InputRange.Cntk, 224, ResizeKernel.Bilinear, MlnetLicence)
        {
            Package = MlnetFile,
        },
        Nsfwjs("mobilenet-v2", 224),
        Nsfwjs("inception-v3", 299),
    ];

    /// <summary>The hash prefix is what stands between the last hyphen and the extension.</summary>
    private static WeightsEntry Torch(string network, string file, int version = 1) =>
        new(
            $"imagenet1k-v{version}",
            network,
            new Uri(TorchFolder + file),
            new PublishedHash(IsMd5: false, file[(file.LastIndexOf('-') + 1)..^4]),
            InputRange.Torch,
            224,
            ResizeKernel.Bilinear,
            TorchLicence
        );

    private static WeightsEntry Keras(string network, string file, string md5, InputRange range) =>
        new(
            "keras",
            network,
            new Uri(KerasFolder + file),
            new PublishedHash(IsMd5: true, md5),
            range,
            224,
            ResizeKernel.Bilinear,
            KerasLicence
        );

    /// <summary>
    /// The file with the classifier, for <c>head: pretrained</c>; ten times as large as the one without.
    /// </summary>
    private static WeightsEntry KerasVggWithTop(string network, string file, string md5) =>
        Keras(network, file, md5, InputRange.Caffe) with
        {
            Name = "keras-with-top",
            Licence = VggLicence,
        };

    private static WeightsEntry Nsfwjs(string network, int size) =>
        new(
            "nsfwjs",
            network,
            null,
            null,
            InputRange.ZeroToOne,
            size,
            ResizeKernel.Bilinear,
            "nsfwjs (MIT, Infinite Red): ImageNet weights, the later layers tuned on photographs for another task"
        );
}
