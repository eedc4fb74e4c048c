// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/allocation.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "generator/compiler/buffer_maps.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/layout.h"
#include "generator/compiler/math.h"
#include "generator/compiler/padding.h"
#include "generator/compiler/tiling.h"

namespace sluice::compiler {
namespace {

/// The last layer that reads a map or parts of it as its input; 0 if none does.
std::size_t last_reader(const std::vector<Mapping>& mappings, int map) {
  std::size_t last = 0;
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    if (map != 0 && mappings[i].input_root == map) last = i;
  }
  return last;
}

/// The last layer that reads or writes a map or parts of it.
std::size_t last_user(const std::vector<Mapping>& mappings, int map) {
  std::size_t last = last_reader(mappings, map);
  for (std::size_t i = last; i < mappings.size(); ++i) {
    if (mappings[i].output_root == map) last = i;
  }
  return last;
}

/// Whether a map has to lie in memory: results, sums, maps that are added, and those that slices of
/// layers write.
bool needs_memory(const net::Network& network, const std::vector<Mapping>& mappings, int map) {
  return net::is_result(network, map) ||
         std::any_of(mappings.begin(), mappings.end(), [&](const Mapping& m) {
           return (m.addition && (m.addition->addend == map || m.output_root == map)) ||
                  (m.slice.part && m.output_root == map);
         });
}

/// Walks over the layers and keeps track of what the activation buffer holds.
class Allocator {
 public:
  /// The maps of `in_memory` do not stay in the buffer.
  Allocator(std::vector<Mapping>& mappings, const net::Network& network, const Plan& plan,
            const Options& options, const std::set<int>& in_memory)
      : mappings_(mappings),
        network_(network),
        plan_(plan),
        options_(options),
        in_memory_(in_memory),
        buffer_(plan.config.buffers.activation) {}

  /// A map that must go to memory to make room for a layer between its producer and its last
  /// reader; none if all is placed.
  std::optional<int> run() {
    for (std::size_t i = 0; i < mappings_.size(); ++i) {
      if (!place(i)) return buffer_.largest_live();
    }
    return std::nullopt;
  }

 private:
  int buffer_bytes() const { return buffer_.bytes(); }

  /// All of the map that a layer writes to, if it lies in the buffer.
  static MapLayout in_buffer(const Mapping& m) {
    MapLayout whole = local_layout(m.out, *m.out_pitch);
    whole.first_channel = whole.first_row = whole.first_column = 0;
    whole.row_step = whole.column_step = 1;
    whole.followed = false;
    return whole;
  }

  std::int64_t output_bytes(std::size_t i) const {
    return round_up<std::int64_t>(static_cast<std::int64_t>(in_buffer(mappings_[i]).size()),
                                  plan_.config.memory.bytes);
  }

  /// The output could stay in the buffer beside `taken` bytes.
  bool may_stay(std::size_t i, std::int64_t taken) const {
    const int map = mappings_[i].output_root;
    if (!options_.local || in_memory_.contains(map) || last_reader(mappings_, map) == 0) {
      return false;
    }
    if (needs_memory(network_, mappings_, map) || copied(map) || !is_first_writer(i)) return false;
    return static_cast<std::int64_t>(in_buffer(mappings_[i]).size()) + taken <= buffer_bytes();
  }

  /// Some reader needs copies of the map's groups, or slices of the map: which only LOADs make.
  bool copied(int map) const {
    return std::any_of(mappings_.begin(), mappings_.end(), [&](const Mapping& reader) {
      return reader.input_root == map && (reader.walk.copies > 0 || reader.slice.part);
    });
  }

  /// No layer before has written to the map, which lies where that one put it.
  bool is_first_writer(std::size_t i) const {
    return std::none_of(mappings_.begin(), mappings_.begin() + i, [&](const Mapping& before) {
      return before.output_root == mappings_[i].output_root;
    });
  }

  /// False if the maps in the buffer leave too little room.
  bool place(std::size_t i) {
    Mapping& m = mappings_[i];
    const bool placed = m.out.local;  // with another part of the map
    if (m.in.local) {
      place_single(i);
    } else if (!place_loaded(i)) {
      return false;
    }
    previous_.clear();
    for (const LiveMap& live : buffer_.live()) {
      if (m.input_root == live.map) previous_.push_back(live.region);
      if (placed && m.output_root == live.map) m.output_region = live.region;
    }
    if (m.input_region.bytes > 0) previous_.push_back(m.input_region);
    previous_.push_back(m.output_region);
    for (const Region& used : previous_) m.activation_bytes += used.bytes;
    buffer_.forget_read(i);
    if (m.out.local && !placed) {
      buffer_.keep({m.output_root, m.output_region, last_user(mappings_, m.output_root)});
    }
    return true;
  }

