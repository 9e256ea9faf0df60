"""The referees of the exporter: python3-onnx checks every file, python3-torch builds the same network and exports it
itself.

  referee.py <folder>     as pipeline-bench referee-export wrote it:
  <network>@<size>/{network.json,weights.safetensors,*.onnx}

Writes <network>@<size>/peer.onnx and peer.float16-weights.onnx, prints a table, and exits with 1 when a file does not
pass. PyTorch's part is written from its own functions by the operations' names and attributes;
an operation that is not known here is a failure that names it.
"""
import json
import pathlib
import struct
import sys
import warnings

import numpy as np
import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F

OPSET = 17
INPUT_RULES = ("multiplier", "offset")  # stay float32, as in our files
LISTED = 3  # names in a message
DTYPES = {"F32": np.float32, "U8": np.uint8, "I64": np.int64}


def safetensors(path):
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    return {
        name: torch.from_numpy(
            np.frombuffer(body[slice(*entry["data_offsets"])], DTYPES[entry["dtype"]]).reshape(entry["shape"]).copy()
        )
        for name, entry in header.items()
        if name != "__metadata__"
    }


def pair(extent):
    return extent["Height"], extent["Width"]


def padded(x, window, value=0.0):
    p = window["Padding"]
    sides = (p["Left"], p["Right"], p["Top"], p["Bottom"])
    return F.pad(x, sides, value=value) if any(sides) else x


class Network(torch.nn.Module):
    """Pixels uint8 [N, H, W, 3] to logits, node by node."""

    def __init__(self, description, tensors):
        super().__init__()
        self.nodes = description["nodes"]
        self.multiplier = torch.nn.Parameter(torch.tensor(description["multiplier"]).view(1, 3, 1, 1))
        self.offset = torch.nn.Parameter(torch.tensor(description["offset"]).view(1, 3, 1, 1))
        self.keys = {key: index for index, key in enumerate(tensors)}
        self.values = torch.nn.ParameterList(
            [torch.nn.Parameter(value, requires_grad=False) for value in tensors.values()]
        )

    def forward(self, image):
        results = {"input": image.permute(0, 3, 1, 2).float() * self.multiplier + self.offset}
        for node in self.nodes:
            inputs = [results[name] for name in node["inputs"]]
            run = getattr(self, node["type"], None)
            if run is None:
                raise NotImplementedError(
                    f"operation {node['type']} of node {node['name']} is not known to bench/peers/referee.py"
                )
            results[node["name"]] = run(node["name"], node["operation"], *inputs)
        return results[self.nodes[-1]["name"]]

    def tensor(self, name, key):
        index = self.keys.get(f"{name}.{key}")
        return None if index is None else self.values[index]

    def Conv2d(self, name, op, x):
        window = op["Window"]
        return F.conv2d(
            padded(x, window),
            self.tensor(name, "weight"),
            self.tensor(name, "bias"),
            pair(window["Stride"]),
            groups=op["Groups"],
        )

    def BatchNorm2d(self, name, op, x):
        return F.batch_norm(
            x,
            self.tensor(name, "running_mean"),
            self.tensor(name, "running_var"),
            self.tensor(name, "weight"),
            self.tensor(name, "bias"),
            eps=op["Epsilon"],
        )

    def Linear(self, name, op, x):
        return F.linear(x, self.tensor(name, "weight"), self.tensor(name, "bias"))

    def Standardize(self, name, op, x):
        return (x - self.tensor(name, "mean")) / self.tensor(name, "std")

    def PixelLinear(self, name, op, x):
        return F.conv2d(x, self.tensor(name, "weight")[:, :, None, None], self.tensor(name, "bias"))

    def ChannelNorm(self, name, op, x):
        pixels = x.permute(0, 2, 3, 1) if x.dim() == 4 else x
        weight = self.tensor(name, "weight")
        normed = F.layer_norm(pixels, (weight.numel(),), weight, self.tensor(name, "bias"), op["Epsilon"])
        return normed.permute(0, 3, 1, 2) if x.dim() == 4 else normed

    def ScaledAdd(self, name, op, branch, shortcut):
        return branch * self.tensor(name, "layer_scale") + shortcut

    def StochasticDepth(self, name, op, x):
        return x

    def Multiply(self, name, op, x, factors):
        return x * factors

    def AdaptiveAvgPool2d(self, name, op, x):
        return F.adaptive_avg_pool2d(x, pair(op["Size"]))

    def Activation(self, name, op, x):
        return getattr(F, op["Function"].lower())(x)

    def MaxPool2d(self, name, op, x):
        window = op["Window"]
        return F.max_pool2d(
            padded(x, window, -torch.inf), pair(window["Kernel"]), pair(window["Stride"]), ceil_mode=op["Ceiling"]
        )

    def AvgPool2d(self, name, op, x):
        window = op["Window"]
        p = window["Padding"]
        if (p["Top"], p["Left"]) != (p["Bottom"], p["Right"]):
            raise NotImplementedError(f"node {name}: average pool with padding {p}")
        return F.avg_pool2d(
            x,
            pair(window["Kernel"]),
            pair(window["Stride"]),
            (p["Top"], p["Left"]),
            count_include_pad=op["CountPadding"],
        )

    def GlobalAveragePool(self, name, op, x):
        return x.mean((2, 3))

    def Flatten(self, name, op, x):
        return x.flatten(1)

    def Dropout(self, name, op, x):
        return F.dropout(x, op["Rate"], training=False)

    def Add(self, name, op, *inputs):
        return sum(inputs[1:], inputs[0])

    def Concat(self, name, op, *inputs):
        return torch.cat(inputs, 1)

    def GroupClasses(self, name, op, x):
        return torch.stack([torch.stack([x[:, index] for index in group], 1).logsumexp(1) for group in op["Groups"]], 1)

    def BinaryScores(self, name, op, x):
        return torch.cat([torch.zeros_like(x), x], 1)


