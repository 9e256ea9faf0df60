"""Writes the HDF5 files of Hdf5FileTests and KerasFileTests. Run: /usr/bin/python3 make_hdf5.py (h5py 3.7.0 on HDF5
1.10.8, Debian python3-h5py).

Values follow one formula, ((7 i + seed) mod 31 - 15) / 8. Layer names, shapes and nesting are Keras's; keras is not
needed.
"""
import h5py
import numpy as np


def ramp(shape, seed, dtype="float32"):
    count = int(np.prod(shape, dtype=int))
    return (((np.arange(count) * 7 + seed) % 31 - 15) / 8).reshape(shape).astype(dtype)


def plain():
    with h5py.File("plain.h5", "w") as file:
        file["a/float32"] = ramp([3, 4], 0)
        file["a/float64"] = ramp([3, 4], 1, "float64")
        file["a/float16"] = ramp([3, 4], 2, "float16")
        file["a/b/c/int64"] = np.arange(5)
        file["scalar"] = np.float32(1.5)
        file["text"] = "left out"
        file["empty"] = np.zeros([0, 3], "float32")
        file["a/again"] = file["a/float32"]  # a hard link
        file["circle"] = file["a"]
        file["soft"] = h5py.SoftLink("/a/float32")
        file["a"].attrs["note"] = "attributes are not read"


def packed():
    with h5py.File("packed.h5", "w") as file:
        file.create_dataset("deflate", data=ramp([50, 7], 0), chunks=(8, 3), compression="gzip")
        file.create_dataset(
            "shuffle", data=ramp([50, 7], 1), chunks=(8, 3), compression="gzip", shuffle=True, fletcher32=True
        )
        file.create_dataset("chunks", data=ramp([5, 6, 7], 2), chunks=(2, 3, 4))
        file.create_dataset("sparse", shape=(20, 20), chunks=(10, 10), dtype="float32")[12:14, 3] = 2.5
        file.create_dataset("many", data=ramp([200], 3), chunks=(2,))


def latest():
    with h5py.File("latest.h5", "w", libver="latest") as file:
        file["layer/kernel"] = ramp([3, 4], 0)
        file["layer/bias"] = ramp([4], 1)


def deep_tree():
    """Enough names for a B-tree of two levels; hard links, so that the file stays small."""
    with h5py.File("deep-tree.h5", "w") as file:
        for index in range(3):
            file[f"w{index:03}"] = ramp([2], index)
        for index in range(3, 300):
            file[f"w{index:03}"] = file[f"w{index % 3:03}"]


def keras(name, prefix=""):
    """Keras 2: conv2d_1/conv2d_1/kernel:0."""
    with h5py.File(name, "w") as file:
        root = file.create_group(prefix) if prefix else file
        root.attrs["layer_names"] = [b"Conv1", b"bn_Conv1", b"predictions"]
        root["Conv1/Conv1/kernel:0"] = ramp([3, 3, 3, 4], 0)
        root["bn_Conv1/bn_Conv1/gamma:0"] = ramp([4], 1)
        root["bn_Conv1/bn_Conv1/beta:0"] = ramp([4], 2)
        root["bn_Conv1/bn_Conv1/moving_mean:0"] = ramp([4], 3)
        root["bn_Conv1/bn_Conv1/moving_variance:0"] = np.abs(ramp([4], 4))
        root["predictions/predictions/kernel:0"] = ramp([4, 5], 5)
        if prefix:
            file["optimizer_weights/Adam/iterations:0"] = np.int64(3)


def keras1():
    """Keras 1: block1_conv1/block1_conv1_W_1:0."""
    with h5py.File("keras1.h5", "w") as file:
        file["block1_conv1/block1_conv1_W_1:0"] = ramp([3, 3, 3, 4], 0)
        file["block1_conv1/block1_conv1_b_1:0"] = ramp([4], 1)


def keras3():
    """Keras 3, .weights.h5: layers/conv2d_1/vars/0."""
    with h5py.File("keras3.weights.h5", "w") as file:
        file["layers/conv2d/vars/0"] = ramp([3, 3, 3, 32], 0)
        file["layers/conv2d/vars/1"] = ramp([32], 1)
        file["layers/conv2d_1/vars/0"] = ramp([3, 3, 32, 32], 2)
        file["layers/conv2d_1/vars/1"] = ramp([32], 3)
        file["layers/conv2d_2/vars/0"] = ramp([3, 3, 32, 64], 4)
        file["layers/conv2d_2/vars/1"] = ramp([64], 5)
        file["optimizer/vars/0"] = np.int64(3)


plain()
packed()
latest()
deep_tree()
keras("keras2.h5")
keras("keras2-model.h5", "model_weights")
keras1()
keras3()
