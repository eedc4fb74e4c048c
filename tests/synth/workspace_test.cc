// SPDX-License-Identifier: Apache-2.0
#include "synth/tools/workspace.h"

#include <catch2/catch.hpp>

namespace sluice::synth {
namespace {

TEST_CASE("Workspace.DisappearsWithItsOwner") {
  std::filesystem::path folder;
  {
    const Workspace workspace;
    folder = workspace.folder();
    workspace.write("a/b.txt", "text");
    CHECK(workspace.read("a/b.txt") == "text");
    CHECK(workspace.read("none").empty());
  }
  CHECK_FALSE(std::filesystem::exists(folder));
}

}  // namespace
}  // namespace sluice::synth
