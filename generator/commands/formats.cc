// SPDX-License-Identifier: Apache-2.0
#include "generator/commands/formats.h"

#include <cassert>

namespace sluice::commands {
namespace {

constexpr Sign kUnsigned = Sign::kUnsigned, kSigned = Sign::kSigned;

/// Puts the rows of the list into their formats and words, one after the other.
class Tables {
 public:
  std::vector<Format> commands, entries;
  std::vector<FieldInfo> fields;  ///< by id

  Tables() {
#define SLUICE_COMMAND(name, opcode, meaning) begin(commands, name, opcode, meaning);
#define SLUICE_ADDITIONS_COMMAND(name, opcode, meaning) \
  begin(commands, name, opcode, meaning, Only::kAdditions);
#define SLUICE_TABLES_COMMAND(name, opcode, meaning) \
  begin(commands, name, opcode, meaning, Only::kTables);
#define SLUICE_ENTRY(name, meaning) begin_entry(name, meaning);
#define SLUICE_NUMBER(id, name, word, sign, unit, meaning) \
  add_whole({Field::id, name, word, 0, 32, sign, unit, meaning});
#define SLUICE_ADDRESS(id, name, word, unit, meaning) \
  add_whole({Field::id, name, word, 0, 64, kUnsigned, unit, meaning});
#define SLUICE_WORD(name, word, meaning) add_word({name, word, 32, false, meaning, {}});
#define SLUICE_FIELD(id, name, low, bits, sign, unit, meaning) \
  add_field({Field::id, name, 0, low, bits, sign, unit, meaning});
#define SLUICE_GATING_FIELD(id, name, low, bits, sign, unit, meaning) \
  add_field({Field::id, name, 0, low, bits, sign, unit, meaning, Only::kGating});
#define SLUICE_ADDITIONS_FIELD(id, name, low, bits, sign, unit, meaning) \
  add_field({Field::id, name, 0, low, bits, sign, unit, meaning, Only::kAdditions});
#define SLUICE_TABLES_FIELD(id, name, low, bits, sign, unit, meaning) \
  add_field({Field::id, name, 0, low, bits, sign, unit, meaning, Only::kTables});
#define SLUICE_TAPS_FIELD(id, name, low, bits, sign, unit, meaning) \
  add_field({Field::id, name, 0, low, bits, sign, unit, meaning, Only::kTaps});
#define SLUICE_CIRCULANT_FIELD(id, name, low, bits, sign, unit, meaning) \
  add_field({Field::id, name, 0, low, bits, sign, unit, meaning, Only::kCirculant});
#define SLUICE_HADAMARD_FIELD(id, name, low, bits, sign, unit, meaning) \
  add_field({Field::id, name, 0, low, bits, sign, unit, meaning, Only::kHadamard});
#define SLUICE_PLANES_FIELD(id, name, low, bits, sign, unit, meaning) \
  add_field({Field::id, name, 0, low, bits, sign, unit, meaning, Only::kPlanes});
#include "generator/commands/formats.def"
#include "generator/commands/formats_undef.h"
  }

 private:
  void begin(std::vector<Format>& list, const char* name, int opcode, const char* meaning,
             Only only = Only::kAll) {
    list.push_back({name, opcode, meaning, {}, only});
    format_ = &list.back();
  }
  void begin_entry(const char* name, const char* meaning) {
    begin(entries, name, 0, meaning);
    add_word({name, 0, kEntryBits, false, meaning, {}});
  }
  void add_word(Word word) { format_->words.push_back(std::move(word)); }
  void add_field(FieldInfo field) {
    Word& word = format_->words.back();
    field.word = word.number;
    if (field.only == Only::kAll) field.only = format_->only;
    assert(static_cast<std::size_t>(field.id) == fields.size());
    fields.push_back(field);
    word.fields.push_back(std::move(field));
  }
  void add_whole(const FieldInfo& field) {
    add_word({field.name, field.word, field.bits, true, field.meaning, {}});
    add_field(field);
  }

  Format* format_ = nullptr;
};

const Tables& tables() {
  static const Tables all;
  return all;
}

}  // namespace

int Format::operand_words() const {
  return words.empty() ? 0 : words.back().number + words.back().bits / 32 - 1;
}

const Format& head() { return tables().commands.front(); }

const std::vector<Format>& commands() {
  static const std::vector<Format> all(tables().commands.begin() + 1, tables().commands.end());
  return all;
}

const std::vector<Format>& entries() { return tables().entries; }

const FieldInfo& info(Field field) { return tables().fields[static_cast<std::size_t>(field)]; }

}  // namespace sluice::commands
