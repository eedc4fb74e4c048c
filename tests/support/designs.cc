// SPDX-License-Identifier: Apache-2.0
#include "tests/support/designs.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "generator/config/reader.h"
#include "generator/emit/origin.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

struct Array {
  int lanes, columns, rows, dot, atom, pe_stages, post;
  std::vector<int> precisions;
};
struct Storage {
  int accumulator_bits, positions, activation, weight;
};
struct Port {
  int bytes, address_bits, burst, outstanding;
};
enum class Gating { kNo, kYes };

Design make(const char* name, const char* purpose, Gating gating, Array array, Storage storage,
            Port port) {
  Config config;
  config.name = name;
  config.lanes = array.lanes;
  config.columns = array.columns;
  config.rows = array.rows;
  config.dot = array.dot;
  config.atom = array.atom;
  config.pe_stages = array.pe_stages;
  config.precisions = std::move(array.precisions);
  config.gating = gating == Gating::kYes;
  config.post = array.post;
  config.accumulator.bits = storage.accumulator_bits;
  config.accumulator.positions = storage.positions;
  config.buffers.activation = storage.activation;
  config.buffers.weight = storage.weight;
  config.memory.bytes = port.bytes;
  config.memory.address_bits = port.address_bits;
  config.memory.burst = port.burst;
  config.memory.outstanding = port.outstanding;
  return {purpose, config};
}

Design with_dsp(Design design) {
  design.config.dsp = true;
  return design;
}

Design without_counters(Design design) {
  design.config.counters = false;
  return design;
}

Design without_additions(Design design) {
  design.config.additions = false;
  return design;
}

Design without_table(Design design) {
  design.config.activation_table = false;
  return design;
}

Design with_segments(Design design, int segments) {
  design.config.segments = segments;
  return design;
}

Design with_circulant(Design design) {
  design.config.circulant = true;
  return design;
}

Design with_hadamard(Design design, int channels) {
  design.config.hadamard = channels;
  return design;
}

Design with_planes(Design design) {
  design.config.precision_gating = true;
  return design;
}

struct Bus {
  int data_bits, address_bits, id_bits, burst_beats;
  const char* ordering;
  int reads, writes;
};

Design with_bus(Design design, const Bus& bus) {
  design.config.bus = {"axi4",          bus.data_bits, bus.address_bits, bus.id_bits,
                       bus.burst_beats, bus.ordering,  bus.reads,        bus.writes};
  return design;
}

