# SPDX-License-Identifier: Apache-2.0
"""Two networks of group convolutions that differ in how the groups are mixed.

R. Zhao, Y. Hu, J. Dotzel, C. De Sa and Z. Zhang, "Building Efficient Deep Neural Networks with Unitary Group
Convolutions", CVPR 2019 (HadaNet), put group convolutions between two Hadamard transforms, where ShuffleNet
has channel shuffles. Here a transform goes over LENGTH neighbouring channels of a convolution's sums, before
they are normalised, rectified and quantised. Both networks have the same convolutions.
"""
from sluice_train.techniques import hadamard_matrix, shuffled

from blocks import Convolution, Spec, Stack, joined
from model import conv

LENGTH = 16     # channels of a transform: what configs/edge.yaml has with hadamard=16
GROUP = 4       # channels of a convolution's group

SPECS = (Spec("conv1", 1, 16, pooled=True),
         Spec("conv2", 16, 32, mixed=True),
         Spec("a1", 32, 32, groups=32 // GROUP, mixed=True),
         Spec("a2", 32, 32, groups=32 // GROUP, mixed=True),
         Spec("a3", 32, 32, groups=32 // GROUP, mixed=True),
         Spec("widen", 32, 64, kernel=1, pooled=True, mixed=True),
         Spec("b1", 64, 64, groups=64 // GROUP, mixed=True),
         Spec("b2", 64, 64, groups=64 // GROUP, mixed=True),
         Spec("b3", 64, 64, groups=64 // GROUP, mixed=True),
         Spec("last", 64, 128, kernel=1))
SHUFFLED = ("a1", "a2", "b1", "b2")     # elsewhere one side is dense, and a shuffle would change nothing


def transform(w):
    """Weights [outputs, ...] whose sums are the transformed ones: H (W x) = (H W) x."""
    parts = w.reshape(len(w) // LENGTH, LENGTH, -1)
    return (hadamard_matrix(LENGTH) @ parts).reshape(w.shape)


class Transformed(Convolution):
    """A convolution whose sums are transformed: channels that are joined share a step."""

    SHARED = LENGTH

    def sums(self, x):
        return conv(x, transform(joined(self.codes(), self.spec.groups)))

    def folding(self):
        return {"groups": self.spec.groups, "hadamard": LENGTH}


class Shuffled(Convolution):
    """A convolution whose outputs are shuffled, where that matters."""

    def groups_apart(self):
        return self.spec.groups if self.spec.name in SHUFFLED else 1

    def forward(self, x):
        y = super().forward(x)
        return shuffled(y, self.groups_apart()) if self.groups_apart() > 1 else y

    def folding(self):
        return {"groups": self.spec.groups, "shuffle": self.groups_apart()}


NETWORKS = {"hadamard": lambda: Stack(SPECS, Transformed), "shuffle": lambda: Stack(SPECS, Shuffled)}
