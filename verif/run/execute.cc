// SPDX-License-Identifier: Apache-2.0
#include "verif/run/execute.h"

#include <fmt/format.h>

#include <cassert>
#include <utility>

#include "verif/golden/results.h"

namespace sluice::run {
namespace {

int field(std::uint8_t byte, int offset, int bits) {
  const int value = (byte >> offset) & ((1 << bits) - 1);
  return value >= (1 << (bits - 1)) ? value - (1 << bits) : value;
}

std::string problem_of(const SluiceRun& run) {
  if (run.broken_rules != 0) return "a rule of AXI was broken, see the assertion above";
  if (run.timed_out) return fmt::format("not done after {} cycles", run.max_cycles);
  if (run.status & 4) return fmt::format("stopped with error {}", run.status >> 8 & 0xff);
  if (run.bad_address != 0)
    return fmt::format("address {:#x} is beyond the memory", run.bad_address);
  return "";
}

/// A value of a map in memory.
int value_at(const std::vector<std::uint8_t>& memory, const compiler::MapLayout& layout, int y,
             int x, int c) {
  const std::uint64_t address = layout.byte_address(y, x, c);
  const int bit = layout.bit_offset(c), bits = layout.bits;
  const int value = field(memory[address], bit, bits);
  if (!layout.planes) return value;
  const int lower = field(memory[address + layout.plane_distance()], bit, bits);
  return value * (1 << bits) + lower + (1 << (bits - 1));
}

void put_field(std::uint8_t& byte, int offset, int bits, int value) {
  const int mask = ((1 << bits) - 1) << offset;
  byte = static_cast<std::uint8_t>((byte & ~mask) | ((value << offset) & mask));
}

/// The first value of a map in memory that is not the golden one.
std::optional<Mismatch> compare_map(const Execution& execution, const compiler::MapLayout& layout,
                                    const golden::Tensor& expected, int word) {
  for (int y = 0; y < expected.height; y++) {
    for (int x = 0; x < expected.width; x++) {
      for (int c = 0; c < expected.channels; c++) {
        const std::uint64_t address = layout.byte_address(y, x, c);
        const int found = value_at(execution.memory, layout, y, x, c);
        if (found == expected.at(y, x, c)) continue;
        return Mismatch{
            "", y, x, c, expected.at(y, x, c), found, execution.write_cycles[address / word]};
      }
    }
  }
  return std::nullopt;
}

}  // namespace

void store_map(std::vector<std::uint8_t>& memory, const compiler::MapLayout& layout,
               const golden::Tensor& values) {
  const int bits = layout.bits;
  for (int y = 0; y < values.height; y++) {
    for (int x = 0; x < values.width; x++) {
      for (int c = 0; c < values.channels; c++) {
        const std::uint64_t address = layout.byte_address(y, x, c);
        const int value = values.at(y, x, c), offset = layout.bit_offset(c);
        put_field(memory[address], offset, bits, layout.planes ? value >> bits : value);
        if (!layout.planes) continue;
        put_field(memory[address + layout.plane_distance()], offset, bits,
                  value - (1 << (bits - 1)));
      }
    }
  }
}

golden::Tensor load_map(const std::vector<std::uint8_t>& memory, const compiler::MapLayout& layout,
                        int height, int width, int channels) {
  golden::Tensor values{height, width, channels, {}};
  values.values.reserve(static_cast<std::size_t>(height) * width * channels);
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      for (int c = 0; c < channels; c++) {
        values.values.push_back(static_cast<std::int8_t>(value_at(memory, layout, y, x, c)));
      }
    }
  }
  return values;
}

Execution execute(sim::Simulator& simulator, const Plan& plan, const compiler::Program& program,
                  const golden::Tensor& input, const SluiceMemory& timing, std::uint64_t max_cycles,
                  const std::string& waves) {
  std::vector<std::uint8_t> memory = program.image;
  store_map(memory, program.input, input);
  Execution execution;
  execution.write_cycles.assign(memory.size() / plan.config.memory.bytes + 1, 0);

  SluiceRun run{};
  run.memory = memory.data();
  run.memory_bytes = memory.size();
  run.command_address = program.command_address;
  run.timing = timing;
  run.max_cycles = max_cycles;
  run.waves = waves.empty() ? nullptr : waves.c_str();
  run.write_cycles = execution.write_cycles.data();
  simulator.run(run);

  execution.problem = problem_of(run);
  execution.cycles = run.cycles;
  execution.traffic = {run.read_bytes, run.write_bytes, run.stored_bytes};
  execution.counters.assign(run.counters, run.counters + SLUICE_COUNTERS);
  execution.layer_cycles.assign(run.layer_cycles, run.layer_cycles + run.layers);
  execution.accesses = simulator.accesses();
  execution.memory = std::move(memory);
  return execution;
}

std::string text_of(const Mismatch& mismatch) {
  return fmt::format("{}, position ({}, {}), channel {}: RTL {}, golden {}, written in cycle {}",
                     mismatch.layer, mismatch.y, mismatch.x, mismatch.channel, mismatch.found,
                     mismatch.expected, mismatch.cycle);
}

std::vector<golden::Tensor> results_of(const Execution& execution, const compiler::Program& program,
                                       const net::Network& network) {
  const std::vector<int> maps = net::result_maps(network);
  std::vector<golden::Tensor> results;
  for (std::size_t k = 0; k < maps.size(); k++) {
    const net::FeatureMap& map = network.maps[maps[k]];
    results.push_back(
        load_map(execution.memory, program.outputs[k], map.height, map.width, map.channels));
  }
  return results;
}

std::optional<Mismatch> compare(const Execution& execution, const compiler::Program& program,
                                const net::Network& network,
                                const std::vector<golden::LayerResult>& expected,
                                const Plan& plan) {
  assert(execution.memory.size() == program.image.size());
  for (const compiler::LayerProgram& layer : program.layers) {
    if (layer.output.local || layer.copies) continue;
    auto mismatch = compare_map(execution, layer.output, expected[layer.result].output,
                                plan.config.memory.bytes);
    if (!mismatch) continue;
    mismatch->layer = layer.name;
    return mismatch;
  }
  const std::vector<int> results = net::result_maps(network);
  const std::vector<golden::Tensor> wanted = golden::results_of(network, expected);
  for (std::size_t k = 0; k < results.size(); k++) {
    auto mismatch = compare_map(execution, program.outputs[k], wanted[k], plan.config.memory.bytes);
    if (!mismatch) continue;
    mismatch->layer = fmt::format("result '{}'", network.maps[results[k]].name);
    return mismatch;
  }
  return std::nullopt;
}

cycles::GateSource gate_source(const compiler::Program& program,
                               const std::vector<golden::LayerResult>& results) {
  return [&program, &results](int layer, int block, int y, int x) {
    const compiler::LayerProgram& from = program.layers[layer];
    const golden::LayerResult& result = results[from.layer];
    const golden::Tensor& map = result.output;
    const std::size_t position = static_cast<std::size_t>(y) * map.width + x;
    const compiler::Block& channels = from.blocks[block];
    int open = 0;
    for (int c = 0; c < channels.channels; c++) {
      open += result.open[position * map.channels + channels.first_channel + c] != 0;
    }
    return open;
  };
}

}  // namespace sluice::run
