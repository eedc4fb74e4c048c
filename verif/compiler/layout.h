// Where the values of a feature map lie: the container width, the grouping and the pitches that the
// layer reading the map asks for.
#pragma once

#include "compiler/program.h"
#include "network/network.h"
#include "plan/plan.h"

namespace sluice::compiler {

/// How a layer wants its input map split: `groups` equal groups of `channels` (the last one may be
/// part empty).
struct Grouping {
  int groups = 1;
  int channels = 0;
};

/// Smallest width of the design's precisions that holds `bits`-bit values.
int container_bits(const Plan& plan, int bits);

/// The next wider precision of the design, or 0 if `bits` is the widest.
int wider_container(const Plan& plan, int bits);

/// Convolution groups that share one group of the input map: as many as the outputs of one lane
/// take, so that a depthwise layer fills its columns.
int merged_groups(const net::Network& network, const net::Layer& layer, const Plan& plan, int bits);

/// Splits the input map of `layer`, stored in `bits` bits.
Grouping input_grouping(const net::Network& network, const net::Layer& layer, const Plan& plan,
                        int bits, bool gated);

/// The layout that `layer` asks of its input map. In memory, address 0.
MapLayout input_layout(const net::Network& network, const net::Layer& layer, const Plan& plan,
                       int bits, bool gated);

/// The layout of the network's result: `groups` equal groups, no padding. In memory, address 0.
MapLayout result_layout(const net::FeatureMap& map, const Plan& plan, int bits, int groups);

/// The same map with groups as close together as the activation buffer allows, marked local.
MapLayout local_layout(MapLayout layout);

}  // namespace sluice::compiler
