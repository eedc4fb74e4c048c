// SPDX-License-Identifier: Apache-2.0
// Results that are made once: by key, in memory and in a folder.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "generator/util/checked_json.h"

namespace sluice::synth {

class KeptResults {
 public:
  using Json = json::Json;
  /// Throws UserError if a kept result is not what the program makes.
  using Check = std::function<void(const json::Value&)>;

  /// In memory alone.
  KeptResults() = default;

  /// Also as files <key>.json in a folder, which is made if it is not there. Several processes may
  /// use it at the same time: a file is there whole or not at all, and one that a power cut spoilt
  /// counts as not there. Throws UserError.
  /// `tell` gets a line for each file that is damaged, and so made again.
  explicit KeptResults(const std::filesystem::path& folder,
                       std::function<void(const std::string&)> tell = {});

  /// The result of a key, made by `make` if it is not there. The key must say everything that the
  /// result depends on, and be a file name; the result must be a JSON object. May be called by
  /// several threads: a second one that asks for the same key waits. If `make` throws, nothing is
  /// kept. Throws what `make` throws, and UserError if the file cannot be written.
  /// A file that `check` refuses counts as not there, as does one that is no JSON object.
  Json get(const std::string& key, const std::function<Json()>& make, const Check& check = {});

 private:
  bool begin(const std::string& key, const Check& check, Json& result);
  void end(const std::string& key, const Json* result);
  Json read(const std::string& key, const Check& check) const;
  void write(const std::string& key, const Json& result) const;

  std::filesystem::path folder_;  ///< empty: none
  std::function<void(const std::string&)> tell_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::set<std::string> in_work_;
  std::map<std::string, Json> known_;
};

}  // namespace sluice::synth
