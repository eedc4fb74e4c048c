// SPDX-License-Identifier: Apache-2.0
#include "tests/support/processes.h"

#include <chrono>
#include <thread>

#include "tests/support/files.h"

namespace sluice::test {

bool comes_true(const std::function<bool()>& condition) {
  for (int k = 0; k < 1000 && !condition(); k++) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

bool runs(const std::string& process) {
  const std::filesystem::path stat = std::filesystem::path("/proc") / process / "stat";
  if (!std::filesystem::exists(stat)) return false;
  const std::string text = read_file(stat);
  return text.substr(text.rfind(')') + 2, 1) != "Z";
}

}  // namespace sluice::test
