#include "compiler/allocation.h"

#include <algorithm>

#include "compiler/errors.h"
#include "compiler/layout.h"
#include "compiler/math.h"
#include "compiler/tiling.h"

namespace sluice::compiler {
namespace {

/// Cost of one FILL command beside its words: fetching and starting it.
constexpr std::int64_t kFillOverhead = 30;

/// Collects ranges of atoms as memory words, merging neighbours.
class WordRanges {
 public:
  WordRanges(std::int64_t first_byte, int atom, int word)
      : first_byte_(first_byte), atom_(atom), word_(word) {}

  void add(std::int64_t first_atom, std::int64_t end_atom) {
    if (first_atom >= end_atom) return;
    const std::int64_t first_byte = first_byte_ + first_atom * atom_;
    const std::int64_t end_byte = first_byte_ + end_atom * atom_;
    exact_ = exact_ && first_byte % word_ == 0 && end_byte % word_ == 0;
    const std::int64_t first = first_byte / word_;
    const std::int64_t end = ceil_div(end_byte, std::int64_t{word_});
    if (!ranges_.empty() && ranges_.back().first + ranges_.back().count >= first) {
      WordRange& last = ranges_.back();
      last.count = std::max<std::int64_t>(last.count, end - last.first);
      return;
    }
    ranges_.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end - first)});
  }
  const std::vector<WordRange>& ranges() const { return ranges_; }
  /// No range had to be rounded.
  bool exact() const { return exact_; }

 private:
  std::int64_t first_byte_;
  int atom_, word_;
  bool exact_ = true;
  std::vector<WordRange> ranges_;
};

std::int64_t fill_cycles(const std::vector<WordRange>& ranges) {
  std::int64_t sum = 0;
  for (const WordRange& range : ranges) sum += range.count + kFillOverhead;
  return sum;
}

/// Walks over the layers and keeps track of what the activation buffer holds.
class Allocator {
 public:
  Allocator(std::vector<Mapping>& mappings, const net::Network& network, const Plan& plan,
            const Options& options)
      : mappings_(mappings), network_(network), plan_(plan), options_(options) {}

  void run() {
    for (std::size_t i = 0; i < mappings_.size(); ++i) place(i);
  }

 private:
  /// A map whose padding still lies in the buffer.
  struct Padded {
    Region region;
    MapLayout layout;
    int height = 0, width = 0;
  };

  int buffer_bytes() const { return plan_.config.buffers.activation; }

  int region_size(const MapLayout& layout) const {
    return round_up<int>(local_layout(layout).size(), plan_.config.memory.bytes);
  }

  /// The map is read by the next layer and by no other.
  bool feeds_next_only(std::size_t i) const {
    const int map = network_.layers[i].output;
    if (i + 1 == mappings_.size() || network_.layers[i + 1].input != map) return false;
    int readers = 0;
    for (const net::Layer& layer : network_.layers) readers += layer.input == map ? 1 : 0;
    return readers == 1;
  }

  /// The output could stay in the buffer beside `taken` bytes.
  bool may_stay(std::size_t i, std::int64_t taken) const {
    if (!options_.local || !feeds_next_only(i)) return false;
    const std::uint64_t size = local_layout(mappings_[i].out).size();
    return size + taken <= static_cast<std::uint64_t>(buffer_bytes());
  }

  void place(std::size_t i) {
    Mapping& m = mappings_[i];
    if (m.in.local) {
      m.input_region = mappings_[i - 1].output_region;
      choose_single_band(m, plan_);
      if (may_stay(i, m.input_region.bytes)) place_output(i);
    } else {
      place_loaded(i);
    }
    previous_ = {m.input_region, m.output_region};
  }

  /// The input comes from memory. Its bands take what an output that stays leaves over: worth it
  /// unless smaller bands cost more than loading the output again.
  void place_loaded(std::size_t i) {
    Mapping& m = mappings_[i];
    const bool fits = choose_bands(m, plan_, buffer_bytes());
    if (!fits) {
      fail(*m.layer,
           "the input of one output row takes {} bytes of the activation buffer, which has {}; "
           "raise buffers.activation",
           least_band_bytes(m, plan_), buffer_bytes());
    }
    if (may_stay(i, least_band_bytes(m, plan_))) {
      const int bytes = region_size(m.out);
      Mapping beside = m;
      const double reload = 1.0 * bytes / plan_.config.memory.bytes;
      if (choose_bands(beside, plan_, buffer_bytes() - bytes) &&
          beside.bands.cycles <= m.bands.cycles + reload) {
        m = beside;
        place_output(i);
      }
    }
    place_bands(m);
  }

  /// Bands lie at the end of the buffer that the output leaves free.
  void place_bands(Mapping& m) {
    m.input_region.bytes = m.bands.region_bytes * m.bands.regions;
    const bool output_first = m.output_region.bytes > 0 && m.output_region.offset == 0;
    m.input_region.offset = output_first ? buffer_bytes() - m.input_region.bytes : 0;
    forget_padding(m.input_region);
  }

