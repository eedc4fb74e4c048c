# SPDX-License-Identifier: Apache-2.0
"""Networks to train, as plain torch modules: convolutions, BatchNorm2d, ReLU, means, Linear. torch.fx traces them.

Names of modules, and so keys of state_dict, are stable. Products and parameters are those of `counts` for the given
classes; parameters are with those of BatchNorm2d (two for each channel), without its running statistics.
`input_shape` of a network is (C, H, W) of the images that it is made for; it takes any other size that its strides
leave something of.
"""
import torch
import torch.nn.functional as F
from torch import nn


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


class Block(nn.Module):
    """K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR 2016: two 3x3
    convolutions [B, inputs, H, W] -> [B, outputs, H/stride, W/stride] and a shortcut, which is a 1x1 convolution
    where shapes differ."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = conv(outputs, outputs, 3), nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet(nn.Module):
    """conv1, then layer1, layer2, ... of `blocks` blocks each with `widths` channels, each but the first at half the
    size, then the mean of all positions and fc. Convolutions begin as K. He et al., *Delving Deep into Rectifiers*,
    ICCV 2015."""

    def __init__(self, widths, blocks, classes, channels=3):
        super().__init__()
        self.input_shape = (channels, 32, 32)
        self.conv1, self.bn1 = conv(channels, widths[0], 3), nn.BatchNorm2d(widths[0])
        inputs, self.layers = widths[0], len(widths)
        for k, width in enumerate(widths):
            strides = [2 if k else 1] + [1] * (blocks - 1)
            sizes = [inputs] + [width] * (blocks - 1)
            setattr(self, f"layer{k + 1}", nn.Sequential(*(Block(i, width, s) for i, s in zip(sizes, strides))))
            inputs = width
        self.fc = nn.Linear(inputs, classes)
        begin(self, lambda w: nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for k in range(self.layers):
            x = getattr(self, f"layer{k + 1}")(x)
        return self.fc(x.mean((2, 3)))


def resnet20(classes=10, channels=3):
    """ResNet-20 of He et al. for CIFAR-10: [B, 3, 32, 32] -> [B, classes]; 272,474 parameters, 40,813,184 products.
    Where maps get smaller the shortcut is a convolution (the paper's option B)."""
    return ResNet((16, 32, 64), 3, classes, channels)


def resnet18_32(classes=10, channels=3):
    """ResNet-18 of He et al. as it is common for images of 32 x 32, with a first convolution of 3x3 and no pool
    behind it: [B, 3, 32, 32] -> [B, classes]; 11,173,962 parameters, 555,422,720 products."""
    return ResNet((64, 128, 256, 512), 2, classes, channels)


class Separable(nn.Module):
    """A depthwise 3x3 convolution and a pointwise one, each with BatchNorm and ReLU:
    [B, inputs, H, W] -> [B, outputs, H/stride, W/stride]."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.depthwise, self.bn1 = conv(inputs, inputs, 3, stride, groups=inputs), nn.BatchNorm2d(inputs)
        self.pointwise, self.bn2 = conv(inputs, outputs, 1), nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = F.relu(self.bn1(self.depthwise(x)))
        return F.relu(self.bn2(self.pointwise(x)))


class SeparableNet(nn.Module):
    """`first` convolution, `blocks` of Separable one after the other, the mean of all positions, fc."""

    def __init__(self, first, blocks, classes, input_shape, init):
        super().__init__()
        self.input_shape = input_shape
        self.conv1, self.bn1 = first, nn.BatchNorm2d(first.out_channels)
        self.blocks = nn.Sequential(*blocks)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(self.blocks[-1].pointwise.out_channels, classes)
        begin(self, init)

    def forward(self, x):
        x = self.blocks(F.relu(self.bn1(self.conv1(x))))
        return self.fc(torch.flatten(self.pool(x), 1))


MOBILENET = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)) + ((512, 1),) * 5 + ((1024, 2), (1024, 1))


def mobilenet_v1(width=0.5, classes=10, size=32, channels=3):
    """A. Howard et al., *MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications*, 2017,
    with `width` times its channels: [B, 3, size, size] -> [B, classes]. Images of less than 96 x 96 have a first
    convolution of stride 1 in place of 2: the last maps of 32 x 32 are 2 x 2. Weights begin as in TF-slim's form,
    normal of deviation 0.09, cut at two deviations. Width 0.5 and 10 classes: 823,722 parameters, 12,167,168 products
    at 32 x 32."""
    depth = [max(8, int(width * outputs)) for outputs, _ in MOBILENET]
    first = conv(channels, max(8, int(width * 32)), 3, 1 if size < 96 else 2)
    inputs = [first.out_channels] + depth
    blocks = [Separable(i, o, stride) for i, o, (_, stride) in zip(inputs, depth, MOBILENET)]
    return SeparableNet(first, blocks, classes, (channels, size, size), lambda w: nn.init.trunc_normal_(
        w, 0, 0.09, -0.18, 0.18))


def ds_cnn(classes=12, size=(49, 10), channels=64):
    """DS-CNN (small) of Y. Zhang, N. Suda, L. Lai, V. Chandra, *Hello Edge: Keyword Spotting on Microcontrollers*,
    2017: 10 cepstral coefficients of 49 frames, [B, 1, 49, 10] -> [B, classes]; 23,180 parameters, 2,656,768
    products. The first kernel is 10 x 4 of stride 2; four blocks of 3x3. Weights begin as X. Glorot and Y. Bengio's
    (2010). Without dropout, and without the biases that batch normalisation makes useless."""
    first = nn.Conv2d(1, channels, (10, 4), 2, (5, 1), bias=False)
    blocks = [Separable(channels, channels) for _ in range(4)]
    return SeparableNet(first, blocks, classes, (1,) + tuple(size), nn.init.xavier_uniform_)


def begin(network, init):
    """Sets weights of convolutions and linear layers anew, biases to 0."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            init(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


NETWORKS = {"resnet20": resnet20, "resnet18_32": resnet18_32, "mobilenet_v1": mobilenet_v1, "ds_cnn": ds_cnn}


def by_name(name, **options):
    """A network by its name, - and _ the same: by_name("resnet20", classes=100)."""
    make = NETWORKS.get(name.replace("-", "_").lower())
    if make is None:
        raise ValueError(f"there is no network '{name}'; there are {', '.join(NETWORKS)}")
    return make(**options)


@torch.no_grad()
def counts(network, shape=None):
    """(parameters, products of convolutions and linear layers) for an image of (C, H, W), by default its own size."""
    products = []

    def note(module, _, output):
        products.append(module.weight.numel() * output[0].numel() // output.shape[1])
    hooks = [m.register_forward_hook(note) for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    training = network.training
    try:
        network.eval()(torch.zeros(1, *(shape or network.input_shape)))
    finally:
        network.train(training)
        for hook in hooks:
            hook.remove()
    return sum(p.numel() for p in network.parameters()), sum(products)
