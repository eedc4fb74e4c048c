// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/compile.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "generator/compiler/allocation.h"
#include "generator/compiler/blocks.h"
#include "generator/compiler/checks.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/fold_choice.h"
#include "generator/compiler/layout.h"
#include "generator/compiler/math.h"
#include "generator/compiler/records.h"
#include "generator/compiler/schedule.h"
#include "generator/compiler/tiling.h"

namespace sluice::compiler {
namespace {

using net::Layer;

constexpr int kMostGatedGroups = 255;  ///< that fit the fields of a conditional step's place

/// One compilation, stage by stage.
class Compiler {
 public:
  Compiler(const net::Network& network, const Plan& plan, const Options& options)
      : network_(network), plan_(plan), options_(options) {}

  Program run() {
    make_mappings();
    resolve_layouts();
    choose_folds();
    for (Mapping& m : mappings_) map_layer(m);
    allocate(mappings_, network_, plan_, options_);
    place_in_memory();
    return write_program();
  }

 private:
  void make_mappings() {
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      const Layer& layer = network_.layers[i];
      const net::FeatureMap& out = network_.maps[layer.output];
      Mapping m;
      m.index = static_cast<int>(i);
      m.layer = &layer;
      m.gated = layer.gate.has_value() && options_.gated;
      m.out_rows = out.height;
      m.out_columns = out.width;
      m.input_written = layer.input != 0 || (m.adds() && layer.addend != 0);
      mappings_.push_back(m);
    }
  }

  // ---- layouts ----

  /// Widths depend on producers: a map gets the narrowest width in which it can be written. A
  /// wider map may need wider ones before it, so that the walk over the layers starts again.
  void resolve_layouts() {
    unite_maps();
    bits_.resize(network_.maps.size());
    for (std::size_t map = 0; map < bits_.size(); ++map) {
      int& bits = bits_[same_layout_[map]];
      bits = std::max(bits, least_bits(static_cast<int>(map)));
    }
    while (!try_layouts()) {
    }
  }

  /// Maps that are added must be laid out alike: `same_layout_` names the first map of each such
  /// set.
  void unite_maps() {
    same_layout_.resize(network_.maps.size());
    std::iota(same_layout_.begin(), same_layout_.end(), 0);
    for (const Layer& layer : network_.layers) {
      if (!layer.traits().two_inputs()) continue;
      const int a = same_layout_[layer.input], b = same_layout_[layer.addend];
      std::replace(same_layout_.begin(), same_layout_.end(), std::max(a, b), std::min(a, b));
    }
  }

  /// False if a map had to be made wider.
  bool try_layouts() {
    layouts_.clear();
    for (std::size_t map = 0; map < network_.maps.size(); ++map) {
      layouts_.push_back(layout_of(static_cast<int>(map)));
    }
    for (Mapping& m : mappings_) {
      m.in = layouts_[m.layer->input];
      if (m.adds()) m.addend = layouts_[m.layer->addend];
      m.mode = m.in.bits;
      m.out = layouts_[m.layer->output];
      try {
        m.natural_blocks = cut_blocks(network_, *m.layer, plan_, m.gated, m.in, m.out);
      } catch (const CompileError&) {
        int& bits = bits_[same_layout_[m.layer->output]];
        if (wider_container(plan_, bits) == 0) throw;
        bits = wider_container(plan_, bits);
        return false;
      }
    }
    return true;
  }

  int least_bits(int map) const {
    int bits = network_.maps[map].bits;
    for (const Layer& layer : network_.layers) {
      if (net::reads(layer, map) && layer.traits().multiplies) {
        bits = std::max(bits, layer.weight_bits);
      }
    }
    return container_bits(plan_, bits);
  }

  /// The layout that all readers of a map, and of the maps it is added to, agree on.
  MapLayout layout_of(int map) const {
    const int bits = bits_[same_layout_[map]];
    std::vector<Reader> readers;
    for (const Mapping& m : mappings_) {
      if (same_layout_[m.layer->input] == same_layout_[map]) readers.push_back({m.layer, m.gated});
    }
    const net::FeatureMap& values = network_.maps[map];
    if (readers.empty()) {
      const bool result = network_.layers.back().output == map;
      return result_layout(values, plan_, bits, result ? options_.result_groups : 1);
    }
    MapLayout layout = shared_layout(network_, readers, plan_, bits);
    layout.pad_value = values.pad_value;
    return layout;
  }

