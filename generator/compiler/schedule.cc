// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/schedule.h"

#include "generator/compiler/errors.h"
#include "generator/compiler/layer_command.h"
#include "generator/compiler/math.h"

// A layer's commands, and why they may start when they do:
//
//   FILL  padding of the output, early   its region is used by no RUN since the last LAYER
//   FETCH weights of the first band      while the lanes still work on the layer before
//   TABLE, if the layer has one           waits for all RUNs; not if it is the last one's
//   ADDITION, if there is one            waits for all RUNs, and for writes if the map that is
//   added
//                                        was written by a layer
//   LAYER                                waits for all RUNs: from here on all regions are free but
//                                        those of this layer's inputs and output, and of local maps
//                                        that a later layer reads
//   FILL  padding of the output, late    its region was in use in the layer before
//   LOAD  first band                     waits for writes if the map was written by a layer
//   RUN   first band                     waits for LOADs and FILLs; for outputs if the input is
//                                        local
//   then for each further band:
//     two regions:  LOAD (at most one RUN left: the one in the other region), FETCH, RUN
//     one region:   FETCH, LOAD (no RUN left), RUN
//     in place:     FETCH, LOAD (no RUN or write left), RUN
//   FILL  padding of the output, beside  the RUNs write other words; the next layer's RUN waits
namespace sluice::compiler {
namespace {

class Scheduler {
 public:
  Scheduler(const std::vector<Mapping>& mappings, const Plan& plan)
      : mappings_(mappings), plan_(plan) {}

  std::vector<Command> run() {
    for (const Mapping& m : mappings_) add_layer(m);
    commands_.push_back(end_command());
    return std::move(commands_);
  }

 private:
  int word_bytes() const { return plan_.config.memory.bytes; }

  void add_layer(const Mapping& m) {
    add_fills(m, FillTime::kEarly);
    commands_.push_back(fetch_command(m, 0, plan_));
    add_table(*m.layer);
    if (m.addition) {
      commands_.push_back(
          addition_command(m, {.writes = m.addend_written, .runs = m.addend_written}, plan_));
    }
    commands_.push_back(layer_command(m, plan_));
    add_fills(m, FillTime::kLate);
    add_loads(m, 0, {.writes = m.input_written, .runs = m.input_written});
    add_run(m, 0, {.loads = true, .writes = m.in.local});
    for (int band = 1; band < m.bands.count; ++band) add_band(m, band);
    add_fills(m, FillTime::kBeside);
  }

  void add_table(const net::Layer& layer) {
    if (layer.table.empty() || layer.table == table_) return;
    table_ = layer.table;
    constexpr int kParts = 4;
    for (int part = 0; part < kParts; ++part) commands_.push_back(table_command(part, table_));
  }

  void add_band(const Mapping& m, int band) {
    if (m.in_place) {  // loads bring words that are being written
      commands_.push_back(fetch_command(m, band, plan_));
      add_loads(m, band, {.writes = true, .runs = true});
    } else if (m.bands.regions == 2) {
      add_loads(m, band, {.run = true});
      commands_.push_back(fetch_command(m, band, plan_));
    } else {
      commands_.push_back(fetch_command(m, band, plan_));
      add_loads(m, band, {.runs = true});
    }
    add_run(m, band, {.loads = true});
  }

  void add_run(const Mapping& m, int band, const Waits& waits) {
    commands_.push_back(run_command(m, band, first_tap(m, band), waits));
  }

  void add_fills(const Mapping& m, FillTime time) {
    if (m.fill_time != time) return;
    for (const WordRange& range : m.fills) {
      commands_.push_back(fill_command({}, range.first, range.count, m.out.pad_byte()));
    }
  }

  // ---- bands ----

  /// Byte of the map, from its address, where the band starts in the first group: with its first
  /// row, or piece of a row.
  std::uint64_t band_start(const Mapping& m, int band) const {
    const std::int64_t row = std::int64_t{m.band_row(band)} * m.layer->stride_h + m.skipped_rows();
    std::int64_t atoms =
        std::int64_t{m.slice.first_group} * m.in.group_pitch + row * m.in.row_pitch;
    if (m.bands.by_pieces) {
      const int column = m.band_column(band) * m.layer->stride_w + m.skipped_columns();
      atoms += std::int64_t{column} * m.in.atoms_per_position + m.slice.first_atom;
    }
    return atoms * m.in.atom;
  }

