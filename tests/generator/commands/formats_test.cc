// SPDX-License-Identifier: Apache-2.0
// The tables of commands and entries: their own order, and numbers put in and taken out again.
#include <catch2/catch.hpp>
#include <set>

#include "generator/commands/encode.h"

namespace sluice::commands {
namespace {

/// All formats: word 0, commands, entries.
std::vector<Format> all_formats() {
  std::vector<Format> all = {head()};
  all.insert(all.end(), commands().begin(), commands().end());
  all.insert(all.end(), entries().begin(), entries().end());
  return all;
}

/// Mistakes in the places of one format's fields, one a line.
std::string misplaced(const Format& format) {
  std::string found;
  std::set<std::pair<int, int>> taken;
  const int most = format.opcode > 0 ? kUsedWords : format.name.empty() ? 1 : 2;
  for (const Word& word : format.words) {
    const std::string at = format.name + " " + word.name;
    if (word.number + word.bits / 32 > most) found += at + ": beyond the words that count\n";
    if (format.opcode > 0 && word.number < 1) found += at + ": in the word of the opcode\n";
    if (word.fields.empty()) found += at + ": no field\n";
    for (const FieldInfo& field : word.fields) {
      const std::string name = at + " " + field.name;
      if (field.low < 0 || field.bits < 1 || field.low + field.bits > word.bits) {
        found += name + ": not within its word\n";
      }
      for (int bit = field.low; bit < field.low + field.bits; ++bit) {
        if (!taken.insert({word.number + bit / 32, bit % 32}).second)
          found += name + ": overlaps\n";
      }
    }
  }
  return found;
}

/// A number for each field, with both ends of its range in use.
std::int64_t sample(const FieldInfo& field) {
  const auto id = static_cast<std::int64_t>(field.id);
  if (field.bits == 64) return (id << 40 | 0x89abcdef) + 1;
  if (field.sign == Sign::kSigned) return -(std::int64_t{1} << (field.bits - 1)) + id % 2;
  return (std::int64_t{1} << field.bits) - 1 - id % 2;
}

TEST_CASE("CommandFormats.FieldsFitTheirWordsAndDoNotOverlap") {
  for (const Format& format : all_formats()) CHECK(misplaced(format) == "");
}

TEST_CASE("CommandFormats.MisplacedFieldsAreFound") {
  Format format = commands()[2];
  REQUIRE(format.name == "LAYER");
  format.words[0].fields[0].low = 3;
  format.words[1].fields[1].bits = 25;
  CHECK(misplaced(format) ==
        "LAYER FLAGS KEEP: overlaps\nLAYER CLAMP CLAMP_HIGH: not within its word\n"
        "LAYER GROUP_PITCH GROUP_PITCH: overlaps\n");
}

TEST_CASE("CommandFormats.NamesAreUnique") {
  std::set<std::string> fields, words, names;
  std::set<int> opcodes;
  for (const Format& format : all_formats()) {
    if (format.opcode > 0) {
      CHECK(names.insert(format.name).second);
      CHECK(opcodes.insert(format.opcode).second);
      CHECK(format.opcode < 16);
    }
    const std::string prefix = (format.opcode > 0 ? "command " : "entry ") + format.name + " ";
    for (const Word& word : format.words) {
      CHECK(words.insert(prefix + word.name).second);
      for (const FieldInfo& field : word.fields) CHECK(fields.insert(prefix + field.name).second);
    }
  }
  CHECK(opcodes == std::set<int>{1, 2, 3, 4, 5, 6, 7, 8});
}

TEST_CASE("CommandFormats.InfoIsThatOfTheField") {
  std::size_t count = 0;
  for (const Format& format : all_formats()) {
    for (const Word& word : format.words) {
      for (const FieldInfo& field : word.fields) {
        CHECK(static_cast<std::size_t>(field.id) == count++);
        CHECK(info(field.id).name == field.name);
        CHECK(info(field.id).word == word.number);
      }
    }
  }
  CHECK(info(Field::kLayerTileColumns).low == 16);
  CHECK(info(Field::kRunOutput).bits == 64);
}

TEST_CASE("CommandEncoder.FieldsKeepTheirNumbersBesideEachOther") {
  for (const Format& format : all_formats()) {
    INFO(format.name);
    Words words{};
    std::uint64_t entry = 0;
    const bool command = format.opcode > 0 || format.name.empty();
    for (const Word& word : format.words) {
      for (const FieldInfo& field : word.fields) {
        if (command) set(words, field.id, sample(field));
        if (!command) set(entry, field.id, sample(field));
      }
    }
    for (const Word& word : format.words) {
      for (const FieldInfo& field : word.fields) {
        INFO(field.name);
        CHECK((command ? get(words, field.id) : get(entry, field.id)) == sample(field));
      }
    }
  }
}

TEST_CASE("CommandEncoder.BitsLieWhereTheFormatSays") {
  Words words{};
  set(words, Field::kOpcode, 5);
  set(words, Field::kWaitRun, 1);
  set(words, Field::kRunOutput, 0x1234567890);
  set(words, Field::kRunColumns, 0xabcd);
  CHECK(words[0] == 0x85);
  CHECK(words[2] == 0x34567890);
  CHECK(words[3] == 0x12);
  CHECK(words[4] == 0xabcd0000);
  std::uint64_t entry = 0;
  set(entry, Field::kEntryBias, -2);
  set(entry, Field::kEntryMultiplier, 0x80001);
  set(entry, Field::kEntryShift, 33);
  CHECK(entry == 0x02180001fffffffe);
}

TEST_CASE("CommandEncoder.KnowsWhatAFieldHolds") {
  CHECK(fits(Field::kLayerTileRows, 65535));
  CHECK_FALSE(fits(Field::kLayerTileRows, 65536));
  CHECK_FALSE(fits(Field::kLayerTileRows, -1));
  CHECK(fits(Field::kLayerClampLow, -128));
  CHECK_FALSE(fits(Field::kLayerClampLow, -129));
  CHECK_FALSE(fits(Field::kLayerClampHigh, 128));
  CHECK(fits(Field::kLayerWrapOffset, -2147483648));
  CHECK_FALSE(fits(Field::kLayerWrapOffset, 2147483648));
  CHECK(fits(Field::kLoadSource, -1));
}

}  // namespace
}  // namespace sluice::commands
