// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/compile.h"

#include <algorithm>
#include <limits>
#include <set>

#include "generator/compiler/additions.h"
#include "generator/compiler/allocation.h"
#include "generator/compiler/blocks.h"
#include "generator/compiler/checks.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/fitted_network.h"
#include "generator/compiler/fold_choice.h"
#include "generator/compiler/hadamard.h"
#include "generator/compiler/layout.h"
#include "generator/compiler/layout_sets.h"
#include "generator/compiler/math.h"
#include "generator/compiler/planes.h"
#include "generator/compiler/program_layers.h"
#include "generator/compiler/records.h"
#include "generator/compiler/schedule.h"
#include "generator/compiler/slices.h"
#include "generator/compiler/split_channels.h"
#include "generator/compiler/tiling.h"
#include "generator/network/parts.h"

namespace sluice::compiler {
namespace {

using net::Layer;

/// One compilation, stage by stage.
class Compiler {
 public:
  Compiler(const FittedNetwork& fitted, const SplitNetwork& split, const Plan& plan,
           const Options& options)
      : fitted_(fitted),
        split_(split),
        network_(fitted.network()),
        plan_(plan),
        options_(options),
        sets_(network_, plan, options.gated),
        additions_(network_, sets_) {}

  Program run() {
    make_mappings();
    do {
      resolve_layouts();
    } while (!choose_folds());
    cut_layers();
    for (Mapping& m : mappings_) map_layer(m);
    allocate(mappings_, network_, plan_, options_);
    place_in_memory();
    return write_program();
  }

 private:
  void make_mappings() {
    for (int i = 0; i < static_cast<int>(network_.layers.size()); ++i) {
      if (additions_.is_done_before(i)) continue;
      const Layer& layer = additions_.array_layer(i);
      const net::FeatureMap& out = network_.maps[layer.output];
      Mapping m;
      m.index = i;
      m.layer = &layer;
      m.addition = additions_.of(i);
      m.gated = layer.gate.has_value() && options_.gated;
      m.out_rows = out.height;
      m.out_columns = out.width;
      m.input_root = net::place_of(network_, layer.input).root;
      m.output_root = net::place_of(network_, m.output()).root;
      m.in_place = m.input_root == m.output_root;
      m.input_written = m.input_root != 0;
      m.addend_written = m.addition && m.addition->addend != 0;
      mappings_.push_back(m);
    }
  }

  // ---- layouts ----

  /// Widths depend on producers: a map gets the narrowest width in which it can be written. A
  /// wider map may need wider ones before it, so that the walk over the layers starts again.
  void resolve_layouts() {
    bits_.resize(network_.maps.size());
    for (std::size_t map = 0; map < bits_.size(); ++map) {
      int& bits = bits_[sets_.set_of(static_cast<int>(map))];
      bits = std::max(bits, least_bits(static_cast<int>(map)));
    }
    while (!try_layouts()) {
    }
  }

  /// False if a map had to be made wider.
  bool try_layouts() {
    layouts_.clear();
    for (std::size_t map = 0; map < network_.maps.size(); ++map) {
      layouts_.push_back(layout_of(static_cast<int>(map)));
    }
    for (const Mapping& m : mappings_) {
      if (m.addition && m.addition->vector && !lay_out_vector(m)) return false;
    }
    for (Mapping& m : mappings_) {
      place(m);
      m.mode = m.in.bits;
      m.by_taps = goes_by_taps(network_, *m.layer, plan_, m.in.bits, m.in.channels_per_group);
      if (m.only_adds() && m.out.bits < m.in.bits) {  // the array hands on whole values
        bits_[sets_.set_of(m.output())] = m.in.bits;
        return false;
      }
      try {
        m.natural_blocks = cut_blocks(network_, *m.layer, plan_, m.gated, m.in, m.out);
      } catch (const CompileError&) {
        int& bits = bits_[sets_.set_of(m.output())];
        if (wider_container(plan_, bits) == 0 || m.out.planes) throw;
        bits = wider_container(plan_, bits);
        return false;
      }
    }
    return true;
  }

