// SPDX-License-Identifier: Apache-2.0
// The networks of MLPerf Tiny, beside the tree where they are at hand, against TFLite's
// interpreter, a package of PyPI.
#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

constexpr const char* kNetworks = "../shared/data/mlperf_tiny";

std::vector<std::string> networks() {
  std::vector<std::string> files;
  const std::filesystem::path folder = source_dir() / kNetworks;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path());
  return files;
}

}  // namespace

TEST_CASE("TfliteSet.NetworksOfMlperfTinyAreThoseOfTflite") {
  const std::string folder = kNetworks;
  const char* needs =
      "python3 -c 'import numpy, ai_edge_litert' || python3 -c 'import numpy, tflite_runtime'";
  if (networks().empty() || run_shell(source_dir(), needs).exit_code != 0) {
    WARN("skipped: needs " + folder + ", and python3 with numpy and ai_edge_litert");
    return;
  }
  const TempDir temp;
  const RunResult result =
      run_shell(source_dir(), "python3 tests/generator/app/tflite_set.py '" + program() + "' " +
                                  temp.path().string() + " " + folder + "/*.tflite");
  INFO(result.out);
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("6 of 6 files as in TFLite") != std::string::npos);
}

}  // namespace sluice::test