  /// The input is local: one band.
  void place_single(std::size_t i) {
    Mapping& m = mappings_[i];
    choose_single_band(m, plan_);
    m.input_region = {};
    if (may_stay(i, buffer_.live_bytes())) place_output(i);
  }

  /// The input comes from memory. Its bands take what an output that stays leaves over: worth it
  /// unless smaller bands cost more than loading the output again.
  bool place_loaded(std::size_t i) {
    Mapping& m = mappings_[i];
    const int room = BufferMaps::largest(buffer_.gaps({})).bytes;
    if (!choose_bands(m, plan_, room)) {
      if (!buffer_.live().empty()) return false;
      fail(
          *m.layer,
          "the input of one output position takes {} bytes of the activation buffer, which has {}; "
          "raise buffers.activation",
          least_band_bytes(m, plan_), room);
    }
    if (may_stay(i, buffer_.live_bytes() + least_band_bytes(m, plan_))) {
      const double reload = 1.0 * static_cast<double>(output_bytes(i)) / plan_.config.memory.bytes;
      Mapping beside = m;
      if (choose_bands(beside, plan_, room_beside_output(i)) &&
          beside.bands.cycles <= m.bands.cycles + reload) {
        m = beside;
        place_output(i);
      }
    }
    place_bands(m);
    return true;
  }

  /// Bands lie at the end of the room that the output leaves.
  void place_bands(Mapping& m) {
    m.input_region.bytes = m.bands.region_bytes * m.bands.regions;
    const Region gap = BufferMaps::largest(buffer_.gaps(m.output_region));
    const bool at_end = gap.offset > 0 && gap.offset + gap.bytes == buffer_bytes();
    m.input_region.offset = at_end ? buffer_bytes() - m.input_region.bytes : gap.offset;
    buffer_.forget_padding(m.input_region);
  }

  // ---- room ----

  bool is_free(const Region& place) const {
    if (place.offset < 0 || place.offset + place.bytes > buffer_bytes()) return false;
    return !buffer_.is_taken(place);
  }

  /// Bytes for bands if the output lies where it leaves most; 0 if it fits nowhere.
  int room_beside_output(std::size_t i) const {
    int most = 0;
    for (const Region& place : edges_of_gaps(i)) {
      most = std::max(most, BufferMaps::largest(buffer_.gaps(place)).bytes);
    }
    return most;
  }

  /// Places for the output at both ends of each gap.
  std::vector<Region> edges_of_gaps(std::size_t i) const {
    const int bytes = static_cast<int>(output_bytes(i));
    std::vector<Region> places;
    for (const Region& gap : buffer_.gaps({})) {
      for (const int offset : {gap.offset, gap.offset + gap.bytes - bytes}) {
        if (is_free({offset, bytes})) places.push_back({offset, bytes});
      }
    }
    return places;
  }

  // ---- outputs that stay ----

  /// Best where an equal map has left its padding; else beside what the layer before uses, so that
  /// the fills may overlap it; else at an end of the buffer.
  void place_output(std::size_t i) {
    Mapping& m = mappings_[i];
    const std::vector<Region> places = output_places(i);
    if (places.empty()) return;  // other maps lie in the middle: the output goes to memory
    const auto padded = std::find_if(places.begin(), places.end(), [&](const Region& place) {
      MapLayout layout = in_buffer(m);
      layout.address = place.offset;
      return buffer_.has_padding(layout, output_map(m).height, output_map(m).width);
    });
    const auto free = std::find_if(places.begin(), places.end(),
                                   [&](const Region& place) { return free_before(place); });
    const bool early = i > 0 && free != places.end();
    const bool reuse = padded != places.end();
    m.output_region = reuse ? *padded : early ? *free : places.front();
    keep_output_local(m);
    if (!reuse) fill_padding(m, early);
  }

  std::vector<Region> output_places(std::size_t i) const {
    const Mapping& m = mappings_[i];
    const int bytes = static_cast<int>(output_bytes(i));
    if (!m.in.local) return places_beside_bands(i);
    std::vector<Region> places = {{0, bytes}, {buffer_bytes() - bytes, bytes}};
    for (const PaddedMap& old : buffer_.padded()) {
      if (leaves_room(i, {old.region.offset, bytes})) places.push_back({old.region.offset, bytes});
    }
    for (const Region& used : previous_) {
      for (const int offset : {used.offset - bytes, used.offset + used.bytes}) {
        if (leaves_room(i, {offset, bytes})) places.push_back({offset, bytes});
      }
    }
    std::erase_if(places, [&](const Region& place) { return !is_free(place); });
    if (places.empty() && buffer_.live().size() > 1) return edges_of_gaps(i);
    return places;
  }

