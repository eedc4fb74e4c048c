// SPDX-License-Identifier: Apache-2.0
// JSON that comes from files: parsed within limits, and read key by key, so that whatever is wrong
// is told with file, line, column, the key's path and what it must be.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "generator/util/input_file.h"

namespace sluice::json {

using Json = nlohmann::ordered_json;

/// Deepest nesting of arrays and objects.
inline constexpr int kDeepest = 32;
/// Figures larger than this are no results of this program.
inline constexpr double kLargest = 1e18;

/// Where a text comes from.
struct Origin {
  std::string file;
  std::string remedy;  ///< ends each message: "make it with sluice area CONFIG --json"
  int line = 1;        ///< of the text's first line, for files with one text a line
};

class Document;

/// A value of a document, or the place where one is missing. All readers throw UserError if the
/// value is missing, or not what they read.
class Value {
 public:
  Value(const Document& document, const Json& json) : document_(&document), json_(&json) {}

  const Json& json() const { return *json_; }

  /// The member of an object. One that is missing is told of when it is read.
  Value at(std::string_view key) const;
  /// The same; nothing if it is missing.
  std::optional<Value> find(std::string_view key) const;
  std::vector<Value> items() const;                            ///< of an array
  std::vector<std::pair<std::string, Value>> members() const;  ///< of an object, in their order

  double number(double low = -kLargest, double high = kLargest) const;
  double positive() const;  ///< from 1e-12
  std::int64_t integer(std::int64_t low, std::int64_t high) const;
  std::int64_t count() const { return integer(0, static_cast<std::int64_t>(kLargest)); }
  bool flag() const;
  const std::string& text() const;

  /// Throws UserError: "file:line:column: points[3].cycles is -1, but must be ..".
  [[noreturn]] void fail(const std::string& must_be) const;

 private:
  Value(const Document& document, const Json& parent, std::string missing)
      : document_(&document), json_(nullptr), parent_(&parent), missing_(std::move(missing)) {}
  bool is(Json::value_t type) const { return json_ && json_->type() == type; }

  const Document* document_;
  const Json* json_;              ///< null: missing
  const Json* parent_ = nullptr;  ///< of one that is missing
  std::string missing_;
};

/// A parsed text.
class Document {
 public:
  /// Throws UserError if the text is not JSON, nests deeper than kDeepest, has a key twice in one
  /// object, a number beyond the range of double, or more values than allowed. Linear in its size.
  Document(std::string text, Origin origin, std::size_t most_values = SIZE_MAX);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  Value root() const { return Value(*this, json_); }
  Json take() { return std::move(json_); }

 private:
  friend class Value;
  [[noreturn]] void fail_at(std::size_t byte, const std::string& message) const;
  [[noreturn]] void fail_in(const Json& value, const std::string& missing,
                            const std::string& message) const;

  std::string text_;
  Origin origin_;
  Json json_;
};

}  // namespace sluice::json
