#!/usr/bin/python3
"""Makes the tiny ONNX classifiers of this folder. Run it here: /usr/bin/python3 make.py

Versions the files were made with: Debian 12, python3-onnx 1.12.0, python3-numpy 1.24.2. No seed: nothing is random.

The network of 'colors.onnx' says which of blue, green and red an 8x8 image is: mean per channel, times 12/255, channels
put into label order,
plus a small bias; softmax. Every other file is that one with a single fault, named after the fault.
"""
import json

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

LABELS = ["blue", "green", "red"]
SIZE = 8
WEIGHT = (np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0]]) * 12 / 255).astype(np.float32)  # [channel RGB, class]
BIAS = np.array([0.1, -0.2, 0.05], np.float32)
OTHER_BIAS = np.array([-0.3, 0.4, 0.2], np.float32)  # of the model that takes the place of 'colors'
FORMULA = "(151*n + 31*y + 17*x + 59*c + (y*x)%251) % 256"


def golden(count, bias=BIAS):
    n, y, x, c = np.meshgrid(np.arange(count), np.arange(SIZE), np.arange(SIZE), np.arange(3), indexing="ij")
    pixels = (151 * n + 31 * y + 17 * x + 59 * c + (y * x) % 251) % 256
    logits = pixels.astype(np.float64).mean(axis=(1, 2)) @ WEIGHT.astype(np.float64) + bias
    return {"formula": FORMULA, "count": count, "logits": [float(v) for v in logits.astype(np.float32).ravel()]}


def metadata(**changes):
    pixels = {
        "version": 1,
        "orientation": "exif",
        "color": "srgb",
        "alpha": "over-white",
        "resize": "squash",
        "width": SIZE,
        "height": SIZE,
        "kernel": "bicubic",
        "antialias": True,
        "channelOrder": "rgb",
        "scale": 1 / 255,
        "mean": [0, 0, 0],
        "std": [1, 1, 1],
        "inGraph": ["channelOrder", "scale", "mean", "std"],
    }
    values = {
        "contract": "1",
        "labels": json.dumps(LABELS),
        "preprocessing": json.dumps(pixels),
        "provenance": json.dumps({"maker": "tests/data/models/make.py"}),
        "metrics": json.dumps({"accuracy": 1.0}),
        "calibration": json.dumps({"temperature": 1.0}),
        "golden": json.dumps(golden(2)),
    }
    values.update(changes)
    return {"pipeline." + key: value for key, value in values.items() if value is not None}


def model(
    name,
    meta,
    input_name="image",
    input_type=TensorProto.UINT8,
    shape=("N", SIZE, SIZE, 3),
    logits="logits",
    classes=3,
    divide=False,
    bias=BIAS,
    boxes=False,
    features=False,
    temperature=1.0,
):
    weight = np.pad(WEIGHT, ((0, 0), (0, classes - 3)))
    nodes = [
        helper.make_node("Cast", [input_name], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["mean", "weight"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["sum" if divide or boxes else logits]),
    ]
    if boxes:
        # a score per class and place, as a detector has
        nodes.append(helper.make_node("Unsqueeze", ["sum", "axis"], [logits]))
    if divide:
        # 0/0 where the image is all black: NaN for that image alone
        nodes += [
            helper.make_node("ReduceMax", ["mean"], ["max"], axes=[1], keepdims=1),
            helper.make_node("Div", ["max", "max"], ["one"]),
            helper.make_node("Mul", ["sum", "one"], [logits]),
        ]
    if temperature != 1:
        nodes.append(helper.make_node("Div", [logits, "temperature"], ["scaled"]))
    nodes.append(helper.make_node("Softmax", [logits if temperature == 1 else "scaled"], ["probabilities"], axis=1))
    rows = [shape[0], classes] + ([1] if boxes else [])
    outputs = [
        helper.make_tensor_value_info(logits, TensorProto.FLOAT, rows),
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, rows),
    ]
    if features:
        nodes.append(helper.make_node("Identity", ["mean"], ["features"]))
        outputs.append(helper.make_tensor_value_info("features", TensorProto.FLOAT, [shape[0], 3]))
    graph = helper.make_graph(
        nodes,
        "colors",
        [helper.make_tensor_value_info(input_name, input_type, list(shape))],
        outputs,
        [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(np.pad(bias, (0, classes - 3)), "bias")]
        + ([numpy_helper.from_array(np.array([2], np.int64), "axis")] if boxes else [])
        + ([numpy_helper.from_array(np.array(temperature, np.float32), "temperature")] if temperature != 1 else []),
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="make.py")
    proto.ir_version = 8
    helper.set_model_props(proto, meta)
    checker.check_model(proto)
    with open(name + ".onnx", "wb") as file:
        file.write(proto.SerializeToString(deterministic=True))


