// SPDX-License-Identifier: Apache-2.0
// What Hadamard transforms add to a large design: their module alone is mapped, and compared with
// the kept area of the design without them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "generator/emit/bundle.h"
#include "synth/yosys/mapping.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

TEST_CASE("Area.HadamardTransformsAddAtMostTwoPercentToTheLogicOfFold1024") {
  const Plan plan = test::shipped_plan("fold1024", {"hadamard=32"});
  const Liberty liberty = load_liberty("osu018");
  const MapResult mapped =
      map_design(rtl_of(render_bundle(plan, make_origin("x.yaml", {})), "hadamard"), liberty);
  const auto file = test::source_dir() / "synth" / "baselines" / "fold1024.json";
  const double all = nlohmann::json::parse(test::read_file(file))["nand2"]["total"];
  const double more = mapped.area() / liberty.nand2_area();
  INFO(more << " NAND2 of " << all);
  CHECK(more >= 0.01 * all);
  CHECK(more <= 0.02 * all);
}

}  // namespace
}  // namespace sluice::synth
