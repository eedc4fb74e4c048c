// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "generator/util/scratch.h"
#include "generator/util/user_error.h"
#include "generator/util/version.h"
#include "generator/util/write_file.h"

namespace sluice::sweep {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMarker = "sweep.json";
constexpr std::size_t kLongestLine = std::size_t{1} << 20;
constexpr const char* kRemedy =
    "the line is left out, and its point is computed again if it is one of the sweep's";

bool is_marker(const fs::path& file) {
  try {
    const json::Document marker(read_input(file.string(), input::kJson, ""), {file.string(), ""});
    return marker.root().find("sluice_sweep").has_value();
  } catch (const UserError&) {
    return false;
  }
}

}  // namespace

ResultFolder::ResultFolder(const fs::path& folder, const Shard& shard,
                           const std::function<void(const std::string&)>& tell)
    : folder_(folder), tell_(tell) {
  try {
    claim();
    lock(shard);
    own_file_ =
        folder_ / (shard.whole() ? "results.jsonl" : fmt::format("results.{}.jsonl", shard.index));
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("results.") && name.ends_with(".jsonl")) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) read(file, file == own_file_ || shard.whole());
    results_ = open_append(own_file_);
  } catch (const fs::filesystem_error& failure) {
    throw UserError(fmt::format("{}: {}", folder_.string(), failure.code().message()));
  }
}

void ResultFolder::claim() {
  fs::create_directories(folder_);
  if (fs::exists(folder_ / kMarker)) {
    if (is_marker(folder_ / kMarker)) return;
  } else {
    bool empty = true;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      // Another part may be writing the marker just now
      empty = empty && is_scratch_name(entry.path().filename().string());
    }
    if (empty) {
      const json::Json marker = {{"sluice_sweep", 1}, {"made_by", version()}};
      write_file(folder_ / kMarker, marker.dump() + "\n");
      return;
    }
  }
  throw UserError(
      fmt::format("{}: this folder holds files and was not made by a sweep; nothing was written. "
                  "Give a new or an empty folder",
                  folder_.string()));
}

void ResultFolder::lock(const Shard& shard) {
  // Parts share the folder; the whole has it alone
  bool locked = try_lock(folder_ / "sweep.lock", shard.whole(), lock_);
  if (!shard.whole() && locked) {
    locked = try_lock(folder_ / fmt::format("sweep.{}.lock", shard.index), true, shard_lock_);
  }
  if (locked) return;
  throw UserError(
      fmt::format("{}: another sweep is writing into this folder; wait for it, or give another "
                  "folder",
                  folder_.string()));
}

void ResultFolder::read(const fs::path& file, bool own) {
  const std::string text = read_input(file.string(), input::kSweepLines, "give another folder");
  const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  // Cut off by a kill; of another shard's file it may just be on its way
  if (whole < text.size() && own && truncate(file.c_str(), static_cast<off_t>(whole)) != 0) {
    throw UserError(fmt::format("{}: cannot be written", file.string()));
  }
  int number = 0;
  for (std::size_t at = 0; at < whole;) {
    const std::size_t end = text.find('\n', at);
    read_line(file.string(), ++number, text.substr(at, std::min(end - at, kLongestLine + 1)));
    at = end + 1;
  }
}

void ResultFolder::read_line(const std::string& file, int number, std::string line) {
  try {
    if (line.size() > kLongestLine) {
      throw UserError({file, number, 1}, fmt::format("the line has more than {}; {}",
                                                     size_text(kLongestLine), kRemedy));
    }
    const json::Document document(std::move(line), {file, kRemedy, number});
    keep(results::point_of(document.root(), true));
  } catch (const UserError& error) {
    tell_(error.what());
  }
}

void ResultFolder::keep(const results::Point& result) {
  const auto [at, is_new] = by_key_.emplace(result.key, result);
  if (!is_new && (result.ok || !at->second.ok)) at->second = result;
}

const results::Point* ResultFolder::find(const std::string& key,
                                         const results::SweepColumns& figures) const {
  const std::lock_guard guard(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  const bool whole = !found->second.ok || results::has_needed(found->second, figures);
  return whole ? &found->second : nullptr;
}

void ResultFolder::append(const results::Point& result) {
  const std::string line =
      results::json_of(result).dump(-1, ' ', false, json::Json::error_handler_t::replace) + "\n";
  const std::lock_guard guard(mutex_);
  // Behind half a line nothing may be added: only a last line is dropped by the next sweep
  if (broken_) throw UserError("the results cannot be written");
  broken_ = true;
  append_line(results_, line);
  broken_ = false;
  keep(result);
}

}  // namespace sluice::sweep
