// SPDX-License-Identifier: Apache-2.0
#include "synth/memories/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "generator/estimate/text_file.h"
#include "generator/util/input_file.h"
#include "generator/util/resources.h"
#include "generator/util/sha256.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "synth/memories/liberty_table.h"

namespace sluice::synth {
namespace {

using estimate::Cell;
using estimate::positive;
using estimate::TextTable;

constexpr int kMostWords = 1 << 24;
constexpr int kMostBits = 1 << 16;
constexpr std::string_view kFolder = "synth/memories/";
constexpr std::string_view kSuffix = ".csv";

const std::vector<std::string> kColumns = {"words",     "bits",    "ports",    "granule",
                                           "area_um2",  "read_pj", "write_pj", "leakage_uw",
                                           "access_ps", "source"};
const std::vector<std::string> kHeadKeys = {"node",     "nand2_um2",    "process_nm",
                                            "supply_v", "nand2_source", "between"};

/// What the lines above the headings say: "key,value".
struct HeadLine {
  std::string key;
  Cell value;
};

[[noreturn]] void fail(const std::string& file, const Cell& cell, const std::string& message) {
  throw UserError({file, cell.line, cell.column}, message);
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

/// The head line that starts with one of the keys; no key: not one of them.
HeadLine head_line(std::string_view line, int number) {
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos) return {};
  const std::string key = trimmed(line.substr(0, comma));
  if (std::find(kHeadKeys.begin(), kHeadKeys.end(), key) == kHeadKeys.end()) return {};
  const std::string value = trimmed(line.substr(comma + 1));
  const std::size_t begin = value.empty() ? line.size() : line.find(value, comma + 1);
  return {key, {value, number, static_cast<int>(begin) + 1}};
}

/// Takes the head lines out of a text and leaves blanks, so that the others keep their places.
std::vector<HeadLine> take_head(std::string& text) {
  std::vector<HeadLine> head;
  int number = 1;
  for (std::size_t begin = text.starts_with("\xef\xbb\xbf") ? 3 : 0; begin < text.size();
       number++) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    const std::string content = trimmed(line);
    if (!content.empty() && content[0] != '#') {
      HeadLine found = head_line(line, number);
      if (found.key.empty()) break;  // the headings
      head.push_back(std::move(found));
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(begin),
                text.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    }
    begin = end + 1;
  }
  return head;
}

Cell head_value(const std::string& file, const std::vector<HeadLine>& head,
                const std::string& key) {
  const Cell* found = nullptr;
  for (const HeadLine& line : head) {
    if (line.key != key) continue;
    if (found != nullptr) {
      fail(file, line.value, fmt::format("found '{}' a second time; keep one", key));
    }
    found = &line.value;
  }
  if (found == nullptr) {
    throw UserError({file}, fmt::format("no line '{},VALUE' above the headings; add it", key));
  }
  if (found->text.empty()) fail(file, *found, fmt::format("no value of {}; write it", key));
  return *found;
}

/// A head line that may be left out.
std::optional<double> head_figure(const std::string& file, const std::vector<HeadLine>& head,
                                  const std::string& key) {
  const bool there = std::any_of(head.begin(), head.end(),
                                 [&key](const HeadLine& line) { return line.key == key; });
  if (!there) return std::nullopt;
  return positive(file, head_value(file, head, key), key);
}

/// Makes lines of the rows of one table.
class LineReader {
 public:
  LineReader(const std::string& file, std::string text) : table_(file, std::move(text), kColumns) {
    for (const std::string& column : kColumns) table_.require(column);
    if (table_.rows() == 0) throw UserError({file}, "holds no memories; write one row for each");
  }

  std::vector<MemoryLine> read() {
    std::vector<MemoryLine> lines;
    for (std::size_t row = 0; row < table_.rows(); ++row) {
      MemoryLine line = read_row(row);
      check_new(lines, line, table_.cell(row, "words"));
      lines.push_back(std::move(line));
    }
    return lines;
  }

