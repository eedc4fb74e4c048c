#include "tools/process.h"

#include <catch2/catch.hpp>

#include "tools/error.h"
#include "tools/workspace.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("A process gives its output, its exit code and its memory") {
  const Workspace workspace;
  const ProcessResult result =
      run_process({"sh", "-c", "echo out; echo err >&2; pwd; exit 3"}, workspace.folder());
  CHECK(result.exit_code == 3);
  CHECK_FALSE(result.timed_out);
  CHECK(result.output == "out\nerr\n" + workspace.folder().string() + "\n");
  CHECK(result.peak_kb > 0);
}

TEST_CASE("A process that takes too long is killed with its children") {
  const Workspace workspace;
  const ProcessResult result =
      run_process({"sh", "-c", "sleep 100 & sleep 100"}, workspace.folder(), 0.2);
  CHECK(result.timed_out);
  CHECK(result.exit_code == 128 + 9);
  CHECK(result.seconds < 10);
}

TEST_CASE("A missing tool is named with its package") {
  CHECK_FALSE(tool_exists("no-such-tool"));
  CHECK_THROWS_WITH(
      require_tool("no-such-tool", "some-package"),
      Contains("no-such-tool is not installed") && Contains("apt-get install some-package"));
  CHECK_THROWS_AS(run_process({"no-such-tool"}, "/"), SynthError);
}

TEST_CASE("A workspace disappears with its owner") {
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
