// SPDX-License-Identifier: Apache-2.0
// The driver of a design, built with AddressSanitizer and UndefinedBehaviorSanitizer, gets images
// with a right checksum of which one field or two are wrong.
// SLUICE_SEED sets the first network's seed (1 if not set), SLUICE_RUNS the networks of a design.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <optional>

#include "generator/compiler/compile.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/image_file.h"
#include "generator/plan/plan.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"
#include "tests/support/repeat.h"
#include "tests/templates/simulated/host_programs.h"
#include "verif/run/random_case.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCompile =
    "cc -std=c99 -g -O1 -Wall -Wextra -Werror -fsanitize=address,undefined "
    "-fno-sanitize-recover=all";

bool has_sanitizers(const fs::path& folder) {
  write_file(folder / "empty.c", "int main(void) { return 0; }\n");
  if (run_shell(folder, fmt::format("{} -o empty empty.c && ./empty", kCompile)).exit_code == 0)
    return true;
  WARN("cc has no AddressSanitizer here: the driver is not fuzzed");
  return false;
}

/// Builds `fuzz` in the folder of the design's driver.
void build_fuzz(const fs::path& folder, const std::string& name) {
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char letter) { return std::toupper(letter); });
  std::string source = read_file(source_dir() / "tests/templates/simulated/driver/fuzz.c");
  source = replace_all(replace_all(source, "NAME_UPPER", upper), "NAME", name);
  write_file(folder / "fuzz.c", source);
  const RunResult built = run_shell(
      folder, fmt::format("{0} -o fuzz fuzz.c {1}_driver.c {1}_host.c {1}_host_steps.c -lm",
                          kCompile, name));
  INFO(built.out);
  REQUIRE(built.exit_code == 0);
}

/// The image of this seed's network, none if that does not fit the design.
std::optional<std::string> image_of(const Plan& plan, std::uint64_t seed) {
  run::RandomCase random = run::random_case(plan, seed);
  set_small_host(random.network);
  compiler::Options options;
  options.gated = random.gated;
  options.local = random.local;
  try {
    const compiler::Program program = compiler::compile(random.network, plan, options);
    const auto image = compiler::image_file(program, random.network, plan, 0);
    return std::string(image.begin(), image.end());
  } catch (const compiler::CompileError&) {
    return std::nullopt;
  }
}

void fuzz_driver(const std::string& name) {
  const TempDir temp;
  if (!has_sanitizers(temp.path())) return;
  const Config& config = design(name).config;
  const fs::path folder = write_files(bundle_of(config), temp.path()) / "driver";
  build_fuzz(folder, name);
  const Plan plan = make_plan(config);
  const std::uint64_t runs = number_from("SLUICE_RUNS", 2);
  std::uint64_t done = 0;
  for (std::uint64_t seed = number_from("SLUICE_SEED", 1); done < runs; seed++) {
    const std::optional<std::string> image = image_of(plan, seed);
    if (!image) continue;
    write_file(folder / "image", *image);
    const RunResult result = run_shell(folder, fmt::format("./fuzz image {} 2000", seed));
    INFO("repeat: SLUICE_SEED=" << seed
                                << " SLUICE_RUNS=1 build/verify 'DriverFuzz.NoReportOnWrongFields "
                                << name << "'\n"
                                << result.out);
    REQUIRE(result.exit_code == 0);
    done++;
  }
}

}  // namespace

TEST_CASE("DriverFuzz.NoReportOnWrongFields t_small") { fuzz_driver("t_small"); }
TEST_CASE("DriverFuzz.NoReportOnWrongFields t_plain") { fuzz_driver("t_plain"); }
TEST_CASE("DriverFuzz.NoReportOnWrongFields t_axi_by_id") { fuzz_driver("t_axi_by_id"); }

}  // namespace sluice::test
