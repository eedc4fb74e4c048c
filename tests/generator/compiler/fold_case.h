// SPDX-License-Identifier: Apache-2.0
// Networks of which tests ask how their layers fold.
#pragma once

#include <ostream>

#include "generator/commands/encode.h"
#include "generator/compiler/bytes.h"
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
struct Case {
  Config config = folding_config();
  net::Network network;
  Options options;

  Case(const LayerShape& shape, int size, int channels, int next_partitions = 0) {
    Random random(3);
    network = start_network(size, size, channels, 8);
    append_layer(network, shape, random);
    LayerShape next;
    next.partitions = next_partitions;
    append_layer(network, next, random);
  }

  Program program() const { return compile(network, make_plan(config), options); }
  std::string difference() const {
    Random random(7);
    return compare(network, config, options, random);
  }
};

/// The words of the `index`-th command with an opcode.
inline commands::Words command_words(const Program& program, const Plan& plan, int opcode,
                                     int index) {
  for (std::size_t at = program.command_address;; at += plan.command_bytes) {
    const std::uint8_t* command = program.image.data() + at;
    if ((command[0] & 15) != opcode || index-- > 0) continue;
    commands::Words words{};
    for (int i = 0; i < commands::kUsedWords; ++i) words[i] = get32(command + 4 * i);
    return words;
  }
}

/// Of the `index`-th LAYER command.
inline commands::Words layer_words(const Program& program, const Plan& plan, int index) {
  return command_words(program, plan, 3, index);
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

inline Folded folding_of(const Case& c, int layer = 0) {
  return folding_of(layer_words(c.program(), make_plan(c.config), layer));
}

inline LayerShape gated(int channels) {
  LayerShape shape;
  shape.out_channels = channels;
  shape.partitions = 4;
  shape.gate_block = 4;
  return shape;
}

}  // namespace sluice::compiler::test
