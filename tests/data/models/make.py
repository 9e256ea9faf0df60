#!/usr/bin/python3
"""Makes the tiny ONNX classifiers of this folder. Run it here: /usr/bin/python3 make.py

Versions the files were made with: Debian 12, python3-onnx 1.12.0, python3-numpy 1.24.2. No seed: nothing is random.

The network of 'colors.onnx' says which of blue, green and red an 8x8 image is: mean per channel, times 12/255, channels put into label order,
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
    pixels = {"version": 1, "orientation": "exif", "color": "srgb", "alpha": "over-white", "resize": "squash", "width": SIZE, "height": SIZE,
              "kernel": "bicubic", "antialias": True, "channelOrder": "rgb", "scale": 1 / 255, "mean": [0, 0, 0], "std": [1, 1, 1],
              "inGraph": ["channelOrder", "scale", "mean", "std"]}
    values = {"contract": "1", "labels": json.dumps(LABELS), "preprocessing": json.dumps(pixels), "provenance": json.dumps({"maker": "tests/data/models/make.py"}),
              "metrics": json.dumps({"accuracy": 1.0}), "calibration": json.dumps({"temperature": 1.0}), "golden": json.dumps(golden(2))}
    values.update(changes)
    return {"pipeline." + key: value for key, value in values.items() if value is not None}


def model(name, meta, input_name="image", input_type=TensorProto.UINT8, shape=("N", SIZE, SIZE, 3), logits="logits", classes=3, divide=False, bias=BIAS):
    weight = np.pad(WEIGHT, ((0, 0), (0, classes - 3)))
    nodes = [
        helper.make_node("Cast", [input_name], ["float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["float"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["mean", "weight"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["sum" if divide else logits]),
    ]
    if divide:
        # 0/0 where the image is all black: NaN for that image alone
        nodes += [helper.make_node("ReduceMax", ["mean"], ["max"], axes=[1], keepdims=1), helper.make_node("Div", ["max", "max"], ["one"]),
                  helper.make_node("Mul", ["sum", "one"], [logits])]
    nodes.append(helper.make_node("Softmax", [logits], ["probabilities"], axis=1))
    rows = [shape[0], classes]
    graph = helper.make_graph(
        nodes, "colors",
        [helper.make_tensor_value_info(input_name, input_type, list(shape))],
        [helper.make_tensor_value_info(logits, TensorProto.FLOAT, rows), helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, rows)],
        [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(np.pad(bias, (0, classes - 3)), "bias")])
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="make.py")
    proto.ir_version = 8
    helper.set_model_props(proto, meta)
    checker.check_model(proto)
    with open(name + ".onnx", "wb") as file:
        file.write(proto.SerializeToString(deterministic=True))


wrong = golden(2)
wrong["logits"][4] += 0.5
model("colors", metadata())
model("other-colors", metadata(labels=json.dumps(["cobalt", "lime", "ruby"]), golden=json.dumps(golden(2, OTHER_BIAS))), bias=OTHER_BIAS)
model("no-golden", metadata(golden=None))
model("nan-on-black", metadata(golden=None), divide=True)
model("wrong-golden", metadata(golden=json.dumps(wrong)))
model("wrong-class-count", metadata(golden=None), classes=4)
model("wrong-input-type", metadata(golden=None), input_type=TensorProto.FLOAT)
model("wrong-input-name", metadata(golden=None), input_name="pixels")
model("wrong-size", metadata(golden=None), shape=("N", 9, 8, 3))
model("wrong-output-name", metadata(golden=None), logits="scores")
model("frozen-batch", metadata(golden=None), shape=(1, SIZE, SIZE, 3))
model("unknown-version", metadata(contract="2"))
model("no-contract", {})