wrong = golden(2)
wrong["logits"][4] += 0.5
model("colors", metadata())
model(
    "other-colors",
    metadata(labels=json.dumps(["cobalt", "lime", "ruby"]), golden=json.dumps(golden(2, OTHER_BIAS))),
    bias=OTHER_BIAS,
)
model("with-features", metadata(), features=True)  # the mean per channel
model("calibrated", metadata(calibration=json.dumps({"temperature": 2.5})), temperature=2.5)
model("no-golden", metadata(golden=None))
model("nan-on-black", metadata(golden=None), divide=True)
model("wrong-golden", metadata(golden=json.dumps(wrong)))
model("wrong-class-count", metadata(golden=None), classes=4)
model("wrong-input-type", metadata(golden=None), input_type=TensorProto.FLOAT)
model("wrong-input-name", metadata(golden=None), input_name="pixels")
model("wrong-size", metadata(golden=None), shape=("N", 9, 8, 3))
model("wrong-output-name", metadata(golden=None), logits="scores")
model("other-task", metadata(golden=None), boxes=True)
model("frozen-batch", metadata(golden=None), shape=(1, SIZE, SIZE, 3))
model("unknown-version", metadata(contract="2"))
model("no-contract", {})


def save(name, nodes, inputs, outputs, constants, meta):
    graph = helper.make_graph(
        nodes, name, inputs, outputs, [numpy_helper.from_array(value, key) for key, value in constants.items()]
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="make.py")
    proto.ir_version = 8
    helper.set_model_props(proto, meta)
    checker.check_model(proto)
    with open(name + ".onnx", "wb") as file:
        file.write(proto.SerializeToString(deterministic=True))


