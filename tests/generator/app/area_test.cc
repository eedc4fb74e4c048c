// SPDX-License-Identifier: Apache-2.0
// sluice area: mistakes on its command line and in what it reads. Numbers are tested in
// tests/synth/area_test.cc.
#include <catch2/catch.hpp>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("Area.MistakesOfTheConfigAreDiagnostics") {
  const RunResult base = run_sluice("area configs/tiny.yaml --set lanes=0");
  CHECK(base.exit_code == 1);
  CHECK_THAT(base.err, Contains("lanes") && Contains("1 error\n"));
  const RunResult variant = run_sluice(
      "area configs/tiny.yaml --compare gating=false --compare lanes=0,precisions=[8,4]");
  CHECK(variant.exit_code == 1);
  CHECK_THAT(variant.err, Contains("1 error; in --compare lanes=0,precisions=[8,4]\n"));
  CHECK(variant.out.empty());
}

TEST_CASE("Area.CompareMustBeKeysAndValues") {
  const RunResult result = run_sluice("area configs/tiny.yaml --compare gating");
  CHECK(result.exit_code == 1);
  CHECK(result.err ==
        "error: --compare gating: 'gating' is not key=value; write one or more, separated by "
        "commas, such as gating=false,precisions=[8]\n");
}

TEST_CASE("Area.LibrariesThatCannotBeReadAreErrors") {
  const RunResult missing = run_sluice("area configs/tiny.yaml --liberty /no/such.lib");
  CHECK(missing.exit_code == 1);
  CHECK(missing.err ==
        "error: /no/such.lib: cannot read this cell library; give a Liberty file or one of the "
        "names osu018, osu035\n");
  const RunResult wrong = run_sluice("area configs/tiny.yaml --liberty configs/tiny.yaml --json");
  CHECK(wrong.exit_code == 1);
  CHECK_THAT(wrong.out, Contains("\"ok\": false") && Contains("this is not a Liberty file"));
}

TEST_CASE("Area.MemoriesWithoutAMacroAreErrors") {
  const RunResult none = run_sluice("area configs/tiny.yaml --memories gf180");
  CHECK(none.exit_code == 1);
  CHECK(none.out.empty());
  CHECK(none.err ==
        "error: synth/memories/gf180.csv: activation buffer: no macro of GF180MCU serves a memory "
        "of 512 x 32 bits, 1r1w, granule 8; give a table that has one with --memories\n");
  const RunResult missing = run_sluice("area configs/tiny.yaml --memories /no/such.csv --json");
  CHECK(missing.exit_code == 1);
  CHECK_THAT(missing.out,
             Contains("\"ok\": false") && Contains("/no/such.csv") &&
                 Contains("give the path of a CSV file or Liberty files of memories, or cacti22"));
}

TEST_CASE("Area.RunsThatTakeTooLongAreStopped") {
  const RunResult result = run_sluice("area configs/tiny.yaml --timeout 0.5");
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Contains("Yosys did not map sluice_tiny_core within"));
}

TEST_CASE("Area.UsageMistakesEndWithTwo") {
  CHECK(run_sluice("area configs/tiny.yaml --recipe fast").exit_code == 2);
  CHECK(run_sluice("area configs/tiny.yaml --timeout 0").exit_code == 2);
  CHECK(run_sluice("area configs/tiny.yaml --compare ''").exit_code == 2);
  CHECK(run_sluice("area configs/tiny.yaml --memories ''").exit_code == 2);
}

}  // namespace
}  // namespace sluice::test
