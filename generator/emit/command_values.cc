// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/command_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "generator/commands/formats.h"
#include "generator/util/text.h"

namespace sluice {
namespace {

using commands::FieldInfo;
using commands::Format;
using commands::Word;

bool has(commands::Only only, const Plan& plan) {
  switch (only) {
    case commands::Only::kGating:
      return plan.config.gating;
    case commands::Only::kAdditions:
      return plan.config.additions;
    case commands::Only::kTables:
      return plan.config.activation_table;
    case commands::Only::kTaps:
      return plan.taps > 1;
    case commands::Only::kCirculant:
      return plan.config.circulant;
    case commands::Only::kHadamard:
      return plan.config.hadamard > 0;
    case commands::Only::kPlanes:
      return plan.config.precision_gating;
    case commands::Only::kAll:
      break;
  }
  return true;
}

bool has(const FieldInfo& field, const Plan& plan) { return has(field.only, plan); }

/// "lanes: that have one block more"
std::string meaning_of(const FieldInfo& field) {
  const char* colon = field.unit.empty() || field.meaning.empty() ? "" : ": ";
  return field.unit + colon + field.meaning;
}

/// Whether the design has any field of this word.
bool has(const Word& word, const Plan& plan) {
  return std::any_of(word.fields.begin(), word.fields.end(),
                     [&](const FieldInfo& field) { return has(field, plan); });
}

Values field_row(const FieldInfo& field) {
  Values row;
  row.text("field", field.name);
  row.number("shift", field.low);
  row.number("bits", field.bits);
  row.flag("one_bit", field.bits == 1);
  row.text("field_mask", fmt::format("{:#x}", std::uint64_t{1} << field.low));
  row.text("field_meaning", meaning_of(field));
  return row;
}

Values word_row(const Word& word, const Plan& plan) {
  const std::string meaning = word.whole ? meaning_of(word.fields.front()) : word.meaning;
  Values row;
  row.text("word", word.name);
  row.number("word_number", word.number);
  row.number("word_after", word.number + 1);
  row.flag("two_words", word.bits == 64);
  row.text("word_comment", meaning.empty() ? "" : "  // " + meaning);
  Values::Rows fields;
  for (const FieldInfo& field : word.fields) {
    if (!word.whole && has(field, plan)) fields.push_back(field_row(field));
  }
  row.list("word_fields", std::move(fields));
  return row;
}

/// Letters of the longest name of an opcode that the design has.
std::size_t opcode_width(const Plan& plan) {
  std::size_t width = 0;
  for (const Format& format : commands::commands()) {
    if (has(format.only, plan)) width = std::max(width, 2 + camel_case(format.name).size());
  }
  return width;
}

Values format_row(const Format& format, bool last, const Plan& plan) {
  Values row;
  row.text("command", format.name);
  row.text("opcode_name",
           fmt::format("{:<{}}", "Op" + camel_case(format.name), opcode_width(plan)));
  row.text("command_meaning", format.meaning);
  row.number("opcode", format.opcode);
  row.text("words_name", camel_case(format.name) + "Words");
  row.number("operand_words", format.operand_words());
  row.text("comma", last ? "" : ",");
  Values::Rows words;
  for (const Word& word : format.words) {
    if (has(word, plan)) words.push_back(word_row(word, plan));
  }
  row.list("command_words_used", std::move(words));
  return row;
}

/// What stands between two places of a structure, from high to low.
struct Member {
  std::string name;
  int low = 0;  ///< from bit 0 of the first word, or of the entry
  int bits = 0;
};

/// A field's name as a member: in lower case, but for keywords of SystemVerilog.
std::string member_name(const FieldInfo& field) {
  static const std::map<std::string, std::string> others = {
      {"BYTE", "value"}, {"INPUT", "first_tap"}, {"LOCAL", "local_out"}, {"OUTPUT", "out"}};
  const auto other = others.find(field.name);
  return other == others.end() ? lower_case(field.name) : other->second;
}

/// Fields and the reserved bits between them, from bit 0 up; `first` is the first word.
std::vector<Member> members_of(const Format& format, int first, int bits, const Plan& plan) {
  std::vector<Member> members;
  int next = 0, gaps = 0;
  const auto reach = [&](int low) {
    if (low > next) members.push_back({fmt::format("reserved_{}", gaps++), next, low - next});
  };
  std::vector<FieldInfo> fields;
  for (const Word& word : format.words) {
    fields.insert(fields.end(), word.fields.begin(), word.fields.end());
  }
  for (const FieldInfo& field : fields) {
    if (!has(field, plan)) continue;
    const int low = 32 * (field.word - first) + field.low;
    reach(low);
    members.push_back({member_name(field), low, field.bits});
    next = low + field.bits;
  }
  reach(bits);
  return members;
}

/// "word 3", "word 6, 31:16", "words 1 to 2", "bits 47:32"
std::string place_text(const Member& member, int first, bool entry) {
  const int low = entry ? member.low : member.low % 32;
  const int high = low + member.bits - 1;
  const std::string range = high == low ? fmt::format("{}", low) : fmt::format("{}:{}", high, low);
  if (entry) return "bits " + range;
  const int word = first + member.low / 32;
  if (member.bits == 32 && low == 0) return fmt::format("word {}", word);
  if (low + member.bits <= 32) return fmt::format("word {}, {}", word, range);
  return fmt::format("words {} to {}", word, first + (member.low + member.bits - 1) / 32);
}

/// A packed structure of all bits, the highest first, in columns.
Values struct_row(const Format& format, const Plan& plan) {
  const bool entry = format.opcode == 0;
  const int first = entry ? 0 : 1;
  const int bits = entry ? commands::kEntryBits : 32 * format.operand_words();
  std::vector<Member> members = members_of(format, first, bits, plan);
  std::reverse(members.begin(), members.end());
  const auto range = [](const Member& member) {
    return member.bits == 1 ? "" : fmt::format("[{}:0] ", member.bits - 1);
  };
  std::size_t range_width = 0, name_width = 0;
  for (const Member& member : members) {
    range_width = std::max(range_width, range(member).size());
    name_width = std::max(name_width, member.name.size() + 1);
  }
  Values row;
  row.text("struct", lower_case(format.name) + (entry ? "_entry" : ""));
  row.text("struct_meaning", entry ? fmt::format("Entry {}: {}", format.name, format.meaning)
                                   : fmt::format("{}: {}", format.name, format.meaning));
  Values::Rows rows;
  for (const Member& member : members) {
    Values one;
    one.text("range", fmt::format("{:<{}}", range(member), range_width));
    one.text("member", fmt::format("{:<{}}", member.name + ";", name_width));
    one.text("place", place_text(member, first, entry));
    rows.push_back(std::move(one));
  }
  row.list("members", std::move(rows));
  return row;
}

/// Whether the design has any field of this format.
bool used(const Format& format, const Plan& plan) {
  return std::any_of(format.words.begin(), format.words.end(),
                     [&](const Word& word) { return has(word, plan); });
}

}  // namespace

void add_command_values(Values& values, const Plan& plan) {
  Values::Rows all, with_operands, structs, head;
  std::vector<const Format*> formats;
  for (const Format& format : commands::commands()) {
    if (has(format.only, plan)) formats.push_back(&format);
  }
  for (const Format* format : formats) {
    const bool last = format == formats.back();
    all.push_back(format_row(*format, last, plan));
    if (!used(*format, plan)) continue;
    with_operands.push_back(format_row(*format, last, plan));
    structs.push_back(struct_row(*format, plan));
  }
  for (const Format& format : commands::entries()) {
    if (used(format, plan)) structs.push_back(struct_row(format, plan));
    for (const FieldInfo& field : format.words.front().fields) {
      values.number(lower_case(format.name + "_" + field.name + "_low"), field.low);
    }
  }
  for (const FieldInfo& field : commands::head().words.front().fields) {
    head.push_back(field_row(field));
  }
  const int opcode_bits = commands::info(commands::Field::kOpcode).bits;
  values.number("opcode_bits", opcode_bits);
  values.number("opcode_top", opcode_bits - 1);
  values.list("command_formats", std::move(all));
  values.list("operand_formats", std::move(with_operands));
  values.list("command_head", std::move(head));
  values.list("command_structs", std::move(structs));
}

}  // namespace sluice
