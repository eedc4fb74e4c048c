#include "tools/kept_results.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "tools/error.h"

namespace sluice::synth {

namespace fs = std::filesystem;

KeptResults::KeptResults(const fs::path& folder) : folder_(folder) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw SynthError(fmt::format("{}: {}", folder_.string(), error.message()));
}

KeptResults::Json KeptResults::get(const std::string& key, const std::function<Json()>& make) {
  Json result;
  if (begin(key, result)) return result;
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
bool KeptResults::begin(const std::string& key, Json& result) {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [&] { return !in_work_.contains(key); });
  if (const auto found = known_.find(key); found != known_.end()) {
    result = found->second;
    return true;
  }
  if (!folder_.empty()) result = read(key);
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

KeptResults::Json KeptResults::read(const std::string& key) const {
  std::ifstream stream(folder_ / (key + ".json"), std::ios::binary);
  return Json::parse(stream, nullptr, false);
}

void KeptResults::write(const std::string& key, const Json& result) const {
  const fs::path file = folder_ / (key + ".json");
  // Other processes may write the same file, so that the name must be this one's own
  const fs::path beside = fmt::format("{}.{}.new", file.string(), getpid());
  std::ofstream stream(beside, std::ios::binary);
  stream << result.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  stream.close();
  std::error_code error;
  if (stream) fs::rename(beside, file, error);
  if (!stream || error) throw SynthError(fmt::format("cannot write {}", file.string()));
}

}  // namespace sluice::synth
