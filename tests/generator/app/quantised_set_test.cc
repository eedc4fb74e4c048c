// SPDX-License-Identifier: Apache-2.0
// Networks as onnxruntime's quantiser writes them, against onnxruntime; needs packages of PyPI.
#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {

TEST_CASE("QuantisedSet.FilesOfOnnxruntimesQuantiserGiveItsResults") {
  const char* needs = "python3 -c 'import numpy, onnx, onnxruntime.quantization'";
  if (run_shell(source_dir(), needs).exit_code != 0) {
    WARN("skipped: needs python3 with numpy, onnx and onnxruntime");
    return;
  }
  const TempDir temp;
  const std::string script = "python3 tests/generator/app/quantised_set.py '";
  const RunResult result =
      run_shell(source_dir(), script + program() + "' " + temp.path().string());
  INFO(result.out);
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("575 of 575 files as in onnxruntime") != std::string::npos);
}

}  // namespace sluice::test
