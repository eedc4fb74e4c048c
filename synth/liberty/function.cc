// SPDX-License-Identifier: Apache-2.0
#include "synth/liberty/function.h"

#include <fmt/format.h>

#include <cctype>

namespace sluice::synth {
namespace {

using Table = std::optional<std::uint64_t>;

bool in_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '[' || c == ']';
}

/// In Liberty, ' and ! bind closest, then ^, then "and" (* or & or nothing), then "or" (+ or |).
class Parser {
 public:
  Parser(std::string_view text, const std::vector<std::string>& inputs)
      : text_(text), inputs_(inputs) {}

  Table whole() {
    const Table value = any();
    skip_blanks();
    return at_ == text_.size() ? value : std::nullopt;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) at_++;
  }

  char peek() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  bool take(std::string_view marks) {
    const char c = peek();
    if (c == '\0' || marks.find(c) == std::string_view::npos) return false;
    at_++;
    return true;
  }

  Table any() {
    Table value = all();
    while (value && take("+|")) {
      const Table other = all();
      value = other ? Table(*value | *other) : std::nullopt;
    }
    return value;
  }

  Table all() {
    Table value = odd();
    while (value && (take("*&") || starts_operand())) {
      const Table other = odd();
      value = other ? Table(*value & *other) : std::nullopt;
    }
    return value;
  }

  Table odd() {
    Table value = inverted();
    while (value && take("^")) {
      const Table other = inverted();
      value = other ? Table(*value ^ *other) : std::nullopt;
    }
    return value;
  }

  Table inverted() {
    if (take("!")) {
      const Table value = inverted();
      return value ? Table(~*value) : std::nullopt;
    }
    Table value = operand();
    while (value && take("'")) value = ~*value;
    return value;
  }

  bool starts_operand() {
    const char c = peek();
    return c == '(' || c == '!' || in_name(c);
  }

  Table operand() {
    if (take("(")) {
      const Table value = any();
      return take(")") ? value : std::nullopt;
    }
    std::string name;
    skip_blanks();
    while (at_ < text_.size() && in_name(text_[at_])) name += text_[at_++];
    for (std::size_t k = 0; k < inputs_.size(); k++) {
      if (inputs_[k] == name) return column(static_cast<int>(k));
    }
    if (name == "0") return 0;
    if (name == "1") return ~std::uint64_t{0};
    return std::nullopt;
  }

  /// The table of input k itself.
  static std::uint64_t column(int k) {
    std::uint64_t table = 0;
    for (int row = 0; row < 64; row++) table |= std::uint64_t{(row >> k & 1) != 0} << row;
    return table;
  }

  std::string_view text_;
  const std::vector<std::string>& inputs_;
  std::size_t at_ = 0;
};

}  // namespace

std::string function_problem(std::string_view function) {
  if (function.size() > kLongestFunction) {
    return fmt::format("has {} characters; at most {} are read", function.size(), kLongestFunction);
  }
  // What the parser is within of: parentheses, and inversions whose operand is not there yet
  std::string open;
  const auto end_operand = [&open] { open.erase(open.find_last_not_of('!') + 1); };
  for (const char c : function) {
    if (c == '(' || c == '!') open += c;
    if (in_name(c)) end_operand();
    if (c == ')' && !open.empty()) {
      end_operand();
      if (!open.empty()) open.pop_back();
      end_operand();
    }
    if (open.size() > kDeepestFunction) {
      return fmt::format("has more than {} parentheses and inversions in each other",
                         kDeepestFunction);
    }
  }
  return "";
}

std::optional<std::uint64_t> truth_table(std::string_view function,
                                         const std::vector<std::string>& inputs) {
  if (inputs.size() > kMostInputs || !function_problem(function).empty()) return std::nullopt;
  const std::optional<std::uint64_t> table = Parser(function, inputs).whole();
  if (!table || inputs.size() == kMostInputs) return table;
  const std::uint64_t rows = std::uint64_t{1} << (1 << inputs.size());
  return *table & (rows - 1);
}

}  // namespace sluice::synth
