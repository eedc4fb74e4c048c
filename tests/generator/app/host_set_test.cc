// SPDX-License-Identifier: Apache-2.0
// Operators that are left to the host, against onnxruntime; needs packages of PyPI.
#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {

TEST_CASE("HostSet.OperatorsGiveTheResultsOfOnnxruntime") {
  if (run_shell(source_dir(), "python3 -c 'import numpy, onnx, onnxruntime'").exit_code != 0) {
    WARN("skipped: needs python3 with numpy, onnx and onnxruntime");
    return;
  }
  const TempDir temp;
  const std::string script = "python3 tests/generator/app/host_set.py '";
  const RunResult result =
      run_shell(source_dir(), script + program() + "' " + temp.path().string());
  INFO(result.out);
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("networks as in onnxruntime") != std::string::npos);
}

}  // namespace sluice::test
