"""Train the small network of this example on scikit-learn's digits and write the files beside it.

Needs scikit-learn: `python -m pip install -e ".[bench]"`, then `python train.py`.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.datasets import load_digits
from torch import nn

FOLDER = Path(__file__).parent
EPOCHS = 40
BATCH_SIZE = 64


class Network(nn.Module):
    """Two convolutions, each followed by ReLU and a 2 x 2 maximum, then one linear layer."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 2 * 2, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(self.conv1(x).relu(), 2)
        x = nn.functional.max_pool2d(self.conv2(x).relu(), 2)
        return self.fc(x.flatten(1))


def train(network, x, labels):
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.003, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH_SIZE):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x[batch]), labels[batch]).backward()
            optimizer.step()
        schedule.step()


def main():
    torch.manual_seed(0)
    digits = load_digits()
    images = digits.images.astype(np.float32)
    labels = digits.target.astype(np.int64)

    x = torch.from_numpy(images).unsqueeze(1) / 16
    y = torch.from_numpy(labels)
    held_out = torch.arange(len(y)) % 5 == 0
    network = Network()
    train(network, x[~held_out], y[~held_out])
    with torch.no_grad():
        correct = network(x[held_out]).argmax(1) == y[held_out]
    print(
        f"{correct.sum()} of {len(correct)} held-out digits are right: {correct.float().mean():.1%}"
    )

    np.save(FOLDER / "images.npy", images)
    np.save(FOLDER / "labels.npy", labels)
    save_file(network.state_dict(), FOLDER / "weights.safetensors")


if __name__ == "__main__":
    main()