def check(path):
    """None, or what is wrong."""
    try:
        model = onnx.load(str(path))
        onnx.checker.check_model(model, full_check=True)
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        known = {value.name for value in list(inferred.graph.value_info) + list(inferred.graph.output)}
        lacking = [output for node in model.graph.node for output in node.output if output not in known]
        return f"no shape for {', '.join(lacking[:LISTED])}" if lacking else None
    except Exception as error:  # of the checker's, the inference's and protobuf's own kinds
        return " ".join(str(error).split())[:200]


def round_weights(folder):
    """PyTorch's file with its weights rounded to the nearest float16, still computed in float32."""
    model = onnx.load(str(folder / "peer.onnx"))
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT and tensor.name not in INPUT_RULES:
            values = onnx.numpy_helper.to_array(tensor)
            tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16).astype(np.float32), tensor.name))
    onnx.save(model, str(folder / "peer.float16-weights.onnx"))


def export_peer(folder):
    try:
        tensors = safetensors(folder / "weights.safetensors")
        image = tensors.pop("image")
        network = Network(json.loads((folder / "network.json").read_text()), tensors).eval()
        torch.onnx.export(
            network,
            image,
            str(folder / "peer.onnx"),
            opset_version=OPSET,
            input_names=["image"],
            output_names=["logits"],
            dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}},
        )
        round_weights(folder)
        return None
    except (NotImplementedError, AttributeError, RuntimeError, torch.onnx.errors.OnnxExporterError) as error:
        return " ".join(str(error).split())[:200]


def main(root):
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", category=UserWarning, module="torch")  # of its exporter's shape inference
    failed = False
    print("| network | file | onnx.checker and shape inference |\n|---|---|---|")
    for folder in sorted(path for path in pathlib.Path(root).iterdir() if path.is_dir()):
        fault = export_peer(folder)
        rows = [("PyTorch's own export", fault)] if fault else []
        rows += [(path.name, check(path)) for path in sorted(folder.glob("*.onnx")) if not path.name.startswith("peer")]
        for name, fault in rows:
            failed |= fault is not None
            print(f"| {folder.name} | {name} | {'passes' if fault is None else 'FAILS: ' + fault} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
