// SPDX-License-Identifier: Apache-2.0
// How layers with convolution groups want the channels of their input map cut into groups.
#pragma once

#include "generator/compiler/layout.h"

namespace sluice::compiler {

/// Convolution groups that share one group of the input map: at least as many as the outputs of one
/// lane take, so that a depthwise layer fills its columns. `bits` are those of the map's container.
int merged_groups(const net::Network& network, const net::Layer& layer, const Plan& plan, int bits);

/// Whether a depthwise layer had better go by taps of a map that is not cut, which the layer before
/// writes without a break: by estimates of both layers' cycles.
bool prefers_taps(const net::Network& network, const net::Layer& layer, const Plan& plan, int bits);

}  // namespace sluice::compiler