  /// A map of one position has its channels where each position of the outputs has them. False if
  /// one of both maps had to be made wider.
  bool lay_out_vector(const Mapping& m) {
    const int vector = m.addition->addend;
    int& bits = bits_[sets_.set_of(vector)];
    int& out_bits = bits_[sets_.set_of(m.output())];
    if (bits != out_bits) {
      bits = out_bits = std::max(bits, out_bits);
      return false;
    }
    const MapLayout& out = layouts_[m.output()];
    MapLayout& layout = layouts_[vector];
    if (shares_vector(m)) {
      if (layout.groups == out.groups && layout.rows * layout.columns == 1 && out.groups == 1)
        return true;
      fail(*m.addition->layer,
           "reads '{}' by channels, which another layer reads with padding or in groups; keep a "
           "map of one position for products alone",
           network_.maps[vector].name);
    }
    layout = vector_layout(network_.maps[vector], plan_, out);
    return true;
  }

  /// Whether others than this product read its map of one position.
  bool shares_vector(const Mapping& m) const {
    const int vector = m.addition->addend;
    return !sets_.readers_of(vector).empty() || gives_result(vector) ||
           std::any_of(mappings_.begin(), mappings_.end(), [&](const Mapping& other) {
             return other.addition && other.addition->addend == vector && other.index != m.index;
           });
  }

  /// Whether a map is laid out like one that results come from.
  bool gives_result(int map) const {
    const std::vector<int> results = net::result_maps(network_);
    return std::any_of(results.begin(), results.end(),
                       [&](int result) { return sets_.set_of(result) == sets_.set_of(map); });
  }

  int least_bits(int map) const {
    if (const int plane = plane_bits(network_, map, options_.gated)) return plane;
    int bits = network_.maps[map].bits;
    for (const Mapping& m : mappings_) {
      if (m.layer->input == map && m.layer->traits().multiplies) {
        bits = std::max(bits, m.layer->weight_bits);
      }
      // What is requantised before the sum is as wide as the sum
      if (m.output() == map) bits = std::max(bits, network_.maps[m.layer->output].bits);
    }
    return container_bits(plan_, bits);
  }

  /// The layout that all readers of a map, and of the maps laid out like it, agree on.
  MapLayout layout_of(int map) const {
    const int bits = bits_[sets_.set_of(map)];
    const std::vector<Reader> readers = sets_.readers_of(map);
    const net::FeatureMap& values = network_.maps[net::place_of(network_, map).root];
    const int groups = gives_result(map) ? options_.result_groups : 1;
    if (readers.empty()) return result_layout(values, plan_, bits, groups);
    MapLayout layout = shared_layout(network_, readers, plan_, bits, groups);
    const int plane = plane_bits(network_, map, options_.gated);
    layout.planes = plane > 0;
    layout.pad_value = layout.planes ? upper_plane(values.pad_value, plane) : values.pad_value;
    return layout;
  }

  /// Sets where a mapping reads and writes in the maps that hold what it does.
  void place(Mapping& m) const {
    m.in = read_layout(layouts_[m.input_root], network_, m.layer->input);
    m.out = written_layout(layouts_[m.output_root], network_, m.output());
  }

  // ---- one layer ----

