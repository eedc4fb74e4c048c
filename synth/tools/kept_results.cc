// SPDX-License-Identifier: Apache-2.0
#include "synth/tools/kept_results.h"

#include <fmt/format.h>

#include <fstream>

#include "generator/util/user_error.h"
#include "generator/util/write_file.h"

namespace sluice::synth {

namespace fs = std::filesystem;

KeptResults::KeptResults(const fs::path& folder, std::function<void(const std::string&)> tell)
    : folder_(folder), tell_(std::move(tell)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw UserError(fmt::format("{}: {}", folder_.string(), error.message()));
}

KeptResults::Json KeptResults::get(const std::string& key, const std::function<Json()>& make,
                                   const Check& check) {
  Json result;
  if (begin(key, check, result)) return result;
  try {
    result = make();
    if (!folder_.empty()) write(key, result);
  } catch (...) {
    end(key, nullptr);
    throw;
  }
  end(key, &result);
  return result;
}

/// True with the result if it is there; else the caller must make it and call `end`.
bool KeptResults::begin(const std::string& key, const Check& check, Json& result) {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return !in_work_.contains(key); });
  if (const auto found = known_.find(key); found != known_.end()) {
    result = found->second;
    return true;
  }
  if (!folder_.empty()) result = read(key, check);
  if (result.is_object()) {
    known_[key] = result;
    return true;
  }
  in_work_.insert(key);
  return false;
}

void KeptResults::end(const std::string& key, const Json* result) {
  const std::lock_guard lock(mutex_);
  in_work_.erase(key);
  if (result) known_[key] = *result;
  ended_.notify_all();
}

/// Null if the file is not there, or damaged.
KeptResults::Json KeptResults::read(const std::string& key, const Check& check) const {
  const std::string file = (folder_ / (key + ".json")).string();
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return nullptr;
  const std::string remedy = "it is made again";
  try {
    json::Document document(read_input(file, input::kKept, remedy), {file, remedy});
    if (!document.root().json().is_object()) document.root().fail("an object");
    if (check) check(document.root());
    return document.take();
  } catch (const UserError& error) {
    if (tell_) tell_(error.what());
    return nullptr;
  }
}

void KeptResults::write(const std::string& key, const Json& result) const {
  write_file(folder_ / (key + ".json"),
             result.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace sluice::synth
