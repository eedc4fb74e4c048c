// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "generator/util/user_error.h"

namespace sluice::sweep {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestLine = std::size_t{1} << 20;
constexpr const char* kRemedy =
    "the line is left out, and its point is computed again if it is one of the sweep's";

}  // namespace

ResultFolder::ResultFolder(const fs::path& folder, const Shard& shard,
                           const std::function<void(const std::string&)>& tell)
    : folder_(folder, "sweep", shard), tell_(tell) {
  try {
    own_file_ =
        path() / (shard.whole() ? "results.jsonl" : fmt::format("results.{}.jsonl", shard.index));
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path())) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("results.") && name.ends_with(".jsonl")) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) read(file, file == own_file_ || shard.whole());
    results_ = open_append(own_file_);
  } catch (const fs::filesystem_error& failure) {
    throw UserError(fmt::format("{}: {}", path().string(), failure.code().message()));
  }
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
