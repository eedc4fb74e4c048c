// SPDX-License-Identifier: Apache-2.0
#include "generator/config/values.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/config/keywords.h"
#include "generator/config/number.h"
#include "generator/config/schema.h"
#include "generator/util/text.h"

namespace sluice {
namespace {

constexpr std::size_t kLongestName = 40;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A value as a message quotes it: short enough for a line.
std::string quote(const std::string& text) {
  return text.size() <= 40 ? text : text.substr(0, 37) + "...";
}

/// What a node holds, in words.
std::string found_text(const Node& node) {
  if (node.kind != Node::Kind::kScalar) return kind_text(node.kind);
  return fmt::format("is the text '{}'", quote(node.text));
}

/// Reads the value of one key into the config. Each overload returns false after reporting.
class ValueReader {
 public:
  ValueReader(const Key& key, const Node& node, Diagnostics& diagnostics,
              std::vector<Refused>& refused)
      : key_(key), node_(node), diagnostics_(diagnostics), refused_(refused) {}

  bool read(std::string& value) {
    if (node_.kind != Node::Kind::kScalar) return wrong_type(node_, "a word");
    value = node_.text;
    return key_.words.empty() ? check_name(value) : check_word(value);
  }

  bool read(bool& value) {
    if (node_.kind != Node::Kind::kScalar || node_.quoted ||
        (node_.text != "true" && node_.text != "false")) {
      return wrong_type(node_, "true or false");
    }
    value = node_.text == "true";
    return true;
  }

  bool read(int& value) { return read_number(node_, value); }

  bool read(std::vector<int>& values) {
    if (node_.kind != Node::Kind::kSequence) return wrong_type(node_, "a list of numbers");
    bool good = true;
    values.clear();
    for (std::size_t i = 0; i < node_.items.size(); i++) {
      int value = 0;
      if (!read_number(node_.items[i], value)) {
        good = false;
      } else if (const auto first = std::find(values.begin(), values.end(), value);
                 first != values.end()) {
        Diagnostic& error =
            diagnostics_.error(Code::kRepeatedPrecision, node_.items[i].span,
                               fmt::format("'{}' lists {} a second time", key_.path, value));
        error.notes.push_back(
            {node_.items[first - values.begin()].span, "it is first listed here"});
        error.help = "list each width once";
        good = false;
      }
      values.push_back(value);
    }
    std::sort(values.rbegin(), values.rend());
    return good;
  }

 private:
  bool check_name(const std::string& value) {
    const bool letters = !value.empty() && is_letter(value[0]) &&
                         std::all_of(value.begin(), value.end(), [](char c) {
                           return is_letter(c) || is_digit(c) || c == '_';
                         });
    if (!letters || value.size() > kLongestName) {
      diagnostics_
          .error(Code::kBadName, node_.span,
                 fmt::format("'{}' is '{}', but must be a letter, then letters, digits and '_', at "
                             "most {} characters",
                             key_.path, quote(value), kLongestName))
          .help = "choose a name such as edge_4x4";
      return false;
    }
    if (const std::string language = keyword_language(value); !language.empty()) {
      diagnostics_
          .error(Code::kReservedName, node_.span,
                 fmt::format("'{}' is '{}', which is a keyword of {}", key_.path, value, language))
          .help = fmt::format("choose another name, such as my_{}", value);
      return false;
    }
    return true;
  }

  bool check_word(const std::string& value) {
    if (std::find(key_.words.begin(), key_.words.end(), value) != key_.words.end()) return true;
    const std::string near = nearest_word(value, key_.words);
    diagnostics_
        .error(Code::kNotAChoice, node_.span,
               fmt::format("'{}' is '{}', but must be {}", key_.path, quote(value),
                           allowed_text(key_)))
        .help = fmt::format("write {}", near.empty() ? allowed_text(key_) : near);
    suggest(near.empty() ? key_.words : std::vector<std::string>{near});
    return false;
  }

  /// "'rows'", or for a part of a list "an item of 'precisions'".
  std::string subject(const Node& node) const {
    return fmt::format("{}'{}'", &node == &node_ ? "" : "an item of ", key_.path);
  }

  bool wrong_type(const Node& node, const std::string& wanted) {
    Diagnostic& error = diagnostics_.error(
        Code::kWrongType, node.span,
        fmt::format("{} {}, but must be {}", subject(node), found_text(node), wanted));
    error.help = type_help(node);
    return false;
  }

  /// A remedy that fits the value, where one can be guessed.
  std::string type_help(const Node& node) const {
    const bool scalar = node.kind == Node::Kind::kScalar;
    if (scalar && key_.member.index() == 1) {
      static const std::vector<std::string> yes = {"yes", "on", "True", "TRUE", "1", "true"};
      const bool means_yes = std::find(yes.begin(), yes.end(), node.text) != yes.end();
      return fmt::format("write {}{}", means_yes ? "true" : "false",
                         node.quoted ? " without quotes" : "");
    }
    if (scalar && node.quoted && parse_number(node.text).form == NumberForm::kDecimal) {
      return fmt::format("write {} without quotes", node.text);
    }
    if (key_.path == "precisions" && &node == &node_) return "write a list such as [8, 4, 2]";
    if (key_.path == "name") return "write a name such as edge_4x4";
    if (!key_.words.empty()) return fmt::format("write {}", allowed_text(key_));
    if (key_.member.index() == 1) return "write true or false";
    return fmt::format("write {}", number_example());
  }

