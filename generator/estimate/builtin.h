// SPDX-License-Identifier: Apache-2.0
// Layer lists of well-known networks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/estimate/layer_list.h"

namespace sluice::estimate {

/// resnet18 and vgg16 at 224x224 (He et al. 2016; Simonyan and Zisserman 2015), mobilenet-v1 at
/// 224x224 with width 1 (Howard et al. 2017), mobilenet-v2 the same (Sandler et al. 2018),
/// resnet20-cifar at 32x32 (He et al. 2016). Convolutions behind the first are channel-gated with
/// four partitions as in Hua et al., NeurIPS 2019; shortcuts, depthwise convolutions and the linear
/// projections of mobilenet-v2 are not.
const std::vector<std::string>& builtin_names();

/// None if no network has that name.
std::optional<LayerList> builtin(const std::string& name);

}  // namespace sluice::estimate
