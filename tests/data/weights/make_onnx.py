"""Writes the ONNX files of OnnxFileTests. Run: /usr/bin/python3 make_onnx.py (onnx 1.12, Debian python3-onnx). Values:
((7 i + seed) mod 31 - 15) / 8.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def ramp(shape, seed, dtype="float32"):
    count = int(np.prod(shape, dtype=int))
    return (((np.arange(count) * 7 + seed) % 31 - 15) / 8).reshape(shape).astype(dtype)


def save(name, initializers):
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    node = helper.make_node("Identity", ["x"], ["y"])
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph([node], "weights", [value], [output], initializers)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), name)


external = numpy_helper.from_array(ramp([2], 0), "elsewhere")
external.ClearField("raw_data")
external.data_location = TensorProto.EXTERNAL
entry = external.external_data.add()
entry.key, entry.value = "location", "weights.bin"

save(
    "initializers.onnx",
    [
        numpy_helper.from_array(ramp([4, 3], 0), "raw"),
        helper.make_tensor("fields", TensorProto.FLOAT, [4, 3], ramp([12], 1).tolist()),
        numpy_helper.from_array(ramp([4, 3], 2, "float16"), "half.raw"),
        helper.make_tensor("half.fields", TensorProto.FLOAT16, [4, 3], ramp([12], 3).tolist()),
        helper.make_tensor("double.fields", TensorProto.DOUBLE, [4, 3], ramp([12], 4).tolist()),
        helper.make_tensor("int64", TensorProto.INT64, [2], [3, -1]),
        helper.make_tensor("text", TensorProto.STRING, [1], [b"left out"]),
        helper.make_tensor("truth", TensorProto.BOOL, [2], [True, False]),
    ],
)
save("external.onnx", [external])
