#include "compiler/compile.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "compiler/allocation.h"
#include "compiler/blocks.h"
#include "compiler/checks.h"
#include "compiler/errors.h"
#include "compiler/layout.h"
#include "compiler/math.h"
#include "compiler/records.h"
#include "compiler/schedule.h"
#include "compiler/tiling.h"

namespace sluice::compiler {
namespace {

using net::Layer;
using net::LayerKind;

/// One compilation, stage by stage.
class Compiler {
 public:
  Compiler(const net::Network& network, const Plan& plan, const Options& options)
      : network_(network), plan_(plan), options_(options) {}

  Program run() {
    make_mappings();
    resolve_layouts();
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
      m.input_written = layer.input != 0;
      mappings_.push_back(m);
    }
  }

  // ---- layouts ----

  /// Widths depend on producers: a map gets the narrowest width in which it can be written. Maps
  /// are written before they are read, so that one walk over the layers settles all.
  void resolve_layouts() {
    layouts_.resize(network_.maps.size());
    resolve_map(0, nullptr);
    for (Mapping& m : mappings_) {
      m.in = layouts_[m.layer->input];
      m.mode = m.in.bits;
      resolve_map(m.layer->output, &m);
      m.out = layouts_[m.layer->output];
    }
  }

  void resolve_map(int map, Mapping* producer) {
    int bits = least_bits(map);
    while (producer != nullptr) {
      try {
        producer->blocks = cut_blocks(network_, *producer->layer, plan_, producer->gated,
                                      producer->in, layout_of(map, bits));
        break;
      } catch (const CompileError&) {
        bits = wider_container(plan_, bits);
        if (bits == 0) throw;
      }
    }
    layouts_[map] = layout_of(map, bits);
  }

  bool reads(const Layer& layer, int map) const { return layer.input == map; }

  int least_bits(int map) const {
    int bits = network_.maps[map].bits;
    for (const Layer& layer : network_.layers) {
      if (reads(layer, map) && layer.kind == LayerKind::kConv) {
        bits = std::max(bits, layer.weight_bits);
      }
    }
    return container_bits(plan_, bits);
  }

  /// The layout that the readers of a map agree on.
  MapLayout layout_of(int map, int bits) const {
    const Mapping* first = nullptr;
    MapLayout layout;
    for (const Mapping& reader : mappings_) {
      if (!reads(*reader.layer, map)) continue;
      const MapLayout wanted = input_layout(network_, *reader.layer, plan_, bits, reader.gated);
      if (first == nullptr) {
        first = &reader;
        layout = wanted;
      } else if (!(wanted == layout)) {
        fail(*reader.layer, "needs map '{}' in another layout than layer '{}'",
             network_.maps[map].name, first->layer->name);
      }
    }
    return first != nullptr
               ? layout
               : result_layout(network_.maps[map], plan_, bits, options_.result_groups);
  }

  // ---- one layer ----

  void map_layer(Mapping& m) {
    m.walk = make_walk(m);
    m.record_words = record_weight_words(m, plan_);
    m.stream_bytes = stream_bytes(m, plan_);
    check_limits(m);
    deal(m);
  }

  Walk make_walk(const Mapping& m) const {
    const Layer& layer = *m.layer;
    Walk walk;
    walk.run = layer.kernel_w * m.in.atoms_per_position;
    if (layer.kind == LayerKind::kMaxPool) {
      walk.group_steps = layer.kernel_h * layer.kernel_w;
      walk.advance_atom = m.in.atoms_per_position;
      return walk;
    }
    walk.group_steps = ceil_div(layer.kernel_h * walk.run, plan_.slots);
    walk.advance_row = plan_.slots / walk.run;
    walk.advance_atom = plan_.slots % walk.run;
    if (m.gated) walk.conditional_groups = layer.gate->partitions - 1;
    return walk;
  }

