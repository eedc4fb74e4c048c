// SPDX-License-Identifier: Apache-2.0
// Commands as the units take them. Formats: docs/03_design/commands_and_layout.md.
#pragma once

#include <cstdint>

#include "generator/cycle_model/image.h"
#include "generator/cycle_model/timing_parameters.h"

namespace sluice::cycles {

enum class Opcode { kLoad = 1, kFill = 2, kLayer = 3, kFetch = 4, kRun = 5, kEnd = 6 };

/// What a LAYER command sets, as far as it decides timing and what is counted.
struct LayerRegisters {
  int number = -1;  ///< LAYER commands before this one
  bool gated = false, per_output = false, keep = false, local = false;
  int width = 0, out_width = 0;  ///< of operands and outputs, bits: 8, 4 or 2
  std::uint16_t base_groups = 0, conditional_groups = 0, group_steps = 0;
  std::uint16_t tile_rows = 0, tile_columns = 0;
  std::uint32_t out_column_step = 0, out_row_step = 0;
  std::uint32_t out_tile_row_step = 0, out_tile_column_step = 0;
  std::uint16_t blocks = 0, extra_lanes = 0;

  /// Blocks of one lane.
  std::uint16_t blocks_of(int lane) const {
    return static_cast<std::uint16_t>(blocks + (extra_lanes > lane ? 1 : 0));
  }
};

struct LoadCommand {
  bool fill = false;
  std::uint32_t count = 0;  ///< memory words
};

struct FetchCommand {
  std::uint64_t address = 0, pitch = 0;
  std::uint32_t words = 0;
  std::uint16_t repeats = 0, records = 0, extra_lanes = 0;
};

struct RunCommand {
  std::uint64_t out = 0;
  std::uint16_t rows = 0, columns = 0;
  int first_row = 0;  ///< of the band in the layer's output; from the program's tables
};

/// Decode the command at `address`.
LayerRegisters decode_layer(const TimingParameters& design, const Image& image,
                            std::uint64_t address);
LoadCommand decode_load(const Image& image, std::uint64_t address);
FetchCommand decode_fetch(const TimingParameters& design, const Image& image,
                          std::uint64_t address);
RunCommand decode_run(const TimingParameters& design, const Image& image, std::uint64_t address);

}  // namespace sluice::cycles
