// SPDX-License-Identifier: Apache-2.0
// The folder of a sweep: a marker, a lock, and results that are only ever appended.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "generator/results/sweep_result.h"
#include "generator/sweep/files.h"
#include "generator/sweep/work_folder.h"

namespace sluice::sweep {

class ResultFolder {
 public:
  /// Makes the folder, or takes one that a sweep made; locks it and reads all results in it. A
  /// last line that was cut off is dropped; a line that is no result is left out, and `tell` gets a
  /// line of text for each. Throws UserError if the folder is somebody else's or in use, or
  /// if its results cannot be read.
  ResultFolder(const std::filesystem::path& folder, const Shard& shard,
               const std::function<void(const std::string&)>& tell);

  const std::filesystem::path& path() const { return folder_.path(); }

  /// The result of this key, or null. One that did not fail but lacks one of these figures counts
  /// as not there.
  const results::Point* find(const std::string& key, const results::SweepColumns& figures) const;

  /// Keeps a result, on disk when this returns. May be called by several threads.
  void append(const results::Point& result);

 private:
  void read(const std::filesystem::path& file, bool own);
  void read_line(const std::string& file, int number, std::string line);
  void keep(const results::Point& result);

  WorkFolder folder_;
  std::filesystem::path own_file_;
  Descriptor results_;
  std::function<void(const std::string&)> tell_;
  mutable std::mutex mutex_;
  std::map<std::string, results::Point> by_key_;
  bool broken_ = false;  ///< a line could not be written whole
};

}  // namespace sluice::sweep
