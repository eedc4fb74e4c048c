// SPDX-License-Identifier: Apache-2.0
// Where the values of a feature map lie: the container width, the grouping and the pitches that the
// layer reading the map asks for.
#pragma once

#include <vector>

#include "generator/compiler/pitch_rule.h"
#include "generator/compiler/program.h"
#include "generator/network/network.h"
#include "generator/network/parts.h"
#include "generator/plan/plan.h"

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

/// Splits the input map of `layer`, stored in `bits` bits.
Grouping input_grouping(const net::Network& network, const net::Layer& layer, const Plan& plan,
                        int bits, bool gated);

/// Each output channel reads one channel of the input.
bool is_depthwise(const net::Network& network, const net::Layer& layer);

/// Whether a layer is computed tap by tap, each output channel from its own channel of the input,
/// of which a group of the map holds `channels`: layers without weights, and depthwise ones where
/// the map is not split as they want it.
bool goes_by_taps(const net::Network& network, const net::Layer& layer, const Plan& plan, int bits,
                  int channels);

/// Whether groups of a map's root hold the map in so large groups: always where it is no part.
bool groups_hold(const net::Network& network, int map, const Grouping& grouping);

/// The layout of map `map` for who reads it, by that of its root: the groups that hold it.
MapLayout read_layout(MapLayout whole, const net::Network& network, int map);

/// The same for who writes it: all groups.
MapLayout written_layout(MapLayout whole, const net::Network& network, int map);

/// A layer that reads a map.
struct Reader {
  const net::Layer* layer = nullptr;
  bool gated = false;
};

/// The layout in which all `readers` can read a map that holds their inputs: the padding is
/// the largest that one of them needs; the grouping is that of gated and grouped convolutions,
/// which the other layers and, after them, depthwise ones follow, or `groups` equal groups without
/// any. Throws CompileError where two readers contradict each other. In memory, address 0, padding
/// value of the first reader's input.
MapLayout shared_layout(const net::Network& network, const std::vector<Reader>& readers,
                        const Plan& plan, int bits, int groups);

/// Whether `layer` reads positions around its input map.
bool reads_padding(const net::Network& network, const net::Layer& layer);

/// The layout of the network's result: `groups` equal groups, no padding. In memory, address 0.
MapLayout result_layout(const net::FeatureMap& map, const Plan& plan, int bits, int groups);

/// The layout of a map of one position whose channels lie in groups as those of a map `like` do.
MapLayout vector_layout(const net::FeatureMap& map, const Plan& plan, const MapLayout& like);

/// Atoms from a group to the next in memory: whole memory words where that costs no more than
/// filling up the last one. None if the rule allows no pitch.
std::optional<int> memory_group_pitch(const MapLayout& layout, const PitchRule& rule,
                                      const Plan& plan);

/// The same map with groups as close together as the activation buffer allows, marked local.
MapLayout local_layout(MapLayout layout, const PitchRule& rule);

}  // namespace sluice::compiler
