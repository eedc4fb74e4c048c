// SPDX-License-Identifier: Apache-2.0
// Networks of which tests ask how their layers fold.
#pragma once

#include <ostream>

#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {

using commands::Field;

/// One lane of 4 columns x 256 rows in 16 segments.
inline Config folding_config() {
  Config config = small_config();
  config.lanes = 1;
  config.columns = 4;
  config.rows = 256;
  config.segments = 16;
  config.memory.bytes = 64;
  config.post = 16;
  config.accumulator.positions = 128;
  config.buffers.activation = config.buffers.weight = 1 << 17;
  return config;
}

/// A layer, then one that reads its output in as many groups.
struct Case : Compiled {
  Case(const LayerShape& shape, int size, int channels, int next_partitions = 0) {
    config = folding_config();
    Random random(3);
    network = start_network(size, size, channels, 8);
    append_layer(network, shape, random);
    LayerShape next;
    next.partitions = next_partitions;
    append_layer(network, next, random);
  }
};

/// Words of the `index`-th LAYER command.
inline commands::Words layer_words(const Case& c, int index = 0) {
  return c.commands_with(Opcode::kLayer).at(index);
}

struct Folded {
  int fold, windows, record, unit;
  bool operator==(const Folded&) const = default;
};
inline std::ostream& operator<<(std::ostream& out, const Folded& f) {
  return out << "fold " << f.fold << ", windows " << f.windows << ", record " << f.record
             << ", unit " << f.unit;
}

inline Folded folding_of(const commands::Words& words) {
  const auto field = [&](Field id) { return static_cast<int>(commands::get(words, id)); };
  return {1 << field(Field::kLayerFold), 1 << field(Field::kLayerWindows),
          field(Field::kLayerRecordBlocks), field(Field::kLayerUnitBlocks)};
}

inline Folded folding_of(const Case& c, int layer = 0) { return folding_of(layer_words(c, layer)); }

inline LayerShape gated(int channels) {
  LayerShape shape;
  shape.out_channels = channels;
  shape.partitions = 4;
  shape.gate_block = 4;
  return shape;
}

}  // namespace sluice::compiler::test
