# 1,797 handwritten digits and a small network that reads them; README.md says where they come from.
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

folder = Path(__file__).parent
images = torch.from_numpy(np.load(folder / "images.npy", mmap_mode="c"))
labels = torch.from_numpy(np.load(folder / "labels.npy"))
weights = load_file(folder / "weights.safetensors")

# %% [markdown]
# The network, one step a line. Its inputs go from 0 (paper) to 1 (ink).

# %%
x = images.unsqueeze(1) / 16
h1 = F.conv2d(x, weights["conv1.weight"], weights["conv1.bias"], padding=1).relu()
h2 = F.conv2d(F.max_pool2d(h1, 2), weights["conv2.weight"], weights["conv2.bias"], padding=1).relu()
logits = F.linear(F.max_pool2d(h2, 2).flatten(1), weights["fc.weight"], weights["fc.bias"])
guesses = logits.argmax(1)

# %% [markdown]
# How it does on every fifth digit, which it never saw: rows are the labels, columns the guesses.

# %%
held_out = torch.arange(len(labels)) % 5 == 0
confusion = torch.bincount(labels[held_out] * 10 + guesses[held_out], minlength=100).reshape(10, 10)
wrong = images[held_out][guesses[held_out] != labels[held_out]]
print(f"{confusion.trace()} of {held_out.sum()} held-out digits are right")
