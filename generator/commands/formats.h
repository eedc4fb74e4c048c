// SPDX-License-Identifier: Apache-2.0
// What commands and the headers of block records look like, described once. The compiler's encoder,
// C header, RTL package and reference page are made from these tables. The interpreter and the
// cycle model have decoders of their own on purpose: they check the tables.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::commands {

/// Every field, in the order of the tables.
enum class Field {
#define SLUICE_COMMAND(name, opcode, meaning)
#define SLUICE_ADDITIONS_COMMAND(name, opcode, meaning)
#define SLUICE_TABLES_COMMAND(name, opcode, meaning)
#define SLUICE_ENTRY(name, meaning)
#define SLUICE_NUMBER(id, ...) id,
#define SLUICE_ADDRESS(id, ...) id,
#define SLUICE_WORD(name, word, meaning)
#define SLUICE_FIELD(id, ...) id,
#define SLUICE_GATING_FIELD(id, ...) id,
#define SLUICE_ADDITIONS_FIELD(id, ...) id,
#define SLUICE_TABLES_FIELD(id, ...) id,
#define SLUICE_TAPS_FIELD(id, ...) id,
#define SLUICE_CIRCULANT_FIELD(id, ...) id,
#define SLUICE_HADAMARD_FIELD(id, ...) id,
#define SLUICE_PLANES_FIELD(id, ...) id,
#include "generator/commands/formats.def"
#include "generator/commands/formats_undef.h"
};

enum class Sign { kUnsigned, kSigned };

/// Designs that have a command or a field; reserved in others.
enum class Only { kAll, kGating, kAdditions, kTables, kTaps, kCirculant, kHadamard, kPlanes };

/// Bits that belong together.
struct FieldInfo {
  Field id = Field::kOpcode;
  std::string name;  ///< upper case
  int word = 0;      ///< of the command, 32 bits each; 0 in an entry
  int low = 0;       ///< lowest bit, from that of the word
  int bits = 0;      ///< 1 to 64
  Sign sign = Sign::kUnsigned;
  std::string unit;
  std::string meaning;
  Only only = Only::kAll;
};

/// A word of a command, two that are one number, or an entry.
struct Word {
  std::string name;    ///< upper case
  int number = 0;      ///< of the first word
  int bits = 32;       ///< 64 for two words and for an entry
  bool whole = false;  ///< one field takes all bits and has the word's name
  std::string meaning;
  std::vector<FieldInfo> fields;
};

/// A command, or an entry of a record's header: then one word of 64 bits.
struct Format {
  std::string name;  ///< upper case; empty for what all commands begin with
  int opcode = 0;    ///< 0 for what is no command
  std::string meaning;
  std::vector<Word> words;
  Only only = Only::kAll;

  /// Words of 32 bits up to the last one in use, word 0 not counted.
  int operand_words() const;
};

constexpr int kUsedWords = 32;  ///< words of a command that count
constexpr int kEntryBits = 64;

/// Word 0 of all commands.
const Format& head();

/// The commands, by opcode.
const std::vector<Format>& commands();

/// The entries of a record's header, in the order in which they stand there.
const std::vector<Format>& entries();

const FieldInfo& info(Field field);

}  // namespace sluice::commands
