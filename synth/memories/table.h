// SPDX-License-Identifier: Apache-2.0
// Tables of memories: what SRAM macros of a node cost, one line for each. A table is a CSV file, of
// those that come with the program or the user's own, or Liberty files of a memory compiler.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::synth {

enum class Ports {
  kReadWrite,     ///< "1rw": one access a cycle
  kReadAndWrite,  ///< "1r1w": a read and a write in the same cycle
};

/// "1rw" or "1r1w".
std::string_view spelling(Ports ports);

struct MemoryShape {
  int words = 0;  ///< from 1, as are the next two
  int bits = 0;   ///< of a word
  Ports ports = Ports::kReadWrite;
  int granule = 0;  ///< bits of one write enable, up to `bits`

  /// "1024 x 64 bits, 1rw, granule 8".
  std::string text() const;
};

/// The shape of a memory of a design: all of them read and write in the same cycle.
inline MemoryShape design_memory(std::int64_t words, std::int64_t bits, std::int64_t granule) {
  return {static_cast<int>(words), static_cast<int>(bits), Ports::kReadAndWrite,
          static_cast<int>(granule)};
}

/// What a memory costs. All numbers are more than 0; without a value: not known.
struct MemoryFigures {
  double area = 0;                ///< um2
  std::optional<double> read;     ///< pJ for each access, as the next one
  std::optional<double> write;    ///< of a whole word
  std::optional<double> leakage;  ///< uW
  std::optional<double> access;   ///< ps from clock to data
};

struct MemoryLine {
  MemoryShape shape;
  MemoryFigures figures;
  std::string source;
  int line = 0;  ///< in its file
};

struct MemoryTable {
  std::string file;  ///< the path, or the name of a table of the program
  std::string node;  ///< "65 nm"; of Liberty files the name of the library
  /// Area of the node's 2-input NAND, um2. Liberty files of memories have none; where
  /// there is logic, load_memory_table of synth/memories/choice.h takes that of its library.
  std::optional<double> nand2;
  std::string nand2_source;
  bool node_of_logic = false;  ///< the logic's library is taken as of the table's node
  /// Of the node, to put the energy of cells of another node beside the memories': its name in nm,
  /// and the supply of its standard cells in V. Not stated: not known.
  std::optional<double> process_nm, supply_v;
  /// Macros of sizes between the lines can be had: a memory compiler's or a model's table. If not,
  /// the lines are all the macros that there are.
  bool sizes_between = false;
  std::vector<MemoryLine> lines;  ///< at least one; no shape twice
  std::string sha256;             ///< of the file's text

  /// "cacti65", or the name of the user's file without its ending.
  std::string name() const;
};

/// Reads a CSV file. Throws UserError with file, line and column.
MemoryTable read_memory_table(std::string text, const std::string& file);

/// The table of this name that comes with the program, such as "cacti65", or else a CSV file or,
/// if it ends with .lib or is a folder, Liberty files.
MemoryTable load_memory_table(const std::string& name_or_path);

/// Names of the tables that come with the program, sorted.
std::vector<std::string> memory_tables();

}  // namespace sluice::synth