  /// Best where an equal map has left its padding; else beside what the layer before uses, so that
  /// the fills may overlap it; else at an end of the buffer.
  void place_output(std::size_t i) {
    Mapping& m = mappings_[i];
    const std::vector<Region> places = output_places(i);
    if (places.empty()) return;  // the input lies in the middle: the output goes to memory
    const auto padded = std::find_if(places.begin(), places.end(), [&](const Region& place) {
      return padding_is_there(m, place);
    });
    const auto free = std::find_if(places.begin(), places.end(),
                                   [&](const Region& place) { return free_before(place); });
    const bool early = i > 0 && free != places.end();
    const bool reuse = padded != places.end();
    m.output_region = reuse ? *padded : early ? *free : places.front();
    keep_output_local(i);
    if (!reuse) fill_padding(m, early);
  }

  std::vector<Region> output_places(std::size_t i) const {
    const Mapping& m = mappings_[i];
    const int bytes = region_size(m.out);
    std::vector<Region> places = {{0, bytes}, {buffer_bytes() - bytes, bytes}};
    if (m.in.local) {
      for (const Padded& old : padded_) {
        if (leaves_room(i, {old.region.offset, bytes}))
          places.push_back({old.region.offset, bytes});
      }
      for (const Region& used : previous_) {
        for (const int offset : {used.offset - bytes, used.offset + used.bytes}) {
          if (leaves_room(i, {offset, bytes})) places.push_back({offset, bytes});
        }
      }
    }
    std::erase_if(
        places, [&](const Region& place) { return m.in.local && place.overlaps(m.input_region); });
    return places;
  }

  /// A place in the middle of the buffer beside which the next layer's output can stay.
  bool leaves_room(std::size_t i, const Region& place) const {
    const int end = place.offset + place.bytes;
    if (place.offset < 0 || end > buffer_bytes()) return false;
    if (!may_stay(i + 1, place.bytes)) return true;
    return region_size(mappings_[i + 1].out) <= std::max(place.offset, buffer_bytes() - end);
  }

  /// Outputs never overwrite padding, so that a map in the place of an equal one finds it intact.
  bool padding_is_there(const Mapping& m, const Region& place) const {
    MapLayout layout = local_layout(m.out);
    layout.address = place.offset;
    return std::any_of(padded_.begin(), padded_.end(), [&](const Padded& old) {
      return old.layout == layout && old.height == m.out_rows && old.width == m.out_columns;
    });
  }

  void forget_padding(const Region& written) {
    std::erase_if(padded_, [&](const Padded& old) { return old.region.overlaps(written); });
  }

  bool free_before(const Region& place) const {
    return std::none_of(previous_.begin(), previous_.end(),
                        [&](const Region& used) { return place.overlaps(used); });
  }

  void keep_output_local(std::size_t i) {
    Mapping& m = mappings_[i];
    m.out = local_layout(m.out);
    m.out.address = m.output_region.offset;
    mappings_[i + 1].in = m.out;
  }

  const net::FeatureMap& output_map(const Mapping& m) const {
    return network_.maps[m.layer->output];
  }

  void fill_padding(Mapping& m, bool early) {
    const Padding padding = padding_around(m.out, output_map(m), plan_);
    m.fill_time = early ? FillTime::kEarly : padding.exact ? FillTime::kBeside : FillTime::kLate;
    m.fills = padding.words;
    if (m.fill_time != FillTime::kBeside) m.fills = cheaper(padding.words, whole(m.output_region));
    forget_padding(m.output_region);
    padded_.push_back({m.output_region, m.out, m.out_rows, m.out_columns});
  }

  std::vector<WordRange> whole(const Region& region) const {
    const int word = plan_.config.memory.bytes;
    return {{static_cast<std::uint32_t>(region.offset / word),
             static_cast<std::uint32_t>(region.bytes / word)}};
  }

  /// Fills may cover more than the padding as long as they come before the values.
  static std::vector<WordRange> cheaper(const std::vector<WordRange>& around,
                                        const std::vector<WordRange>& whole) {
    return fill_cycles(around) < fill_cycles(whole) ? around : whole;
  }

  std::vector<Mapping>& mappings_;
  const net::Network& network_;
  const Plan& plan_;
  const Options& options_;
  std::vector<Padded> padded_;
  std::vector<Region> previous_;  ///< what the layer before reads and writes
};

}  // namespace

Padding padding_around(const MapLayout& layout, const net::FeatureMap& map, const Plan& plan) {
  if (layout.rows == map.height && layout.columns == map.width) return {};
  WordRanges ranges(layout.address, layout.atom, plan.config.memory.bytes);
  const std::int64_t values = std::int64_t{map.width} * layout.atoms_per_position;
  for (int group = 0; group < layout.groups; ++group) {
    std::int64_t filled = std::int64_t{group} * layout.group_pitch;
    const std::int64_t first = filled + std::int64_t{layout.pad_top} * layout.row_pitch +
                               std::int64_t{layout.pad_left} * layout.atoms_per_position;
    for (int y = 0; y < map.height; ++y) {
      const std::int64_t row = first + std::int64_t{y} * layout.row_pitch;
      ranges.add(filled, row);
      filled = row + values;
    }
    ranges.add(filled, std::int64_t{group + 1} * layout.group_pitch);
  }
  return {ranges.ranges(), ranges.exact()};
}

void allocate(std::vector<Mapping>& mappings, const net::Network& network, const Plan& plan,
              const Options& options) {
  Allocator(mappings, network, plan, options).run();
}

}  // namespace sluice::compiler