  void check_limits(const Mapping& m) const {
    const Layer& layer = *m.layer;
    if (plan_.config.columns > plan_.weight_columns) {
      fail(layer,
           "a step takes {} columns of the weight buffer, which has {}; raise buffers.weight",
           plan_.config.columns, plan_.weight_columns);
    }
    if (m.stream_bytes > std::numeric_limits<std::uint32_t>::max()) {
      fail(layer, "the weights of one lane take {} bytes, more than 32 bits count", m.stream_bytes);
    }
    if (layer.kind == LayerKind::kMaxPool) return;
    const int channels = network_.maps[layer.input].channels / layer.groups;
    const int reduction = layer.kernel_h * layer.kernel_w * ceil_div(channels * m.mode, 8);
    if (reduction > plan_.config.accumulator.max_reduction) {
      fail(layer,
           "an output sums {} bytes, the accumulators hold {}; raise "
           "accumulator.max_reduction",
           reduction, plan_.config.accumulator.max_reduction);
    }
  }

  /// Deals the blocks to lanes and notes the share of open gates.
  void deal(Mapping& m) const {
    static const std::vector<double> kNone;
    const bool measured = static_cast<std::size_t>(m.index) < options_.density.size();
    const auto& density = measured ? options_.density[m.index] : kNone;
    std::vector<double> work;
    double sum = 0;
    for (const Block& block : m.blocks) {
      const double open = m.gated ? open_share(*m.layer, block, density) : 0;
      work.push_back(m.walk.base_groups + m.walk.conditional_groups * open);
      sum += open;
    }
    m.open_share = sum / static_cast<double>(m.blocks.size());
    m.blocks = deal_blocks(m.blocks, work, plan_.config.lanes);
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
      throw CompileError{fmt::format(
          "the program takes {} bytes of memory, more than memory.address_bits = {} reach", address,
          plan_.config.memory.address_bits)};
    }
    image_bytes_ = address;
  }

  void place_map(int map, std::uint64_t& address) {
    layouts_[map].address = address;
    for (Mapping& m : mappings_) {
      if (m.layer->input == map) m.in.address = address;
      if (m.layer->output == map) m.out.address = address;
    }
    address += layouts_[map].size();
  }

  Program write_program() const {
    Program program;
    const std::vector<Command> commands = schedule(mappings_, plan_);
    program.image.resize(options_.values ? image_bytes_ : streams_end_, 0);
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

  void fill_maps(std::vector<std::uint8_t>& image) const {
    const auto fill = [&](const MapLayout& map) {
      const auto first = image.begin() + map.address;
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
    result.blocks = m.blocks;
    for (int band = 0; band < m.bands.count; ++band) {
      result.runs.push_back({band * m.bands.rows, m.band_rows(band)});
    }
    result.useful_macs = useful_macs(m);
    result.tile_rows = m.tile.rows;
    result.tile_columns = m.tile.columns;
    result.keep = m.keep;
    result.base_steps = m.walk.group_steps * m.walk.base_groups;
    result.conditional_steps = m.walk.group_steps * m.walk.conditional_groups;
    result.stream_words = stream_words(m);
    result.activation_bytes = m.input_region.bytes + m.output_region.bytes;
    return result;
  }

  std::int64_t useful_macs(const Mapping& m) const {
    if (m.layer->kind == LayerKind::kMaxPool) return 0;
    const std::int64_t inputs = network_.maps[m.layer->input].channels / m.layer->groups;
    return inputs * m.layer->kernel_h * m.layer->kernel_w * m.out_rows * m.out_columns *
           network_.maps[m.layer->output].channels;
  }

  std::uint64_t stream_words(const Mapping& m) const {
    std::uint64_t fetches = 0;
    for (int band = 0; band < m.bands.count; ++band) fetches += m.keep ? 1 : m.tiles(band);
    return fetches * m.blocks.size() * (m.record_words + plan_.header_words);
  }

  const net::Network& network_;
  const Plan& plan_;
  const Options& options_;
  std::vector<MapLayout> layouts_;  ///< of every map, in memory
  std::vector<Mapping> mappings_;
  std::uint64_t image_bytes_ = 0, streams_end_ = 0;
};

}  // namespace

Program compile(const net::Network& network, const Plan& plan, const Options& options) {
  // Records have one layout, which the plan and the format document must agree on.
  assert(plan.record_entries == plan.config.columns * (plan.config.gating ? 3 : 1) + 2);
  check_network(network, plan, options);
  return Compiler(network, plan, options).run();
}

}  // namespace sluice::compiler
