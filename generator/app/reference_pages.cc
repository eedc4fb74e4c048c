// SPDX-License-Identifier: Apache-2.0
#include "generator/app/reference_pages.h"

#include <fmt/format.h>

#include "generator/commands/formats.h"
#include "generator/config/schema.h"
#include "generator/diag/codes.h"
#include "generator/registers/registers.h"
#include "generator/util/input_file.h"

namespace sluice::app {
namespace {

std::string key_row(const Key& key) {
  const std::string usual = key.required ? "required" : value_text(key, Config());
  return fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", key.path, type_text(key),
                     allowed_text(key), usual, key.unit, key.meaning);
}

std::string bits_text(int low, int bits) {
  return bits == 1 ? fmt::format("{}", low) : fmt::format("{}:{}", low + bits - 1, low);
}

std::string register_row(const Register& reg) {
  std::string meaning = reg.meaning;
  for (const RegisterField& field : reg.fields) {
    meaning += fmt::format("<br>{} `{}`: {}", bits_text(field.shift, field.bits), field.name,
                           field.meaning);
  }
  if (reg.event)
    meaning += reg.gating_only ? " (only with `counters` and `gating`)" : " (only with `counters`)";
  const std::string reset = reg.config_hash ? "config hash" : fmt::format("{}", reg.reset);
  return fmt::format("| {:#04x} | `{}` | {} | {} | {} |\n", reg.address, reg.name,
                     access_text(reg.access), reset, meaning);
}

/// One row a field; in an entry the bits alone say where it is.
std::string format_table(const commands::Format& format) {
  const bool entry = format.name != "" && format.opcode == 0;
  std::string table = entry ? "| bits | name | range | unit | meaning |\n|---|---|---|---|---|\n"
                            : "| word | bits | name | range | unit | meaning |\n"
                              "|---|---|---|---|---|---|\n";
  for (const commands::Word& word : format.words) {
    for (const commands::FieldInfo& field : word.fields) {
      std::string place = bits_text(field.low, field.bits);
      if (!entry) {
        const int last = word.number + word.bits / 32 - 1;
        place = fmt::format("{} | {}", bits_text(word.number, last - word.number + 1), place);
        if (word.bits == 64) place = fmt::format("{}, {} | 63:0", word.number, last);
      }
      const std::string only =
          field.only == commands::Only::kGating      ? " (only with `gating`)"
          : field.only == commands::Only::kTaps      ? " (only in designs that join taps)"
          : field.only == commands::Only::kCirculant ? " (only with `circulant`)"
          : field.only == commands::Only::kHadamard  ? " (only with `hadamard`)"
          : field.only == commands::Only::kPlanes    ? " (only with `precision_gating`)"
                                                     : "";
      table += fmt::format("| {} | `{}` | {} | {} | {}{} |\n", place, field.name,
                           field.sign == commands::Sign::kSigned ? "signed" : "unsigned",
                           field.unit, field.meaning, only);
    }
  }
  return table;
}

constexpr const char* kTableHead =
    "| key | type | allowed | default | unit | meaning |\n|---|---|---|---|---|---|\n";

}  // namespace

std::string config_reference_page() {
  std::string page = std::string("# Config reference\n\n") + kPageNotice;
  page +=
      "A config is a YAML file that describes one design. Keys of a section stand indented below "
      "its name. On the command line, `--set section.key=value` replaces a value.\n\n"
      "Numbers are plain decimal integers. Sizes are bytes unless the unit says otherwise.\n";
  std::string section = "?";
  for (const Key& key : schema()) {
    const std::size_t dot = key.path.find('.');
    const std::string owner = dot == std::string::npos ? "" : key.path.substr(0, dot);
    if (owner != section) {
      page += owner.empty() ? "\n## Top level\n\n" : fmt::format("\n## `{}:`\n\n", owner);
      page += kTableHead;
    }
    section = owner;
    page += key_row(key);
  }
  page +=
      "\nConditions between values are checked as well; "
      "[diagnostics](diagnostics.md) lists them.\n";
  return page;
}