  std::string number_example() const {
    const std::string allowed = allowed_text(key_);
    return key_.choices.empty() ? fmt::format("a number from {}", allowed) : allowed;
  }

  bool read_number(const Node& node, int& value) {
    if (node.kind != Node::Kind::kScalar || node.quoted) return wrong_type(node, "a number");
    const ParsedNumber number = parse_number(node.text);
    if (number.form == NumberForm::kNone) return wrong_type(node, "a number");
    if (number.form == NumberForm::kOdd) {
      diagnostics_
          .error(Code::kNumberForm, node.span,
                 fmt::format("{} is {}, but must be a plain decimal integer", subject(node),
                             quote(node.text)))
          .help = number.remedy;
      if (&node == &node_) suggest(number.meant);
      return false;
    }
    return check_range(node, number, value);
  }

  bool check_range(const Node& node, const ParsedNumber& number, int& value) {
    const std::string unit = key_.unit.empty() ? "" : " " + key_.unit;
    if (!key_.choices.empty()) {
      if (number.fits &&
          std::find(key_.choices.begin(), key_.choices.end(), number.value) != key_.choices.end()) {
        value = static_cast<int>(number.value);
        return true;
      }
      diagnostics_
          .error(Code::kNotAChoice, node.span,
                 fmt::format("{} is {}, but must be {}{}", subject(node), quote(node.text),
                             allowed_text(key_), unit))
          .help = fmt::format("write {}", choices_text());
      &node == &node_ ? suggest(texts_of(key_.choices)) : suggest_items(node);
      return false;
    }
    if (!number.fits || number.value < key_.least || number.value > key_.most) {
      const bool low = number.text_is_negative || (number.fits && number.value < key_.least);
      diagnostics_
          .error(Code::kOutOfRange, node.span,
                 fmt::format("{} is {}, but must be {} to {}{}", subject(node), quote(node.text),
                             key_.least, key_.most, unit))
          .help = low ? fmt::format("write {} or more", key_.least)
                      : fmt::format("write {} or less", key_.most);
      suggest({std::to_string(low ? key_.least : key_.most)});
      return false;
    }
    value = static_cast<int>(number.value);
    return !key_.power_of_two || check_power_of_two(node, value);
  }

  bool check_power_of_two(const Node& node, int value) {
    if ((value & (value - 1)) == 0) return true;
    int below = 1;
    while (below * 2 < value) below *= 2;
    std::vector<std::string> near;
    for (const int power : {below, below * 2}) {
      if (power >= key_.least && power <= key_.most) near.push_back(std::to_string(power));
    }
    diagnostics_
        .error(Code::kNotPowerOfTwo, node.span,
               fmt::format("'{}' is {}, but must be a power of two", key_.path, value))
        .help = fmt::format("write {}", join_words(near, "or"));
    suggest(near);
    return false;
  }

  static std::vector<std::string> texts_of(const std::vector<int>& numbers) {
    std::vector<std::string> texts;
    for (const int number : numbers) texts.push_back(std::to_string(number));
    return texts;
  }

  /// The allowed numbers; for a list, those that it does not have yet.
  std::vector<std::string> choices() const {
    std::vector<std::string> left;
    for (const std::string& choice : texts_of(key_.choices)) {
      const bool there = std::any_of(node_.items.begin(), node_.items.end(),
                                     [&](const Node& item) { return item.text == choice; });
      if (!there) left.push_back(choice);
    }
    return left;
  }

  std::string choices_text() const {
    const std::vector<std::string> left = choices();
    return left.empty() ? "each allowed number once" : join_words(left, "or");
  }

  /// Notes the lists that allowed numbers in the place of an item give.
  void suggest_items(const Node& bad) {
    Refused refused{diagnostics_.size() - 1, key_.path, {}, choices(), ""};
    const auto list_with = [&](const std::string& text) {
      std::vector<std::string> items;
      for (const Node& item : node_.items) items.push_back(&item == &bad ? text : item.text);
      std::erase(items, "");
      return fmt::format("[{}]", fmt::join(items, ", "));
    };
    for (const std::string& choice : refused.shown) refused.wanted.push_back(list_with(choice));
    refused.without = list_with("");
    refused_.push_back(std::move(refused));
  }

  /// Notes the values that the error just reported names.
  void suggest(const std::vector<std::string>& wanted) {
    refused_.push_back({diagnostics_.size() - 1, key_.path, wanted, {}, ""});
  }

  const Key& key_;
  const Node& node_;
  Diagnostics& diagnostics_;
  std::vector<Refused>& refused_;
};

}  // namespace

ReadValues read_values(const GivenValues& given, Diagnostics& diagnostics) {
  ReadValues values;
  for (const Key& key : schema()) {
    const auto found = given.find(key.path);
    if (found == given.end()) {
      if (key.required) values.bad[key.path] = true;
      continue;
    }
    ValueReader reader(key, *found->second, diagnostics, values.refused);
    const bool good =
        std::visit([&](auto member) { return reader.read(member(values.config)); }, key.member);
    if (good) {
      values.places[key.path] = found->second->span;
    } else {
      values.bad[key.path] = true;
    }
  }
  return values;
}

}  // namespace sluice
