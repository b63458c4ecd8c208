"""Data, split and random numbers as Perceptron Lab has them.

The split is read from split.npz beside this file. The order of the samples is
drawn here by the lab's own generator, so that each epoch takes the samples in
the very order in which the lab took them.
"""

import gzip
import pathlib
import struct

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
IDX_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
NPZ_NAMES = ("x_train", "y_train", "x_test", "y_test")
PARTS = ("train", "validation", "test")
MASK_32 = 2**32 - 1
MASK_64 = 2**64 - 1
SHUFFLE_STREAM = 2


# Data


def load(path):
    """Values [samples, features] as they are stored, and their labels.

    `path` is a folder with the four IDX files of MNIST or Fashion-MNIST, with
    or without .gz, or an .npz file with x_train, y_train, x_test and y_test.
    The training part comes first.
    """
    path = pathlib.Path(path)
    if path.is_dir():
        parts = [read_idx(path / name) for name in IDX_FILES]
    else:
        with np.load(path) as arrays:
            parts = [arrays[name] for name in NPZ_NAMES]
    train_x, train_y, test_x, test_y = parts
    rows = [x.reshape(len(x), -1) for x in (train_x, test_x)]
    labels = np.concatenate([train_y, test_y]).astype(np.int64)
    return np.concatenate(rows), labels


def read_idx(path):
    """The bytes of an IDX file, in its shape."""
    packed = path.with_name(path.name + ".gz")
    if packed.exists():
        data = gzip.decompress(packed.read_bytes())
    else:
        data = path.read_bytes()
    dimensions = data[3]
    shape = struct.unpack_from(f">{dimensions}I", data, 4)
    values = np.frombuffer(data, np.uint8, offset=4 + 4 * dimensions)
    return values.reshape(shape)


def read_split():
    """Sample numbers of train, validation and test, over the whole set."""
    with np.load(HERE / "split.npz") as arrays:
        return {part: arrays[part].astype(np.int64) for part in PARTS}


def read_start():
    """The weights with which the run began: W1, b1, W2, ..."""
    with np.load(HERE / "initial-weights.npz") as arrays:
        return {name: arrays[name] for name in arrays.files if name[0] in "Wb"}


# Random numbers


class Shuffler:
    """Random orders by xoshiro128** 1.1, seeded through SplitMix64.

    Both generators are by David Blackman and Sebastiano Vigna.
    """

    def __init__(self, seed):
        first, second = splitmix64(SHUFFLE_STREAM << 32 | seed, 2)
        self.state = [
            half
            for word in (first, second)
            for half in (word & MASK_32, word >> 32)
        ]

    def order(self, samples):
        """The samples in a new random order (Fisher-Yates)."""
        mixed = samples.tolist()
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return np.array(mixed, dtype=np.int64)

    def below(self, n):
        """A whole number from 0 to n - 1, each equally likely."""
        limit = 2**32 - 2**32 % n
        value = self.next()
        while value >= limit:
            value = self.next()
        return value % n

    def next(self):
        a, b, c, d = self.state
        c ^= a
        d ^= b
        self.state = [a ^ d, b ^ c, c ^ (b << 9 & MASK_32), rotate(d, 11)]
        return rotate(b * 5 & MASK_32, 7) * 9 & MASK_32


def splitmix64(seed, count):
    numbers = []
    for _ in range(count):
        seed = (seed + 0x9E3779B97F4A7C15) & MASK_64
        z = (seed ^ seed >> 30) * 0xBF58476D1CE4E5B9 & MASK_64
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK_64
        numbers.append(z ^ z >> 31)
    return numbers


def rotate(word, bits):
    return (word << bits | word >> (32 - bits)) & MASK_32


def dropout_mask(share, seed, step, layer, shape):
    """What the outputs of a layer (0: the inputs) are multiplied with.

    0 for a unit that is dropped, 1 / (1 - share) for one that stays. Steps
    count from 1; `shape` is samples in the minibatch and units.
    """
    rows, units = (np.arange(size, dtype=np.uint32) for size in shape)
    start = np.array([seed], np.uint32)
    for number in (step, layer):
        start = mix(start) ^ np.uint32(number)
    of_rows = mix(mix(start) ^ mix(rows))[:, None]
    words = mix(of_rows + units * np.uint32(0x9E3779B9))
    stays = words >= np.uint32(min(round(share * 2**32), MASK_32))
    return stays.astype(np.float32) / np.float32(1 - share)


def mix(words):
    """Other 32-bit words, well mixed: "lowbias32" by Chris Wellons."""
    words = (words ^ words >> np.uint32(16)) * np.uint32(0x7FEB352D)
    words = (words ^ words >> np.uint32(15)) * np.uint32(0x846CA68B)
    return words ^ words >> np.uint32(16)
