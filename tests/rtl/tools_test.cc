// The tools read every design without a word: Verilator's linter with all warnings, Icarus Verilog
// and Yosys. The commands are those of the generated README.
#include <catch2/catch.hpp>

#include "support/designs.h"
#include "support/files.h"

namespace sluice::test {
namespace {

/// Runs a command in the folder of each design; NAME stands for the design's name.
void require_silence(const std::string& command) {
  const TempDir temp;
  for (const Design& design : designs()) {
    const auto folder = write_files(bundle_of(design.config), temp.path());
    const std::string line = replace_all(command, "NAME", design.config.name);
    const RunResult result = run_shell(folder, line);
    INFO(design.config.name << " (" << design.purpose << "): " << line);
    CHECK(result.out == "");
    CHECK(result.exit_code == 0);
  }
}

TEST_CASE("Tools.VerilatorLintsEveryDesign") {
  require_silence("verilator --lint-only -Wall --top-module NAME_core -F NAME.f");
}

TEST_CASE("Tools.IcarusReadsEveryDesign") {
  require_silence("iverilog -g2012 -Wall -s NAME_core -o /dev/null -f NAME.f");
}

TEST_CASE("Tools.YosysReadsEveryDesign") {
  require_silence(
      "yosys -q -p \"read_verilog -sv $(grep -v // NAME.f | tr '\\n' ' '); "
      "hierarchy -check -top NAME_core; proc; check -assert\"");
}

}  // namespace
}  // namespace sluice::test
