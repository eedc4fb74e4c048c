// SPDX-License-Identifier: Apache-2.0
#include "generator/util/json_builder.h"

#include <fmt/format.h>

#include "generator/util/text.h"

namespace sluice::json {

bool Builder::add(Json value) {
  if (++values_ > most_) return refuse(fmt::format("holds more than {} values", most_));
  if (open_.empty()) {
    root = std::move(value);
    return true;
  }
  Open& parent = open_.back();
  if (parent.value.is_array()) {
    parent.value.get_ref<Json::array_t&>().push_back(std::move(value));
  } else {
    Json::object_t& members = parent.value.get_ref<Json::object_t&>();
    static_cast<Json::object_t::Container&>(members).emplace_back(std::move(parent.key),
                                                                  std::move(value));
  }
  return true;
}

bool Builder::open(Json value) {
  if (open_.size() == static_cast<std::size_t>(kDeepest)) {
    return refuse(fmt::format("values nest more than {} levels deep here", kDeepest));
  }
  open_.push_back({std::move(value), {}, {}});
  return true;
}

bool Builder::close() {
  Json value = std::move(open_.back().value);
  open_.pop_back();
  return add(std::move(value));
}

bool Builder::key(std::string& name) {
  Open& object = open_.back();
  if (!object.keys.insert(name).second) {
    return refuse(fmt::format("'{}' is given a second time in one object", shortened(name, 40)));
  }
  object.key = std::move(name);
  return true;
}

/// nlohmann's words, without its error number and place, and without what it read last, which may
/// be of any length and no text.
bool Builder::parse_error(std::size_t byte, const std::string&, const Json::exception& error) {
  const std::string what = error.what();
  const std::size_t words = what.find("syntax error");
  problem =
      words == std::string::npos
          ? "this is not JSON: the number is out of range"
          : "this is not JSON: " + what.substr(words, what.find("; last read", words) - words);
  problem_at = byte == 0 ? 0 : byte - 1;  // the byte read last
  return false;
}

}  // namespace sluice::json