  // ---- one layer ----

  /// Windows set how far apart the groups of maps lie: of all maps that are laid out alike.
  void choose_folds() {
    pitches_.assign(network_.maps.size(), PitchRule(plan_.banks));
    for (Mapping& m : mappings_) {
      m.open_share = open_share_of(m, m.natural_blocks) / double(m.natural_blocks.size());
      choose_fold(m, network_, plan_, pitches_[same_layout_[m.layer->input]]);
    }
    for (std::size_t map = 0; map < layouts_.size(); ++map) {
      MapLayout& layout = layouts_[map];
      layout.group_pitch = memory_group_pitch(layout, pitches_[same_layout_[map]], plan_).value();
    }
    for (Mapping& m : mappings_) {
      m.in = layouts_[m.layer->input];
      if (m.adds()) m.addend = layouts_[m.layer->addend];
      m.out = layouts_[m.layer->output];
      m.in_pitch = &pitches_[same_layout_[m.layer->input]];
      m.out_pitch = &pitches_[same_layout_[m.layer->output]];
    }
  }

  /// Sum over blocks of the shares of positions at which their gates are open.
  double open_share_of(const Mapping& m, std::span<const Block> blocks) const {
    static const std::vector<double> kNone;
    const bool measured = static_cast<std::size_t>(m.index) < options_.density.size();
    const auto& density = measured ? options_.density[m.index] : kNone;
    double sum = 0;
    for (const Block& block : blocks) {
      if (m.gated && block.channels > 0) sum += open_share(*m.layer, block, density);
    }
    return sum;
  }

  void map_layer(Mapping& m) {
    m.stream_bytes = stream_bytes(m, plan_);
    check_limits(m);
    deal(m);
  }

  void check_limits(const Mapping& m) const {
    const Layer& layer = *m.layer;
    if (plan_.config.columns > plan_.weight_columns) {
      fail(layer,
           "a step takes {} columns of the weight buffer, which has {}; raise buffers.weight",
           plan_.config.columns, plan_.weight_columns);
    }
    if (m.gated && m.stored_groups() > kMostGatedGroups) {
      fail(layer, "is gated in {} partitions, but the array counts {}", m.in.groups,
           kMostGatedGroups);
    }
    if (m.stream_bytes > std::numeric_limits<std::uint32_t>::max()) {
      fail(layer, "the weights of one lane take {} bytes, more than 32 bits count", m.stream_bytes);
    }
    if (!layer.traits().has_weights()) return;
    const int channels = network_.maps[layer.input].channels / layer.groups;
    const int reduction = layer.kernel_h * layer.kernel_w * ceil_div(channels * m.mode, 8);
    if (reduction > plan_.config.accumulator.max_reduction) {
      fail(layer,
           "an output sums {} bytes, the accumulators hold {}; raise "
           "accumulator.max_reduction",
           reduction, plan_.config.accumulator.max_reduction);
    }
  }

  /// Deals the records to lanes.
  void deal(Mapping& m) const {
    std::vector<double> work;
    for (int r = 0; r < m.records(); ++r) {
      work.push_back(m.walk.base_steps() +
                     m.walk.conditional_steps() * open_share_of(m, m.record(r)));
    }
    std::vector<Block> dealt;
    for (const int r : deal_records(work, plan_.config.lanes)) {
      dealt.insert(dealt.end(), m.record(r).begin(), m.record(r).end());
    }
    m.blocks = std::move(dealt);
  }

  // ---- memory ----

  /// Commands, then streams, then maps. The number of commands does not depend on addresses.
  void place_in_memory() {
    std::uint64_t address = schedule(mappings_, plan_).size() * plan_.command_bytes;
    for (Mapping& m : mappings_) {
      m.stream_address = address;
      address += m.stream_bytes * plan_.config.lanes;
    }
    streams_end_ = address;
    place_map(0, address);
    for (Mapping& m : mappings_) {
      if (!m.out.local) place_map(m.layer->output, address);
    }
    if (address > std::uint64_t{1} << plan_.config.memory.address_bits) {
      throw CompileError(fmt::format(
          "the program takes {} bytes of memory, more than memory.address_bits = {} reach", address,
          plan_.config.memory.address_bits));
    }
    image_bytes_ = address;
  }

