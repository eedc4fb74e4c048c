// SPDX-License-Identifier: Apache-2.0
// Areas of variants beside each other, and how --compare names them.
#include <catch2/catch.hpp>

#include "synth/area/render.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;

TEST_CASE("Area.AComparisonHasAColumnForEachVariant") {
  AreaReport base;
  base.design = "d";
  base.macs = 32;
  base.total = {"total", 24000, 1000, 100, 50};
  for (const std::string& block : block_names()) base.blocks.push_back({block, 2400, 100, 10, 5});
  base.memory_nand2 = 500;
  AreaReport smaller = base;
  for (BlockArea& block : smaller.blocks) block.nand2 /= 2;
  smaller.total.nand2 /= 4;
  smaller.memory_nand2 *= 2;
  const std::vector<AreaVariant> variants = {{"", base}, {"gating=false", smaller}};
  const std::string text = comparison_text(variants);
  CHECK_THAT(text,
             Contains("  [1] gating=false\n") && Contains("        base         [1]   ratio\n"));
  CHECK_THAT(text, Contains("   0.500\n") && Contains("   0.250\n"));
  CHECK_THAT(text, Contains("  memories                             500        1000   2.000\n"));
  const Json json = comparison_json(variants);
  CHECK(json["variants"][0]["changes"] == "gating=false");
  CHECK(json["variants"][0]["logic_ratio"] == 0.25);
  CHECK(json["variants"][0]["memory_ratio"] == 2);
  CHECK(json["variants"][0]["ratio"] == (250.0 + 1000) / (1000 + 500));
  CHECK(json["base"]["design"] == "d");
}

TEST_CASE("Area.ChangesAreSplitAtCommasOutsideBrackets") {
  using List = std::vector<std::string>;
  CHECK(split_changes("gating=false") == List{"gating=false"});
  CHECK(split_changes("a=1,precisions=[8,4,2],b.c=2") ==
        List{"a=1", "precisions=[8,4,2]", "b.c=2"});
  CHECK_THROWS_WITH(split_changes("precisions=[8,4"),
                    "--compare precisions=[8,4: brackets do not match; write lists as "
                    "precisions=[8,4]");
  CHECK_THROWS_WITH(split_changes("a=1],b=2"), Contains("brackets do not match"));
  CHECK_THROWS_WITH(split_changes("a=1,,b=2"), Contains("'' is not key=value"));
  CHECK_THROWS_WITH(split_changes("gating"), Contains("'gating' is not key=value"));
}

}  // namespace
}  // namespace sluice::synth