  /// Windows set how far apart the groups of maps lie: of all maps that are laid out alike. False
  /// if a map had to be made wider, as no record fills its bytes.
  bool choose_folds() {
    pitches_.assign(network_.maps.size(), PitchRule(plan_.banks));
    for (Mapping& m : mappings_) {
      m.slice = whole_slice(m.in);
      m.open_share = open_share_of(m, m.natural_blocks) / double(m.natural_blocks.size());
      try {
        choose_fold(m, network_, plan_, pitches_[sets_.set_of(m.layer->input)]);
      } catch (const CompileError&) {
        int& bits = bits_[sets_.set_of(m.output())];
        if (plan_.config.columns >= 8 / m.out.bits || m.out.planes) throw;
        bits = wider_container(plan_, bits);
        return false;
      }
    }
    for (std::size_t map = 0; map < layouts_.size(); ++map) {
      MapLayout& layout = layouts_[map];
      const PitchRule& rule = pitches_[sets_.set_of(static_cast<int>(map))];
      layout.group_pitch = memory_group_pitch(layout, rule, plan_).value();
    }
    for (const Mapping& m : mappings_) {
      if (!m.addition || !m.addition->vector) continue;
      layouts_[m.addition->addend].group_pitch = layouts_[m.output()].group_pitch;
    }
    for (Mapping& m : mappings_) {
      place(m);
      m.in_pitch = &pitches_[sets_.set_of(m.layer->input)];
      m.out_pitch = &pitches_[sets_.set_of(m.output())];
    }
    return true;
  }

  /// What the activation buffer does not hold by rows is cut otherwise.
  void cut_layers() {
    std::vector<Mapping> mappings;
    for (const Mapping& m : mappings_) {
      const std::vector<Mapping> parts = cut_layer(m, network_, plan_);
      mappings.insert(mappings.end(), parts.begin(), parts.end());
    }
    mappings_ = std::move(mappings);
  }

  /// Sum over blocks of the shares of positions at which their gates are open.
  double open_share_of(const Mapping& m, std::span<const Block> blocks) const {
    static const std::vector<double> kNone;
    const auto layer = static_cast<std::size_t>(original_layer(fitted_, split_, m.index));
    const auto& density = layer < options_.density.size() ? options_.density[layer] : kNone;
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
    if (m.gated && m.in.groups > kMostGatedGroups) {
      fail(layer, "is gated in {} partitions, but the array counts {}", m.in.groups,
           kMostGatedGroups);
    }
    if (m.stream_bytes > std::numeric_limits<std::uint32_t>::max()) {
      fail(layer, "the weights of one lane take {} bytes, more than 32 bits count", m.stream_bytes);
    }
    check_sums(network_, layer, m.mode, m.in.planes, plan_);
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
    std::set<int> placed;  // slices of a layer, and parts, write one map
    for (const Mapping& m : mappings_) {
      if (!m.out.local && placed.insert(m.output_root).second) place_map(m.output_root, address);
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
      if (m.input_root == map) {
        m.in.address = read_layout(layouts_[map], network_, m.layer->input).address;
      }
      if (m.addition && m.addition->addend == map) m.addend_address = address;
      if (m.output_root == map) m.out.address = address;
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
    for (const int map : net::result_maps(network_)) program.outputs.push_back(layouts_[map]);
    program.layers = describe_layers(mappings_, commands, fitted_, split_, plan_);
    return program;
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

  const FittedNetwork& fitted_;
  const SplitNetwork& split_;
  const net::Network& network_;  ///< with the copies and split channels
  const Plan& plan_;
  const Options& options_;
  LayoutSets sets_;  ///< of maps that are laid out alike
  Additions additions_;
  std::vector<int> bits_;           ///< container width of the maps of a set, by the first
  std::vector<MapLayout> layouts_;  ///< of every map, in memory
  std::vector<PitchRule> pitches_;  ///< of the groups of the maps of a set, by the first
  std::vector<Mapping> mappings_;
  std::uint64_t image_bytes_ = 0, streams_end_ = 0;
};

}  // namespace

Program compile(const net::Network& network, const Plan& plan, const Options& options) {
  check_network(network, plan, options);
  const ComposedNetwork composed(network, plan);
  const SplitNetwork split(composed.network(), plan);
  const FittedNetwork fitted(split.network(), plan, options.gated);
  return Compiler(fitted, split, plan, options).run();
}

}  // namespace sluice::compiler
