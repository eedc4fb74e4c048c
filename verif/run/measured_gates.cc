// SPDX-License-Identifier: Apache-2.0
#include "verif/run/measured_gates.h"

#include "verif/golden/chain.h"

namespace sluice::run {
namespace {

using estimate::GateMap;

GateMap gates_of(const golden::LayerResult& result) {
  const golden::Tensor& output = result.output;
  if (result.open.empty()) return {};
  GateMap map(output.channels, 1, output.height, output.width);
  const std::uint8_t* open = result.open.data();
  for (int y = 0; y < output.height; ++y) {
    for (int x = 0; x < output.width; ++x) {
      for (int c = 0; c < output.channels; ++c) {
        if (*open++ != 0) map.set_open(c, y, x);
      }
    }
  }
  return map;
}

}  // namespace

std::vector<GateMap> measured_gates(std::span<const net::Network> chain,
                                    const golden::Tensor& input, bool gated) {
  std::vector<GateMap> gates;
  for (const auto& results : golden::evaluate(chain, input, gated))
    for (const golden::LayerResult& result : results) gates.push_back(gates_of(result));
  return gates;
}

}  // namespace sluice::run
