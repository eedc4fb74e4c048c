// SPDX-License-Identifier: Apache-2.0
// Layer lists of well-known networks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/estimate/layer_list.h"

namespace sluice::estimate {

/// At 224x224: resnet18 and vgg16 (He et al. 2016; Simonyan and Zisserman 2015), resnet50 (the
/// same, with the stride in the 3x3 convolution, "v1.5"), mobilenet-v1 with width 1 (Howard et al.
/// 2017), mobilenet-v2 the same (Sandler et al. 2018), efficientnet-lite0 (Tan and Le 2019, without
/// squeeze and excitation, with ReLU6). At 32x32: resnet20-cifar (He et al. 2016). Of MLPerf Tiny
/// (Banbury et al. 2021): resnet8, mobilenet-v1-vww (width 1/4 at 96x96), autoencoder. Convolutions
/// behind the first are channel-gated with four partitions as in Hua et al., NeurIPS 2019;
/// shortcuts, depthwise convolutions and the linear projections of inverted residuals are not.
const std::vector<std::string>& builtin_names();

/// None if no network has that name.
std::optional<LayerList> builtin(const std::string& name);

}  // namespace sluice::estimate
