#!/usr/bin/env python3
"""Runs an exported model over a test part, and compares it with its NPZ.

    perceptron-lab export-model RUN --format onnx --out model.onnx
    perceptron-lab export-model RUN --format npz --out model.npz
    perceptron-lab evaluate RUN --json > model.json
    python3 scripts/check-onnx.py model.onnx model.npz FOLDER model.json

FOLDER has the IDX files, such as resources/datasets/mnist.

Needs onnx, onnxruntime and numpy. The second opinion is a forward pass in
float64, written out here from the arrays of the NPZ alone; the third is the
lab's own evaluation, which may be left out. Ends with 1 if a prediction
differs, or an output by more than 1e-5 and more than twice what the same pass
in float32 loses: sums over inputs from 0 to 255 are less exact than that.
"""

import gzip
import json
import math
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-5
TRAINING = 60_000  # samples of the official training part, which come first
ERF = np.vectorize(math.erf, otypes=[np.float64])


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


CURVES = {
    "linear": lambda z, layer: z,
    "sigmoid": lambda z, layer: sigmoid(z),
    "tanh": lambda z, layer: np.tanh(z),
    "improved-sigmoid": lambda z, layer: 1.7159 * np.tanh(2 * z / 3),
    "relu": lambda z, layer: np.maximum(z, 0),
    "leaky-relu": lambda z, layer: np.where(z < 0, layer["slope"] * z, z),
    "elu": lambda z, layer: np.where(z < 0, layer["c"] * np.expm1(z), z),
    "gelu": lambda z, layer: z * (1 + ERF(z / math.sqrt(2))) / 2,
    "silu": lambda z, layer: z * sigmoid(z),
    "softplus": lambda z, layer: np.logaddexp(0, z),
}
OUTPUTS = {"softmax": softmax, "sigmoid": sigmoid, "linear": lambda z: z}


def read_test_part(folder):
    """Images [n, pixels] and labels of MNIST-like files, packed or not."""
    images = read_bytes(folder / "t10k-images-idx3-ubyte")
    labels = read_bytes(folder / "t10k-labels-idx1-ubyte")
    y = np.frombuffer(labels, np.uint8, offset=8)
    return np.frombuffer(images, np.uint8, offset=16).reshape(len(y), -1), y


def read_bytes(path):
    packed = path.with_name(path.name + ".gz")
    return gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()


def forward(path, images, kind=np.float64):
    """What leaves the network of an NPZ, with sums in float64 or float32."""
    with np.load(path) as arrays:
        meta = json.loads(arrays["meta"].tobytes())
        divisor = np.array(meta["input.divisor"], dtype=np.float64)
        divisor[divisor == 0] = np.inf
        a = ((images - np.array(meta["input.shift"])) / divisor).astype(kind)
        layers = meta["network.layers"]
        for i in range(1, len(layers) + 2):
            z = a @ arrays[f"W{i}"].astype(kind) + arrays[f"b{i}"].astype(kind)
            if i <= len(layers):
                layer = layers[i - 1]
                a = CURVES[layer["activation"]](z, layer).astype(kind)
    return OUTPUTS[meta["network.output"]](z)


def compare_with_lab(path, got, labels):
    """Whether the lab is wrong on the same samples; how sure it was of them."""
    told = json.loads(pathlib.Path(path).read_text())["misclassified"]
    rows = np.array([each["sample"] for each in told], dtype=int) - TRAINING
    classes = np.array([each["predicted"] for each in told], dtype=int)
    wrong = np.flatnonzero(got.argmax(axis=1) != labels)
    same = np.array_equal(np.sort(rows), wrong)
    sure = np.array([each["confidence"] for each in told])
    furthest = float(np.abs(got[rows, classes] - sure).max(initial=0))
    print(f"wrong on the same samples as the lab: {'yes' if same else 'no'}")
    print(f"largest difference from the lab on these: {furthest:.2e}")
    return same


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit("usage: check-onnx.py MODEL.onnx MODEL.npz FOLDER [MODEL.json]")
    onnx.checker.check_model(sys.argv[1], full_check=True)
    images, labels = read_test_part(pathlib.Path(sys.argv[3]))
    session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
    name = session.get_outputs()[0].name
    (got,) = session.run([name], {"input": images.astype(np.float32)})
    wanted = forward(sys.argv[2], images)
    same = int((got.argmax(axis=1) == wanted.argmax(axis=1)).sum())
    largest = float(np.abs(got - wanted).max())
    lost = float(np.abs(forward(sys.argv[2], images, np.float32) - wanted).max())
    correct = int((got.argmax(axis=1) == labels).sum())
    print(f"onnx.checker: sound; onnxruntime {onnxruntime.__version__}")
    print(f"right: {correct} of {len(labels)}")
    print(f"same prediction as in float64: {same} of {len(labels)}")
    print(f"largest difference of an output: {largest:.2e}")
    print(f"of the same pass in float32: {lost:.2e}")
    agrees = same == len(labels) and largest <= max(TOLERANCE, 2 * lost)
    if len(sys.argv) == 5:
        agrees = compare_with_lab(sys.argv[4], got, labels) and agrees
    sys.exit(0 if agrees else 1)


if __name__ == "__main__":
    main()
