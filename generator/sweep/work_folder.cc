// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/work_folder.h"

#include <fmt/format.h>

#include "generator/util/checked_json.h"
#include "generator/util/scratch.h"
#include "generator/util/user_error.h"
#include "generator/util/version.h"
#include "generator/util/write_file.h"

namespace sluice::sweep {
namespace {

namespace fs = std::filesystem;

bool is_marker(const fs::path& file, const std::string& key) {
  try {
    const json::Document marker(read_input(file.string(), input::kJson, ""), {file.string(), ""});
    return marker.root().find(key).has_value();
  } catch (const UserError&) {
    return false;
  }
}

}  // namespace

WorkFolder::WorkFolder(const fs::path& folder, const std::string& kind, const Shard& shard)
    : folder_(folder), kind_(kind) {
  try {
    claim();
    lock(shard);
  } catch (const fs::filesystem_error& failure) {
    throw UserError(fmt::format("{}: {}", folder_.string(), failure.code().message()));
  }
}

void WorkFolder::claim() {
  const fs::path file = folder_ / (kind_ + ".json");
  const std::string key = "sluice_" + kind_;
  fs::create_directories(folder_);
  if (fs::exists(file)) {
    if (is_marker(file, key)) return;
  } else {
    bool empty = true;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      // Another part may be writing the marker just now
      empty = empty && is_scratch_name(entry.path().filename().string());
    }
    if (empty) {
      const json::Json marker = {{key, 1}, {"made_by", version()}};
      write_file(file, marker.dump() + "\n");
      return;
    }
  }
  throw UserError(
      fmt::format("{}: this folder holds files and was not made by a {}; nothing was written. "
                  "Give a new or an empty folder",
                  folder_.string(), kind_));
}

void WorkFolder::lock(const Shard& shard) {
  // Parts share the folder; the whole has it alone
  bool locked = try_lock(folder_ / (kind_ + ".lock"), shard.whole(), lock_);
  if (!shard.whole() && locked) {
    locked = try_lock(folder_ / fmt::format("{}.{}.lock", kind_, shard.index), true, shard_lock_);
  }
  if (locked) return;
  throw UserError(
      fmt::format("{}: another {} is writing into this folder; wait for it, or give another "
                  "folder",
                  folder_.string(), kind_));
}

}  // namespace sluice::sweep