std::string diagnostics_page() {
  std::string page = std::string("# Diagnostics\n\n") + kPageNotice;
  page +=
      "Every error ends with its code in brackets. All errors of a config are reported at once, in "
      "the order of the file, and nothing is written. `--json` gives the same as data.\n\n"
      "`configs/bad/` holds an example of each, with the exact text that is printed.\n\n"
      "| code | meaning |\n|---|---|\n";
  for (const CodeInfo& info : all_codes()) {
    page += fmt::format("| `{}` | {} |\n", info.text, info.meaning);
  }
  page +=
      "\n## Limits of files\n\n"
      "A file that is larger is refused: before it is read, or, if it grows or is a device or a "
      "pipe, when it has given so many bytes. Time and memory grow with a file's size at most "
      "linearly.\n\n"
      "| file | most bytes | other limits |\n|---|---|---|\n";
  for (const InputKind& kind : input_kinds()) {
    page += fmt::format("| {} | {} | {} |\n", kind.name, size_text(kind.most), kind.also);
  }
  page +=
      "\nIn files of results each value is checked when it is read: figures are finite and at most "
      "1e18, and not zero where a design or a clock would be nothing. What a command was asked to "
      "read is refused with file, line, column and the key's path; results that are only kept "
      "(`results.jsonl` and `area_cache/` of a sweep) are made again, with a note.\n";
  return page;
}

std::string registers_page() {
  std::string page = std::string("# Registers\n\n") + kPageNotice;
  page += fmt::format(
      "Registers of 32 bits at byte addresses, in a space of {} bytes. Reading changes nothing. An "
      "address without a register reads as zero; reading or writing it, or writing a register that "
      "is only read, is answered with an error. Bits without a meaning read as zero and ignore "
      "what is written. Byte strobes count.\n\n"
      "The same table is in the C header and the IP-XACT file of each design.\n\n"
      "| address | name | access | reset | meaning |\n|---|---|---|---|---|\n",
      kRegisterBytes);
  for (const Register& reg : registers()) page += register_row(reg);
  page +=
      "\nOf addresses, the register keeps as many bits as memory addresses have, and of the "
      "region's whole memory words. Counters restart with CONTROL; those of lanes are summed over "
      "the lanes.\n\n"
      "## Errors\n\n"
      "| ERROR_CODE | name in the C header | meaning |\n|---|---|---|\n";
  for (const RegisterError& error : register_errors()) {
    page += fmt::format("| {} | `ERROR_{}` | {} |\n", error.code, error.name, error.meaning);
  }
  page +=
      "\nWhat happens when a run is stopped: [hardware](../03_design/hardware.md). For software: "
      "[driver](driver.md).\n";
  return page;
}

std::string commands_page() {
  std::string page = std::string("# Commands and record headers\n\n") + kPageNotice;
  page += fmt::format(
      "Every bit of a command and of a block record's header. How commands follow each other, what "
      "a "
      "record is and how maps lie in memory: [commands and memory "
      "layout](../03_design/commands_and_layout.md).\n\n"
      "A command is {} words of 32 bits, little endian, filled up to a memory word if that is "
      "larger; "
      "the rest does not count. Bits without a name are reserved: zero. "
      "Of addresses and distances the hardware keeps as many bits as memory or buffer have. The C "
      "header of each "
      "design "
      "has the same names after that of the command, such as `LAYER_TILE_ROWS_SHIFT`; its package "
      "`<name>_pkg.sv` has them as members of structures.\n\n"
      "## Word 0 of all commands\n\n",
      commands::kUsedWords);
  page += format_table(commands::head());
  page += "\n| OPCODE | name | meaning |\n|---|---|---|\n";
  for (const commands::Format& format : commands::commands()) {
    page += fmt::format("| {} | `{}` | {} |\n", format.opcode, format.name, format.meaning);
  }
  page += "\nAnything else stops the run with the error ILLEGAL_COMMAND.\n";
  for (const commands::Format& format : commands::commands()) {
    if (format.words.empty()) continue;
    page += fmt::format("\n## {}\n\n{}", format.name, format_table(format));
  }
  page +=
      "\n## Entries of a record's header\n\n"
      "An entry is 8 bytes. With C columns in a lane, entries 0 to C - 1 requantise the outputs of "
      "column c where its gate is open, or where there is none. With `gating`, entries C to 2C - 1 "
      "do "
      "so where the gate is closed, and 2C to 3C - 1 are thresholds. Then come OUTPUT and GROUP.\n";
  for (const commands::Format& format : commands::entries()) {
    page += fmt::format("\n**{}**: {}\n\n{}", format.name, format.meaning, format_table(format));
  }
  return page;
}

}  // namespace sluice::app
