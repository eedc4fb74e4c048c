// SPDX-License-Identifier: Apache-2.0
#include "generator/util/checked_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "generator/util/json_builder.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"

namespace sluice::json {
namespace {

/// Walks over the bytes of a text and tells how far the parser is.
struct Cursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  const char** last;

  reference operator*() const { return *at; }
  Cursor& operator++() {
    *last = at++;
    return *this;
  }
  bool operator==(const Cursor& other) const { return at == other.at; }
  bool operator!=(const Cursor& other) const { return at != other.at; }
};

/// Finds values in a text that is known to be JSON.
class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  /// The byte where the value begins that is reached by these ordinal numbers of members.
  std::size_t find(const std::vector<std::size_t>& steps) {
    skip_blanks();
    for (const std::size_t step : steps) enter(step);
    return at_;
  }

 private:
  void enter(std::size_t step) {
    const bool object = text_[at_++] == '{';
    for (std::size_t k = 0;; k++) {
      skip_blanks();
      if (object) {
        skip_value();  // the key
        skip_blanks();
        at_++;
        skip_blanks();
      }
      if (k == step) return;
      skip_value();
      skip_blanks();
      at_++;
    }
  }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  void skip_string() {
    for (at_++; text_[at_] != '"'; at_++) at_ += text_[at_] == '\\' ? 1 : 0;
    at_++;
  }

  void skip_value() {
    int depth = 0;
    do {
      const char c = text_[at_];
      if (c == '"') {
        skip_string();
        continue;
      }
      if (c == '[' || c == '{') depth++;
      if (c == ']' || c == '}') depth--;
      at_++;
      if (depth == 0 && c != ']' && c != '}') {
        at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
      }
    } while (depth > 0);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// A value's path as text and as ordinal numbers; found by its address, only when it is needed.
struct Path {
  std::string text;
  std::vector<std::size_t> steps;

  bool find(const Json& from, const Json& wanted) {
    if (&from == &wanted) return true;
    if (!from.is_structured()) return false;
    std::size_t step = 0;
    for (const auto& [key, value] : from.items()) {
      const std::size_t size = text.size();
      text += from.is_array() ? fmt::format("[{}]", step)
                              : fmt::format("{}{}", text.empty() ? "" : ".", shortened(key, 40));
      steps.push_back(step++);
      if (find(value, wanted)) return true;
      steps.pop_back();
      text.resize(size);
    }
    return false;
  }
};

std::string found_text(const Json& json) {
  if (json.is_array()) return "a list";
  if (json.is_object()) return "an object";
  if (json.is_string())
    return fmt::format("the text '{}'", shortened(json.get_ref<const std::string&>(), 40));
  return json.dump();
}

}  // namespace

Document::Document(std::string text, Origin origin, std::size_t most_values)
    : text_(std::move(text)), origin_(std::move(origin)) {
  const char* last = text_.data();
  Builder builder(most_values);
  const Cursor begin{text_.data(), &last}, end{text_.data() + text_.size(), &last};
  if (!Json::sax_parse(begin, end, &builder)) {
    fail_at(builder.problem_at == std::string::npos ? static_cast<std::size_t>(last - text_.data())
                                                    : builder.problem_at,
            builder.problem);
  }
  json_ = std::move(builder.root);
}

void Document::fail_at(std::size_t byte, const std::string& message) const {
  byte = std::min(byte, text_.size());
  const auto begin = text_.begin(), at = begin + static_cast<std::ptrdiff_t>(byte);
  const std::size_t line_end = byte == 0 ? std::string::npos : text_.rfind('\n', byte - 1);
  const std::size_t line_start = line_end == std::string::npos ? 0 : line_end + 1;
  throw UserError({origin_.file, origin_.line + static_cast<int>(std::count(begin, at, '\n')),
                   static_cast<int>(byte - line_start) + 1},
                  message + "; " + origin_.remedy);
}

void Document::fail_in(const Json& value, const std::string& missing,
                       const std::string& message) const {
  Path path;
  path.find(json_, value);
  std::string name = path.text;
  if (!missing.empty()) name += (name.empty() ? "" : ".") + missing;
  fail_at(Finder(text_).find(path.steps),
          (name.empty() ? "this" : fmt::format("'{}'", name)) + " " + message);
}

void Value::fail(const std::string& must_be) const {
  if (!json_) {
    document_->fail_in(*parent_, missing_, fmt::format("is missing, but must be {}", must_be));
  }
  document_->fail_in(*json_, "", fmt::format("is {}, but must be {}", found_text(*json_), must_be));
}

Value Value::at(std::string_view key) const {
  if (const std::optional<Value> member = find(key)) return *member;
  return Value(*document_, *json_, std::string(key));
}

std::optional<Value> Value::find(std::string_view key) const {
  if (!is(Json::value_t::object)) fail("an object");
  const auto found = json_->find(std::string(key));
  if (found == json_->end()) return std::nullopt;
  return Value(*document_, *found);
}

std::vector<Value> Value::items() const {
  if (!is(Json::value_t::array)) fail("a list");
  std::vector<Value> values;
  for (const Json& item : *json_) values.emplace_back(*document_, item);
  return values;
}

std::vector<std::pair<std::string, Value>> Value::members() const {
  if (!is(Json::value_t::object)) fail("an object");
  std::vector<std::pair<std::string, Value>> values;
  for (const auto& [key, value] : json_->items()) {
    values.emplace_back(key, Value(*document_, value));
  }
  return values;
}

double Value::number(double low, double high) const {
  const double value = json_ && json_->is_number() ? json_->get<double>() : NAN;
  if (!(value >= low && value <= high)) {
    fail(fmt::format("a number from {:g} to {:g}", low, high));
  }
  return value;
}

double Value::positive() const {
  const double value = json_ && json_->is_number() ? json_->get<double>() : NAN;
  if (!(value >= 1e-12 && value <= kLargest)) {
    fail(fmt::format("a number more than 0, at most {:g}", kLargest));
  }
  return value;
}

std::int64_t Value::integer(std::int64_t low, std::int64_t high) const {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  std::optional<std::int64_t> value;
  if (is(Json::value_t::number_integer)) value = json_->get<std::int64_t>();
  if (is(Json::value_t::number_unsigned) && json_->get<std::uint64_t>() <= INT64_MAX) {
    value = json_->get<std::int64_t>();
  }
  if (is(Json::value_t::number_float)) {
    const double real = json_->get<double>();
    if (std::trunc(real) == real && std::abs(real) <= kExact) {
      value = static_cast<std::int64_t>(real);
    }
  }
  if (!value || *value < low || *value > high) {
    fail(fmt::format("a whole number from {} to {}", low, high));
  }
  return *value;
}

bool Value::flag() const {
  if (!is(Json::value_t::boolean)) fail("true or false");
  return json_->get<bool>();
}

const std::string& Value::text() const {
  if (!is(Json::value_t::string)) fail("a text");
  return json_->get_ref<const std::string&>();
}

}  // namespace sluice::json