  void place_map(int map, std::uint64_t& address) {
    layouts_[map].address = address;
    for (Mapping& m : mappings_) {
      if (m.layer->input == map) m.in.address = address;
      if (m.adds() && m.layer->addend == map) m.addend.address = address;
      if (m.layer->output == map) m.out.address = address;
    }
    address += round_up<std::uint64_t>(layouts_[map].size(), plan_.config.memory.bytes);
  }

  Program write_program() const {
    Program program;
    const std::vector<Command> commands = schedule(mappings_, plan_);
    program.image = MemoryImage(options_.values ? image_bytes_ : streams_end_);
    const std::vector<std::uint8_t> encoded = encode(commands, plan_);
    std::copy(encoded.begin(), encoded.end(), program.image.begin());
    for (const Mapping& m : mappings_) {
      write_streams(m, network_, plan_, options_.values, program.image.data() + m.stream_address);
    }
    if (options_.values) fill_maps(program.image);
    program.input = layouts_[0];
    program.output = mappings_.back().out;
    for (const Mapping& m : mappings_) program.layers.push_back(describe(m));
    count_loads(commands, program);
    return program;
  }

  static void count_loads(const std::vector<Command>& commands, Program& program) {
    std::size_t layers = 0;
    for (const Command& command : commands) {
      if (command.opcode() == Opcode::kLayer) ++layers;
      if (command.opcode() == Opcode::kLoad) {
        program.layers[layers - 1].load_words += command.words[4];
      }
    }
  }

  void fill_maps(MemoryImage& image) const {
    const auto fill = [&](const MapLayout& map) {
      std::uint8_t* const first = image.begin() + map.address;
      std::fill(first, first + map.size(), map.pad_byte());
    };
    fill(layouts_[0]);
    for (const Mapping& m : mappings_) {
      if (!m.out.local) fill(m.out);
    }
  }

  LayerProgram describe(const Mapping& m) const {
    LayerProgram result;
    result.name = m.layer->name;
    result.layer = m.index;
    result.gated = m.gated;
    result.mode = m.mode;
    result.input = m.in;
    result.output = m.out;
    result.fold = m.folding.fold;
    result.record_blocks = m.folding.record_blocks;
    result.blocks = m.blocks;
    for (int band = 0; band < m.bands.count; ++band) {
      result.runs.push_back({band * m.bands.rows, m.band_rows(band)});
    }
    result.useful_macs = useful_macs(m);
    result.tile_rows = m.tile.rows;
    result.tile_columns = m.tile.columns;
    result.keep = m.keep;
    result.base_steps = m.walk.base_steps();
    result.conditional_steps = m.walk.conditional_steps();
    result.stream_words = stream_words(m);
    result.activation_bytes = m.activation_bytes;
    return result;
  }

  std::int64_t useful_macs(const Mapping& m) const {
    if (!m.layer->traits().has_weights()) return 0;
    const std::int64_t inputs = network_.maps[m.layer->input].channels / m.layer->groups;
    return inputs * m.layer->kernel_h * m.layer->kernel_w * m.out_rows * m.out_columns *
           network_.maps[m.layer->output].channels;
  }

  std::uint64_t stream_words(const Mapping& m) const {
    std::uint64_t fetches = 0;
    for (int band = 0; band < m.bands.count; ++band) fetches += m.keep ? 1 : m.tiles(band);
    return fetches * m.records() * (m.record_words + plan_.header_words);
  }

  const net::Network& network_;
  const Plan& plan_;
  const Options& options_;
  std::vector<int> same_layout_;    ///< of every map: the first of those it is laid out like
  std::vector<int> bits_;           ///< container width of the maps that are alike, by the first
  std::vector<MapLayout> layouts_;  ///< of every map, in memory
  std::vector<PitchRule> pitches_;  ///< of the groups of maps that are alike, by the first
  std::vector<Mapping> mappings_;
  std::uint64_t image_bytes_ = 0, streams_end_ = 0;
};

}  // namespace

Program compile(const net::Network& network, const Plan& plan, const Options& options) {
  check_network(network, plan, options);
  return Compiler(network, plan, options).run();
}

}  // namespace sluice::compiler
