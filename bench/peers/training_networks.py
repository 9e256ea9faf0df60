"""The networks of the training benchmarks in PyTorch, as a plain script would have them."""
import torch
import torchvision
from torch import nn

WIDTHS = (64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512, "pool")
HEAD = (2048, 1000, 800, 400, 200, 100)
SIZES = {"vgg-16": 64, "resnet-18": 64, "mobilenet-v2-torchvision": 96}
PARAMETERS = {"vgg-16": 17_986_198, "resnet-18": 11_181_642, "mobilenet-v2-torchvision": 2_236_682}


def vgg16():
    """With the Fashion-MNIST recipe's head."""
    layers, channels = [], 3
    for width in WIDTHS:
        if width == "pool":
            layers.append(nn.MaxPool2d(2, 2))
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    layers.append(nn.Flatten())
    for inputs, outputs in zip(HEAD, HEAD[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    layers.append(nn.Linear(HEAD[-1], 10))
    network = nn.Sequential(*layers)
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return network


def mobilenet_v2():
    """torchvision's; its dropout is left out, since ours has none."""
    network = torchvision.models.mobilenet_v2(num_classes=10)
    network.classifier[0] = nn.Identity()
    return network


class ClampedRelu(nn.Module):
    """ReLU6 with operators that have a bf16 backward: nn.ReLU6 (hardtanh) has none in libtorch 1.13. Ours takes the
    same two in bf16.
    """

    def forward(self, values):
        return torch.clamp(nn.functional.relu(values), max=6)


def replace_relu6(module):
    """As somebody does who wants to train it in bf16."""
    for name, child in module.named_children():
        if isinstance(child, nn.ReLU6):
            setattr(module, name, ClampedRelu())
        else:
            replace_relu6(child)


def create(name, precision="fp32"):
    network = {
        "vgg-16": vgg16,
        "resnet-18": lambda: torchvision.models.resnet18(num_classes=10),
        "mobilenet-v2-torchvision": mobilenet_v2,
    }[name]()
    assert sum(parameter.numel() for parameter in network.parameters()) == PARAMETERS[name]
    if precision == "bf16":
        replace_relu6(network)
    return network