  /// Those that leave the bands the room that was reckoned with.
  std::vector<Region> places_beside_bands(std::size_t i) const {
    std::vector<Region> places = edges_of_gaps(i);
    const int most = room_beside_output(i);
    std::erase_if(places, [&](const Region& place) {
      return BufferMaps::largest(buffer_.gaps(place)).bytes < most;
    });
    return places;
  }

  /// A place in the middle of the buffer beside which the next layer's output can stay.
  bool leaves_room(std::size_t i, const Region& place) const {
    const int end = place.offset + place.bytes;
    if (place.offset < 0 || end > buffer_bytes()) return false;
    if (i + 1 == mappings_.size() || !may_stay(i + 1, place.bytes)) return true;
    return output_bytes(i + 1) <= std::max(place.offset, buffer_bytes() - end);
  }

  bool free_before(const Region& place) const {
    return std::none_of(previous_.begin(), previous_.end(),
                        [&](const Region& used) { return place.overlaps(used); });
  }

  void keep_output_local(Mapping& m) {
    MapLayout whole = in_buffer(m);
    whole.address = m.output_region.offset;
    const int root = m.output_root;
    for (Mapping& other : mappings_) {
      if (other.input_root == root) other.in = read_layout(whole, network_, other.layer->input);
      if (other.output_root == root) other.out = written_layout(whole, network_, other.output());
    }
  }

  const net::FeatureMap& output_map(const Mapping& m) const { return network_.maps[m.output_root]; }

  /// Of the maps that share a layout not all have readers that look at the padding.
  bool padding_is_read(int map) const {
    return std::any_of(mappings_.begin(), mappings_.end(), [&](const Mapping& m) {
      return m.input_root == map && reads_padding(network_, *m.layer);
    });
  }

  void fill_padding(Mapping& m, bool early) {
    buffer_.forget_padding(m.output_region);
    const Padding padding = padding_around(m.out, output_map(m), plan_);
    if (!padding.words.empty() && !padding_is_read(m.output_root)) return;
    m.fill_time = early ? FillTime::kEarly : padding.exact ? FillTime::kBeside : FillTime::kLate;
    m.fills = padding.words;
    if (m.fill_time != FillTime::kBeside) {
      m.fills = cheaper_fills(padding.words, whole(m.output_region));
    }
    MapLayout whole = in_buffer(m);
    whole.address = m.out.address;
    buffer_.keep_padding({m.output_region, whole, output_map(m).height, output_map(m).width});
  }

  std::vector<WordRange> whole(const Region& region) const {
    const int word = plan_.config.memory.bytes;
    return {{static_cast<std::uint32_t>(region.offset / word),
             static_cast<std::uint32_t>(region.bytes / word)}};
  }

  std::vector<Mapping>& mappings_;
  const net::Network& network_;
  const Plan& plan_;
  const Options& options_;
  const std::set<int>& in_memory_;
  BufferMaps buffer_;
  std::vector<Region> previous_;  ///< what the layer before reads and writes
};

/// An allocation and what it costs.
struct Allocation {
  std::vector<Mapping> mappings;
  std::set<int> in_memory;
  double cycles = 0;
};

/// Places all layers; sends more maps to memory until all fit.
Allocation allocate_with(const std::vector<Mapping>& mappings, const net::Network& network,
                         const Plan& plan, const Options& options, std::set<int> in_memory) {
  Allocation result;
  std::optional<int> obstacle;
  do {
    if (obstacle) in_memory.insert(*obstacle);
    result.mappings = mappings;
    obstacle = Allocator(result.mappings, network, plan, options, in_memory).run();
  } while (obstacle);
  for (const Mapping& m : result.mappings) result.cycles += m.bands.cycles;
  result.in_memory = std::move(in_memory);
  return result;
}

}  // namespace

void allocate(std::vector<Mapping>& mappings, const net::Network& network, const Plan& plan,
              const Options& options) {
  Allocation best = allocate_with(mappings, network, plan, options, {});
  // A map that later layers read keeps room from the layers between, which may cost more than it
  // saves.
  for (std::size_t i = 0; i + 1 < mappings.size(); ++i) {
    const int map = mappings[i].output_root;
    if (last_reader(mappings, map) <= i + 1 || !best.mappings[i].out.local) continue;
    std::set<int> in_memory = best.in_memory;
    in_memory.insert(map);
    Allocation other = allocate_with(mappings, network, plan, options, std::move(in_memory));
    if (other.cycles < best.cycles) best = std::move(other);
  }
  mappings = std::move(best.mappings);
}

}  // namespace sluice::compiler