  /// The same of the first group.
  static std::uint64_t slice_start(const Mapping& m) {
    return std::uint64_t{1} * m.slice.first_group * m.in.group_pitch * m.in.atom;
  }

  std::uint64_t region_start(const Mapping& m, int band) const {
    return m.input_region.offset +
           std::uint64_t{1} * (band % m.bands.regions) * m.bands.region_bytes;
  }

  std::uint32_t first_tap(const Mapping& m, int band) const {
    std::uint64_t byte = m.in.local ? m.in.address : region_start(m, band);
    byte += m.bands.whole ? band_start(m, 0) - slice_start(m)
                          : (m.in.address + band_start(m, band)) % word_bytes();
    const int columns = m.bands.by_pieces ? 0 : m.skipped_columns() * m.in.atoms_per_position;
    return static_cast<std::uint32_t>(byte / m.in.atom + columns);
  }

  /// One LOAD for all groups where they follow each other in both places, and one for their copies;
  /// or one for each group; or, by pieces, for each row or position of a group. Pitches are equal
  /// modulo the memory word: a group starts at the same place in its word, and a copy so many
  /// places behind it as all groups take.
  void add_loads(const Mapping& m, int band, Waits waits) {
    const MapLayout& map = m.in;
    if (map.local) return;
    std::uint64_t destination = region_start(m, band);
    const std::uint64_t pitch = std::uint64_t{1} * m.bands.group_pitch * map.atom;
    if (m.bands.whole) {
      const int groups = m.slice.groups, copies = m.walk.copies;
      add_load(map.address + slice_start(m), destination, groups * pitch, waits);
      if (copies > 0) add_load(map.address, destination + groups * pitch, copies * pitch, {});
      return;
    }
    const std::uint64_t first = map.address + band_start(m, band);
    destination += first % word_bytes();
    for (int group = 0; group < m.stored_groups(); ++group) {
      const std::uint64_t source =
          first + std::uint64_t{1} * (group % m.slice.groups) * map.group_pitch * map.atom;
      add_group_loads(m, band, source, destination, waits);
      destination += pitch;
      waits = {};
    }
  }

  /// What a band reads of a group: its rows from `source` on, or pieces of them.
  void add_group_loads(const Mapping& m, int band, std::uint64_t source, std::uint64_t destination,
                       Waits waits) {
    const std::uint64_t atom = m.in.atom;
    const int rows = m.input_rows(m.band_rows(band));
    const int columns = m.input_columns(m.band_columns(band));
    if (!m.bands.by_pieces) {
      return add_load(source, destination, rows * m.in.row_pitch * atom, waits);
    }
    const bool split = m.splits_positions();
    const std::uint64_t bytes = (split ? 1 : columns) * m.slice.atoms * atom;
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < (split ? columns : 1); ++column) {
        const std::uint64_t from = row * m.in.row_pitch + column * m.in.atoms_per_position;
        const std::uint64_t to = row * m.bands.row_pitch + column * m.slice.position_atoms;
        add_load(source + from * atom, destination + to * atom, bytes, waits);
        waits = {};
      }
    }
  }

  /// Loads the words that hold the bytes.
  void add_load(std::uint64_t source, std::uint64_t destination, std::uint64_t bytes,
                const Waits& waits) {
    const std::uint64_t inside_word = source % word_bytes();
    source -= inside_word;
    destination -= inside_word;
    bytes += inside_word;
    commands_.push_back(load_command(
        waits, source, destination,
        static_cast<std::uint32_t>(ceil_div<std::uint64_t>(bytes, word_bytes())), plan_));
  }

  const std::vector<Mapping>& mappings_;
  const Plan& plan_;
  std::vector<Command> commands_;
  std::vector<std::int8_t> table_;  ///< that the lanes hold
};

}  // namespace

std::vector<Command> schedule(const std::vector<Mapping>& mappings, const Plan& plan) {
  return Scheduler(mappings, plan).run();
}

}  // namespace sluice::compiler