std::vector<Design> make_designs() {
  constexpr Gating kNo = Gating::kNo, kYes = Gating::kYes;
  // array: lanes, columns, rows, dot, atom, PE stages, post, precisions
  // storage: accumulator bits, positions, activation bytes, weight bytes
  // port: bytes, address bits, burst, outstanding
  return {
      without_additions(
          make("t_single", "one lane, one column, rows of one atom, dot 1, no gates, no additions",
               kNo, {1, 1, 4, 1, 4, 1, 1, {8}}, {28, 16, 4096, 256}, {8, 32, 4, 2})),
      without_table(
          make("t_single_gated",
               "the same with gates and additions, no table; a memory word wider than the rows",
               kYes, {1, 1, 4, 4, 4, 1, 1, {8}}, {28, 16, 4096, 256}, {16, 32, 8, 2})),
      make("t_small", "an ordinary small design with everything", kYes,
           {2, 4, 8, 4, 4, 1, 1, {8, 4, 2}}, {28, 16, 4096, 2048}, {16, 32, 4, 4}),
      make("t_small_buffers", "buffers that hold next to nothing", kYes, {2, 2, 8, 8, 4, 1, 1, {8}},
           {28, 8, 256, 64}, {8, 32, 2, 2}),
      without_table(make("t_smallest", "the smallest buffers and accumulators, no table", kYes,
                         {2, 2, 8, 8, 4, 1, 1, {8}}, {28, 8, 16, 64}, {8, 16, 2, 2})),
      make("t_three_lanes", "three lanes, dot as long as the rows, all widths", kYes,
           {3, 4, 16, 16, 4, 2, 2, {8, 4, 2}}, {28, 64, 8192, 4096}, {16, 32, 8, 4}),
      make("t_three_columns", "three columns, bursts of one word, a wide port", kYes,
           {2, 3, 8, 2, 4, 1, 1, {8}}, {28, 8, 2048, 1024}, {64, 32, 1, 2}),
      make("t_rows12", "12 rows: no power of two; dot 3, three stages, 40 address bits", kYes,
           {4, 4, 12, 3, 4, 3, 4, {8, 4}}, {28, 32, 16384, 4096}, {32, 40, 16, 8}),
      make("t_rows20", "20 rows, 8 and 2 bits, four channels a cycle", kYes,
           {2, 4, 20, 20, 4, 2, 4, {8, 2}}, {28, 32, 8192, 2048}, {16, 32, 4, 4}),
      make("t_atom8", "rows of one atom of 8 bytes, dot 1, 8 and 2 bits", kYes,
           {2, 4, 8, 1, 8, 1, 1, {8, 2}}, {28, 16, 2048, 1024}, {8, 32, 4, 2}),
      make("t_atom16", "atoms of 16 bytes, port of 128 bytes, all widths", kYes,
           {2, 8, 64, 16, 16, 2, 4, {8, 4, 2}}, {32, 64, 8192, 2048}, {128, 36, 4, 4}),
      make("t_plain", "no gates, all widths, widest accumulators, long bursts", kNo,
           {3, 8, 32, 8, 4, 1, 2, {8, 4, 2}}, {40, 128, 8192, 2048}, {8, 32, 32, 16}),
      make("t_plain4", "no gates, 8 and 4 bits, two channels a cycle", kNo,
           {2, 4, 16, 4, 4, 2, 2, {8, 4}}, {28, 64, 4096, 1024}, {32, 32, 8, 4}),
      make("t_plain2", "no gates, 8 and 2 bits, one channel a cycle", kNo,
           {2, 4, 16, 4, 8, 3, 1, {8, 2}}, {28, 64, 4096, 1024}, {64, 32, 4, 4}),
      make("t_wide_lane", "64 columns, widest port, one lane", kYes, {1, 64, 16, 16, 8, 1, 4, {8}},
           {28, 64, 4096, 4096}, {256, 32, 2, 2}),
      without_table(make("t_64_lanes", "64 lanes of one column, no table", kYes,
                         {64, 1, 8, 8, 4, 1, 1, {8}}, {28, 32, 1024, 512}, {16, 32, 8, 8})),
      without_table(without_additions(
          make("t_long_rows", "256 rows, four memory words and more for a column, no additions",
               kNo, {1, 2, 256, 64, 16, 3, 2, {8}}, {40, 16, 4096, 2048}, {16, 32, 16, 64}))),
      without_additions(
          with_dsp(make("t_dsp", "products by DSP blocks, no additions", kYes,
                        {2, 2, 8, 4, 4, 1, 1, {8}}, {28, 16, 4096, 1024}, {8, 32, 4, 2}))),
      with_dsp(make("t_dsp_narrow", "the same, three rows of elements, all widths", kYes,
                    {2, 4, 12, 4, 4, 2, 2, {8, 4, 2}}, {28, 16, 8192, 2048}, {16, 32, 4, 4})),
      without_table(without_additions(
          without_counters(make("t_bare", "no event counters, no additions, no table", kYes,
                                {1, 1, 4, 4, 4, 1, 1, {8}}, {28, 16, 2048, 256}, {8, 16, 4, 2})))),
      with_segments(
          make("t_fold",
               "four segments of one atom, all widths, more channels a cycle "
               "than columns",
               kYes, {1, 4, 16, 4, 4, 1, 8, {8, 4, 2}}, {28, 16, 8192, 2048}, {16, 32, 4, 4}),
          4),
      with_segments(
          without_additions(make(
              "t_fold_lanes", "two lanes of two segments, several elements a segment, no additions",
              kYes, {2, 2, 32, 4, 4, 2, 1, {8, 4}}, {28, 32, 8192, 2048}, {32, 32, 8, 4})),
          2),
      with_segments(make("t_fold_output", "a gate for each output, 16 segments of one column", kYes,
                         {1, 1, 64, 4, 4, 1, 4, {8}}, {28, 16, 4096, 1024}, {64, 32, 4, 4}),
                    16),
      with_segments(make("t_fold_plain", "no gates, 8 segments of whole atoms of 8 bytes", kNo,
                         {1, 4, 64, 8, 8, 1, 4, {8, 2}}, {28, 32, 8192, 4096}, {8, 32, 8, 8}),
                    8),
      with_circulant(make(
          "t_circulant", "columns that stand for two to eight, all widths, a column of two words",
          kYes, {2, 8, 32, 8, 8, 1, 2, {8, 4, 2}}, {28, 32, 8192, 4096}, {16, 32, 4, 8})),
      with_circulant(with_segments(
          make("t_circulant_fold", "columns that turn in two atoms, parts of the rows, 8 bits",
               kYes, {1, 8, 64, 4, 4, 1, 4, {8}}, {28, 32, 8192, 4096}, {64, 32, 4, 4}),
          4)),
      with_circulant(make("t_circulant_rows", "12 rows, six columns, no gates, 8 and 4 bits", kNo,
                          {2, 6, 12, 3, 4, 2, 2, {8, 4}}, {28, 16, 8192, 2048}, {8, 32, 4, 4})),
      with_hadamard(
          with_segments(
              make("t_hadamard", "transforms of 4 to 16 sums, 8 of them a cycle, of rows that fold",
                   kYes, {1, 4, 64, 4, 4, 1, 8, {8, 4}}, {28, 32, 8192, 4096}, {16, 32, 4, 4}),
              4),
          16),
      with_hadamard(
          without_additions(without_table(
              make("t_hadamard_single", "transforms of up to 8 sums, one a cycle, no gates", kNo,
                   {2, 8, 16, 4, 4, 1, 1, {8, 2}}, {28, 16, 4096, 2048}, {16, 32, 4, 4}))),
          8),
      with_planes(with_segments(
          make("t_planes", "gates that split 8 and 4 bits, of rows that fold", kYes,
               {1, 4, 32, 4, 4, 1, 4, {8, 4, 2}}, {28, 32, 8192, 4096}, {16, 32, 4, 4}),
          4)),
      with_planes(with_hadamard(
          with_segments(
              without_additions(without_table(make(
                  "t_planes_lanes",
                  "gates that split 8 bits, two lanes of one column, transforms of all sums "
                  "at once, no additions",
                  kYes, {2, 1, 16, 4, 4, 2, 4, {8, 4}}, {28, 16, 4096, 2048}, {16, 32, 4, 4}))),
              4),
          4)),
      // bus: data, address and ID bits, burst, ordering, reads and writes in flight
      with_bus(make("t_axi", "AXI, two beats a word, bursts of no power of two", kYes,
                    {2, 2, 8, 8, 4, 1, 1, {8}}, {28, 8, 2048, 1024}, {16, 32, 8, 4}),
               {64, 32, 4, 5, "in_order", 4, 2}),
      with_bus(make("t_axi_by_id", "AXI with an ID for each read, a beat for a word", kYes,
                    {2, 4, 8, 4, 4, 1, 1, {8, 4, 2}}, {28, 16, 4096, 2048}, {16, 40, 16, 4}),
               {128, 48, 3, 7, "by_id", 8, 16}),
      with_bus(without_additions(make("t_axi_narrow",
                                      "AXI of 32 bits without IDs, one burst at a time, no "
                                      "additions",
                                      kNo, {1, 2, 8, 4, 4, 1, 1, {8}}, {28, 16, 4096, 1024},
                                      {32, 32, 4, 2})),
               {32, 64, 0, 8, "by_id", 1, 1}),
      with_bus(make("t_axi_256", "AXI of 256 bits, many reads and writes in flight", kYes,
                    {2, 4, 16, 8, 4, 1, 2, {8, 4, 2}}, {28, 32, 8192, 2048}, {32, 32, 8, 16}),
               {256, 40, 5, 16, "by_id", 32, 64}),
      with_bus(make("t_axi_wide", "AXI of 512 bits, longest bursts", kNo,
                    {2, 4, 16, 8, 4, 1, 1, {8, 4}}, {28, 16, 8192, 4096}, {128, 36, 16, 8}),
               {512, 36, 8, 256, "in_order", 64, 64}),
  };
}

}  // namespace

