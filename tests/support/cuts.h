// SPDX-License-Identifier: Apache-2.0
// How a program's layers are cut whose input the activation buffer does not hold by rows.
#pragma once

#include "generator/compiler/program.h"
#include "generator/network/network.h"

namespace sluice::test {

struct Cuts {
  bool columns = false;   ///< some layer goes by bands of columns
  bool channels = false;  ///< some layer goes by slices of its channels
};

inline Cuts cuts_of(const compiler::Program& program, const net::Network& network) {
  Cuts cuts;
  int last = -1;
  for (const compiler::LayerProgram& layer : program.layers) {
    const int width = network.maps[network.layers[layer.layer].output].width;
    cuts.columns = cuts.columns || layer.runs.front().columns < width;
    cuts.channels = cuts.channels || layer.layer == last;
    last = layer.layer;
  }
  return cuts;
}

}  // namespace sluice::test
