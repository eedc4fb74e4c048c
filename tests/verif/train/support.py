# SPDX-License-Identifier: Apache-2.0
"""Small models and data that the tests of `sluice_train` share."""
import os
import sys

import torch
from torch import nn

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
sys.path.insert(0, os.path.join(ROOT, "verif", "train"))

import sluice_train as st  # noqa: E402


class Data:
    """Bytes [N, C, H, W] in which a class is a bright quarter; a real number is (byte - 128) / 64."""

    def __init__(self, count=256, channels=3, size=12, seed=5):
        random = torch.Generator().manual_seed(seed)
        self.labels = torch.randint(0, 4, (count,), generator=random)
        self.images = torch.randint(0, 150, (count, channels, size, size), generator=random).byte()
        half = size // 2
        for image, label in zip(self.images, self.labels.tolist()):
            y, x = label // 2 * half, label % 2 * half
            image[:, y:y + half, x:x + half] += 100

    def __len__(self):
        return len(self.labels)

    def real(self, first, count):
        return (self.images[first:first + count].float() - 128) / 64

    def batches(self, size, generator=None):
        order = torch.randperm(len(self), generator=generator)
        for k in range(0, len(order) - size + 1, size):
            pick = order[k:k + size]
            yield (self.images[pick].float() - 128) / 64, self.labels[pick]


BYTES = st.Bytes(1 / 64, 128)


class Branches(nn.Module):
    """Everything that the accelerator has: strides, groups, a residual, a concatenation, pools, a shuffle, dense
    layers."""

    def __init__(self):
        super().__init__()
        self.stem = self.block(3, 16, 3)
        self.gated = self.block(16, 16, 3)
        self.down = nn.Sequential(nn.Conv2d(16, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16))
        self.short = nn.Sequential(nn.Conv2d(16, 16, 1, 2), nn.BatchNorm2d(16))
        self.depthwise = self.block(16, 16, 3, groups=16)
        self.mixed = self.block(16, 16, 1)
        self.shuffle = st.ChannelShuffle(4)
        self.wide = nn.Conv2d(32, 32, (3, 1), padding=(1, 0))
        self.dense = nn.Linear(32, 16)
        self.last = nn.Linear(16, 4)

    @staticmethod
    def block(inputs, outputs, kernel, groups=1):
        return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups, bias=False),
                             nn.BatchNorm2d(outputs), nn.ReLU())

    def forward(self, x):
        x = self.gated(self.stem(x))
        x = torch.relu(self.down(x) + self.short(x))
        y = self.shuffle(self.mixed(nn.functional.max_pool2d(self.depthwise(x), 3, 1, 1)))
        x = torch.relu(self.wide(torch.cat([x, y], 1)))
        x = nn.functional.avg_pool2d(x, 2)
        x = x.mean((2, 3)).flatten(1)
        return self.last(torch.relu(self.dense(x)))


def branches(seed=3):
    torch.manual_seed(seed)
    model = Branches()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):   # of both signs, so that folding has to mind them
            nn.init.normal_(part.weight, 1.0, 0.6)
            nn.init.normal_(part.bias, 0.2, 0.3)
    return model


def has_sluice():
    program = os.environ.get("SLUICE_PROGRAM", os.path.join(ROOT, "build", "sluice"))
    return os.access(program, os.X_OK)