 private:
  MemoryLine read_row(std::size_t row) const {
    MemoryLine line;
    line.shape.words = table_.number(row, "words", 1, kMostWords);
    line.shape.bits = table_.number(row, "bits", 1, kMostBits);
    line.shape.ports = read_ports(table_.cell(row, "ports"));
    line.shape.granule = table_.number(row, "granule", 1, line.shape.bits);
    line.figures.area = table_.positive(row, "area_um2");
    line.figures.read = read_figure(row, "read_pj");
    line.figures.write = read_figure(row, "write_pj");
    line.figures.leakage = read_figure(row, "leakage_uw");
    line.figures.access = read_figure(row, "access_ps");
    const Cell source = table_.cell(row, "source");
    if (source.text.empty()) table_.fail(source, "no source; say where the figures are from");
    line.source = source.text;
    line.line = source.line;
    return line;
  }

  Ports read_ports(const Cell& cell) const {
    for (const Ports ports : {Ports::kReadWrite, Ports::kReadAndWrite}) {
      if (cell.text == spelling(ports)) return ports;
    }
    table_.fail(cell, fmt::format("found '{}' as ports; allowed are 1rw or 1r1w", cell.text));
  }

  /// Empty: not known.
  std::optional<double> read_figure(std::size_t row, const std::string& column) const {
    if (table_.cell(row, column).text.empty()) return std::nullopt;
    return table_.positive(row, column);
  }

  void check_new(const std::vector<MemoryLine>& lines, const MemoryLine& line,
                 const Cell& cell) const {
    for (const MemoryLine& other : lines) {
      const bool same =
          other.shape.words == line.shape.words && other.shape.bits == line.shape.bits &&
          other.shape.ports == line.shape.ports && other.shape.granule == line.shape.granule;
      if (!same) continue;
      table_.fail(cell, fmt::format("found {} a second time, first in line {}; keep one",
                                    line.shape.text(), other.line));
    }
  }

  TextTable table_;
};

}  // namespace

std::string_view spelling(Ports ports) { return ports == Ports::kReadWrite ? "1rw" : "1r1w"; }

std::string MemoryShape::text() const {
  return fmt::format("{} x {} bits, {}, granule {}", words, bits, spelling(ports), granule);
}

std::string MemoryTable::name() const { return std::filesystem::path(file).stem().string(); }

MemoryTable read_memory_table(std::string text, const std::string& file) {
  MemoryTable table;
  table.file = file;
  table.sha256 = sha256(text);
  const std::vector<HeadLine> head = take_head(text);
  table.node = head_value(file, head, "node").text;
  table.nand2 = positive(file, head_value(file, head, "nand2_um2"), "nand2_um2");
  table.nand2_source = head_value(file, head, "nand2_source").text;
  table.process_nm = head_figure(file, head, "process_nm");
  table.supply_v = head_figure(file, head, "supply_v");
  const Cell between = head_value(file, head, "between");
  if (between.text != "fit" && between.text != "nothing") {
    fail(file, between,
         fmt::format("found '{}' as between; allowed are fit, if memories of sizes between the "
                     "lines can be had, or nothing",
                     between.text));
  }
  table.sizes_between = between.text == "fit";
  table.lines = LineReader(file, std::move(text)).read();
  return table;
}

std::vector<std::string> memory_tables() {
  std::vector<std::string> names;
  for (const Resource& file : resources()) {
    if (!file.path.starts_with(kFolder) || !file.path.ends_with(kSuffix)) continue;
    const std::size_t size = file.path.size() - kFolder.size() - kSuffix.size();
    names.emplace_back(file.path.substr(kFolder.size(), size));
  }
  return names;
}

MemoryTable load_memory_table(const std::string& name_or_path) {
  const std::vector<std::string> names = memory_tables();
  if (std::find(names.begin(), names.end(), name_or_path) != names.end()) {
    const std::string path = fmt::format("{}{}{}", kFolder, name_or_path, kSuffix);
    return read_memory_table(std::string(resource(path)), path);
  }
  if (names_liberty_memories(name_or_path)) return load_liberty_memories(name_or_path);
  const std::string remedy = fmt::format(
      "give the path of a CSV file or Liberty files of memories, or {}", join_words(names, "or"));
  return read_memory_table(read_input(name_or_path, input::kTable, remedy), name_or_path);
}

}  // namespace sluice::synth