def convolution():
    """Two convolutions with random weights (seed 1) and a dense layer: kernels that may sum in another order at another
    batch size.
    """
    random = np.random.default_rng(1)
    constants = {
        "scale": np.array(1 / 255, np.float32),
        "w1": random.normal(0, 0.3, (16, 3, 3, 3)).astype(np.float32),
        "w2": random.normal(0, 0.1, (32, 16, 3, 3)).astype(np.float32),
        "w3": random.normal(0, 0.6, (32, 5)).astype(np.float32),
        "shift": np.array([0, 2, 3, 4, 6], np.float32) * 0.05,
    }
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["float", "scale"], ["unit"]),
        helper.make_node("Transpose", ["unit"], ["nchw"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["nchw", "w1"], ["c1"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2"], ["c2"], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("Relu", ["c2"], ["features"]),
        helper.make_node("ReduceMean", ["features"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("MatMul", ["mean", "w3"], ["product"]),
        helper.make_node("Add", ["product", "shift"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    rows = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", 5]) for name in ("logits", "probabilities")]
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 32, 4, 4])
    save(
        "convolution",
        nodes,
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", SIZE, SIZE, 3])],
        rows + [features],
        constants,
        metadata(labels=json.dumps(["a", "b", "c", "d", "e"]), golden=None),
    )


def foreign(
    name, kind, layout, batch, probabilities, mean=(0, 0, 0), std=(1, 1, 1), bgr=False, rank4=False, extra=False
):
    """The colors network as others export it: no contract, its own names, normalised input that the graph undoes."""
    spatial = [2, 3] if layout == "nchw" else [1, 2]
    shape = [batch, 3, SIZE, SIZE] if layout == "nchw" else [batch, SIZE, SIZE, 3]
    scale = 255 if kind == TensorProto.FLOAT else 1  # float inputs are in [0, 1] before mean and deviation
    weight = WEIGHT[::-1] if bgr else WEIGHT
    scores = "prob" if probabilities else "scores"
    nodes = [
        helper.make_node("Cast", ["data"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float"], ["pooled"], axes=spatial, keepdims=0),
        helper.make_node("Mul", ["pooled", "std"], ["wide"]),
        helper.make_node("Add", ["wide", "mean"], ["unit"]),
        helper.make_node("MatMul", ["unit", "weight"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["sum"]),
    ]
    last = "sum"
    if probabilities:
        nodes.append(helper.make_node("Softmax", [last], ["soft"], axis=1))
        last = "soft"
    nodes.append(
        helper.make_node("Unsqueeze", [last, "axes"], [scores])
        if rank4
        else helper.make_node("Identity", [last], [scores])
    )
    outputs = [helper.make_tensor_value_info(scores, TensorProto.FLOAT, [batch, 3, 1, 1] if rank4 else [batch, 3])]
    if extra:
        outputs.insert(0, helper.make_tensor_value_info("pooled", TensorProto.FLOAT, [batch, 3]))
    constants = {
        "std": np.array(std, np.float32),
        "mean": np.array(mean, np.float32),
        "weight": (weight * scale).astype(np.float32),
        "bias": BIAS,
    }
    if rank4:
        constants["axes"] = np.array([2, 3], np.int64)
    save(name, nodes, [helper.make_tensor_value_info("data", kind, shape)], outputs, constants, {})


convolution()
foreign("foreign-nchw-float", TensorProto.FLOAT, "nchw", "batch", False, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
foreign("foreign-nhwc-float-one", TensorProto.FLOAT, "nhwc", 1, True)
foreign("foreign-nchw-uint8-four", TensorProto.UINT8, "nchw", 4, False, rank4=True)
foreign("foreign-nhwc-uint8-bgr", TensorProto.UINT8, "nhwc", "n", True, bgr=True, extra=True)
model(
    "reject",
    metadata(
        golden=None,
        reject=json.dumps({"minimumConfidence": 0.9, "targetAccuracy": 0.95, "accuracy": 0.96, "coverage": 0.8}),
    ),
)


def hostile(name, more, constants, meta, start="zero"):
    """The colors network with something added to its scores; 'more' are nodes that end in a scalar 'zero' of type
    float.
    """
    nodes = [
        helper.make_node("Cast", ["image"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["mean", "weight"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["sum"]),
        *more,
        helper.make_node("Add", ["sum", start], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    rows = [
        helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", 3]) for output in ("logits", "probabilities")
    ]
    save(
        name,
        nodes,
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", SIZE, SIZE, 3])],
        rows,
        {"weight": WEIGHT, "bias": BIAS, **constants},
        meta,
    )


def hostiles():
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["condition_in"], ["condition_out"]),
            helper.make_node("Identity", ["state_in"], ["state_out"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("iteration", TensorProto.INT64, []),
            helper.make_tensor_value_info("condition_in", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state_in", TensorProto.FLOAT, []),
        ],
        [
            helper.make_tensor_value_info("condition_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state_out", TensorProto.FLOAT, []),
        ],
    )
    hostile(
        "endless-loop",
        [helper.make_node("Loop", ["", "true", "start"], ["zero"], body=body)],
        {"true": np.array(True), "start": np.array(0, np.float32)},
        metadata(golden=None),
    )
    # 14 GB, known when the file is read; and 14 GB for the first image
    big = [
        helper.make_node("ConstantOfShape", ["huge"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros"], ["zero"], keepdims=0),
    ]
    hostile("huge-constant", big, {"huge": np.array([3_500_000_000], np.int64)}, metadata(golden=None))
    big = [
        helper.make_node("Shape", ["image"], ["shape"]),
        helper.make_node("ReduceProd", ["shape"], ["pixels"], keepdims=1),
        helper.make_node("Div", ["pixels", "pixels"], ["one"]),
        helper.make_node("Mul", ["one", "size"], ["huge"]),
        helper.make_node("ConstantOfShape", ["huge"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros"], ["zero"], keepdims=0),
    ]
    hostile("huge-tensor", big, {"size": np.array([3_500_000_000], np.int64)}, metadata(golden=None))
    # one operator that works for hours
    slow = [
        helper.make_node("Expand", ["start", "wide"], ["plane"]),
        helper.make_node("Conv", ["plane", "plane"], ["zeros"], pads=[3000, 3000, 3000, 3000]),
        helper.make_node("ReduceSum", ["zeros"], ["zero"], keepdims=0),
    ]
    hostile(
        "endless-operator",
        slow,
        {"start": np.zeros((1, 1, 1, 1), np.float32), "wide": np.array([1, 1, 3000, 3000], np.int64)},
        metadata(golden=None),
    )
    # the mean of the batch taken away, as a batch norm in training mode does
    mean = [
        helper.make_node("ReduceMean", ["sum"], ["average"], axes=[0], keepdims=1),
        helper.make_node("Neg", ["average"], ["zero"]),
    ]
    hostile("batch-dependent", mean, {}, {})


hostiles()
