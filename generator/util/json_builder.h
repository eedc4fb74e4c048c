// SPDX-License-Identifier: Apache-2.0
// Builds a JSON tree from the events of nlohmann's parser, with a bound for all that can grow.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "generator/util/checked_json.h"

namespace sluice::json {

/// Takes events; `problem` is not empty if one of them returned false.
class Builder {
 public:
  explicit Builder(std::size_t most_values) : most_(most_values) {}

  std::string problem;
  std::size_t problem_at = std::string::npos;  ///< a byte, from 0, if the parser knows it
  Json root;

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(Json::number_integer_t value) { return add(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
  bool number_float(Json::number_float_t value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool key(std::string& name);
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t byte, const std::string&, const Json::exception& error);

 private:
  /// Members are appended, not looked up, which would take quadratic time; so keys are kept.
  struct Open {
    Json value;
    std::string key;
    std::unordered_set<std::string> keys;
  };

  bool refuse(const std::string& what) {
    problem = what;
    return false;
  }
  bool add(Json value);
  bool open(Json value);
  bool close();

  std::size_t most_, values_ = 0;
  std::vector<Open> open_;
};

}  // namespace sluice::json
