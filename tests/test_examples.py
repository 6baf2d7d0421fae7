"""The shipped examples hold what their README says, checked with torch and arithmetic."""

import ast
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional

from explorer.paths import EXAMPLES

DIGITS = EXAMPLES / "digits"
SESSIONS = (EXAMPLES / "autograd.py", DIGITS / "digits.py")


def run_script(path, folder):
    """Return what plain Python prints when it runs `path` from `folder`."""
    done = subprocess.run(
        [sys.executable, "-W", "error", path], cwd=folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_images_are_the_1797_digits_of_the_uci_test_set():
    images = np.load(DIGITS / "images.npy")
    assert (images.shape, images.dtype) == ((1797, 8, 8), np.float32)
    assert (images.min(), images.max()) == (0, 16)
    assert np.array_equal(images, images.round())
    # The first rows of the first digit, a nought, and the sum as they stand in the UCI file.
    assert images[0, 0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert images[0, 1].tolist() == [0, 0, 13, 15, 10, 15, 5, 0]
    assert images.sum(dtype=np.float64) == 561718


def test_the_labels_count_each_digit_as_the_data_set_does():
    labels = np.load(DIGITS / "labels.npy")
    assert (labels.shape, labels.dtype) == ((1797,), np.int64)
    counts = np.bincount(labels).tolist()
    assert counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]  # UCI's optdigits.names


def test_the_weights_read_97_percent_of_the_held_out_digits():
    x = torch.from_numpy(np.load(DIGITS / "images.npy")).unsqueeze(1) / 16
    labels = torch.from_numpy(np.load(DIGITS / "labels.npy"))
    weights = load_file(DIGITS / "weights.safetensors")
    assert sum(weight.numel() for weight in weights.values()) == 6090
    for name in ("conv1", "conv2"):
        x = functional.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=1)
        x = functional.max_pool2d(x.relu(), 2)
    guesses = functional.linear(x.flatten(1), weights["fc.weight"], weights["fc.bias"]).argmax(1)
    assert (guesses == labels)[::5].float().mean() >= 0.97


def test_the_autograd_example_prints_the_gradients_of_the_tutorial(tmp_path):
    scalar, vector = run_script(EXAMPLES / "autograd.py", tmp_path).split("tensor(")[1:]
    # d out / dx = 3 * 2 * (x + 2) / 4 at x = 1
    assert ast.literal_eval(scalar.strip().rstrip(")")) == [[4.5, 4.5], [4.5, 4.5]]
    # b is a times a power of two, so a.grad is that power times `gradient`.
    gradient = ast.literal_eval(vector.strip().rstrip(")"))
    factor = gradient[1]
    assert factor >= 2
    assert factor == 2 ** round(np.log2(factor))
    assert gradient == pytest.approx([0.1 * factor, factor, 0.0001 * factor], rel=1e-4)


def test_the_digits_example_runs_from_any_folder(tmp_path):
    printed = run_script(DIGITS / "digits.py", tmp_path)
    right, _, total = printed.split()[:3]
    assert int(total) == 360
    assert int(right) / 360 >= 0.97


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_an_example_leaves_the_shipped_files_alone(path):
    source = path.read_text(encoding="utf-8")
    assert "save" not in source
    assert 'mmap_mode="r' not in source  # "r" crashes on a write in place, "r+" writes the file


def test_every_shipped_file_is_described():
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for path in EXAMPLES.rglob("*"):
        if path.is_file() and path.name != "README.md" and "__pycache__" not in path.parts:
            assert f"`{path.relative_to(EXAMPLES).as_posix()}`" in text
