// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/planes.h"

#include <algorithm>
#include <numeric>

#include "generator/compiler/errors.h"
#include "generator/compiler/layout.h"
#include "generator/network/parts.h"

namespace sluice::compiler {
namespace {

void check_widths(const net::Network& network, const net::Layer& layer) {
  const net::FeatureMap& in = network.maps[layer.input];
  const int bits = layer.gate->plane_bits;
  if (in.bits != 2 * bits) {
    fail(layer, "splits the {} bits of '{}' into planes of {}; planes have half the bits", in.bits,
         in.name, bits);
  }
  if (layer.weight_bits > bits) {
    fail(layer,
         "has weights of {} bits; with precision gating they have those of a plane at most, {}: "
         "quantise its weights to {} bits, or compile ungated",
         layer.weight_bits, bits, bits);
  }
}

void check_design(const net::Layer& layer, const Plan& plan) {
  const int bits = layer.gate->plane_bits;
  if (!plan.config.precision_gating) {
    fail(layer,
         "has gates that split bits, but design '{}' has no precision gating; set "
         "precision_gating: true, or compile ungated",
         plan.config.name);
  }
  if (container_bits(plan, bits) != bits) {
    fail(layer, "splits its input into planes of {} bits, but design '{}' has no such precision",
         bits, plan.config.name);
  }
}

/// Both planes are padded with one value.
void check_padding(const net::Network& network, const net::Layer& layer) {
  if (!reads_padding(network, layer)) return;
  const int bits = layer.gate->plane_bits;
  const int pad = network.maps[layer.input].pad_value;
  if (upper_plane(pad, bits) == lower_plane(pad, bits)) return;
  fail(layer,
       "pads its input with {0}, of which the planes' halves, {1} and {2}, differ; with precision "
       "gating padding needs the zero point of a ReLU, {3} as a stored value, or layers without",
       pad, upper_plane(pad, bits), lower_plane(pad, bits), -(1 << (2 * bits - 1)));
}

}  // namespace

int plane_bits(const net::Layer& layer, bool gated) {
  return gated && layer.gate ? layer.gate->plane_bits : 0;
}

int plane_bits(const net::Network& network, int map, bool gated) {
  int bits = 0;
  for (const net::Layer& layer : network.layers) {
    if (layer.input == map) bits = std::max(bits, plane_bits(layer, gated));
  }
  return bits;
}

bool fits_planes(const net::Network& network, int map) {
  if (map == 0 || network.maps[map].part || net::is_shared(network, map)) return false;
  if (net::is_result(network, map)) return false;
  const int bits = plane_bits(network, map, true);
  return std::all_of(network.layers.begin(), network.layers.end(), [&](const net::Layer& layer) {
    if (layer.traits().two_inputs()) return layer.output != map && !net::reads(layer, map);
    return layer.input != map || plane_bits(layer, true) == bits;
  });
}

int upper_plane(int value, int bits) { return value >> bits; }

int lower_plane(int value, int bits) { return (value & ((1 << bits) - 1)) - (1 << (bits - 1)); }

std::int64_t missing_of_lower_plane(const net::Layer& layer, int output, int outputs, int bits) {
  const auto size = static_cast<std::ptrdiff_t>(layer.weights.size() / outputs);
  const auto first = layer.weights.begin() + output * size;
  return std::accumulate(first, first + size, std::int64_t{0}) * (1 << (bits - 1));
}

void check_planes(const net::Network& network, const net::Layer& layer, const Plan& plan) {
  check_design(layer, plan);
  check_widths(network, layer);
  check_padding(network, layer);
}

}  // namespace sluice::compiler