const std::vector<Design>& designs() {
  static const std::vector<Design> all = make_designs();
  return all;
}

const Design& design(const std::string& name) {
  const auto found = std::find_if(designs().begin(), designs().end(),
                                  [&](const Design& one) { return one.config.name == name; });
  if (found == designs().end()) FAIL("no test design is named " << name);
  return *found;
}

Plan shipped_plan(const std::string& name, const std::vector<std::string>& overrides) {
  Diagnostics diagnostics;
  const std::filesystem::path path = source_dir() / "configs" / (name + ".yaml");
  const std::optional<Config> read = load_config(path.string(), overrides, diagnostics);
  REQUIRE(read);
  return make_plan(*read);
}

Bundle bundle_of(const Config& config) {
  return render_bundle(make_plan(config), make_origin(config.name + ".yaml", {}));
}

std::string text_of(const Bundle& bundle, const std::string& path) {
  const auto file = std::find_if(bundle.files.begin(), bundle.files.end(),
                                 [&](const OutputFile& one) { return one.path == path; });
  INFO(path);
  REQUIRE(file != bundle.files.end());
  return file->text;
}

std::vector<std::string> entries_of(const std::string& list) {
  std::vector<std::string> entries;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !line.starts_with("//")) entries.push_back(line);
  }
  return entries;
}

std::string top_of(const Bundle& bundle) {
  return fs::path(entries_of(text_of(bundle, bundle.name + ".f")).back()).stem().string();
}

fs::path write_files(const Bundle& bundle, const fs::path& folder) {
  const fs::path root = folder / bundle.name;
  for (const OutputFile& file : bundle.files) {
    const fs::path path = root / file.path;
    fs::create_directories(path.parent_path());
    write_file(path, file.text);
  }
  return root;
}

}  // namespace sluice::test
