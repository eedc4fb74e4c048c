// SPDX-License-Identifier: Apache-2.0
// Area by block: the tiny config, whose registers and memories are counted by hand here.
#include "synth/area/area.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "generator/config/reader.h"
#include "generator/emit/bundle.h"
#include "generator/emit/manifest.h"
#include "generator/plan/memories.h"
#include "generator/util/user_error.h"
#include "synth/area/render.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

Plan plan_of(const std::string& config, const std::vector<std::string>& overrides = {}) {
  Diagnostics diagnostics;
  const fs::path path = test::source_dir() / "configs" / (config + ".yaml");
  const std::optional<Config> read = load_config(path.string(), overrides, diagnostics);
  REQUIRE(read);
  return make_plan(*read);
}

const Liberty& osu018() {
  static const Liberty liberty = load_liberty("osu018");
  return liberty;
}

AreaReport measured(const Plan& plan) {
  KeptResults none;
  return measure_area(plan, osu018(), {}, none);
}

/// The tiny config is measured once for all tests.
const AreaReport& tiny() {
  static const AreaReport report = measured(plan_of("tiny"));
  return report;
}

MapResult map_array(const Plan& plan, const MapOptions& options) {
  return map_design(rtl_of(render_bundle(plan, make_origin("x.yaml", {})), "array"), osu018(),
                    options);
}

TEST_CASE("Area.EveryModuleOfADesignHasABlock") {
  const Plan plan = plan_of("tiny");
  for (const std::string& path : design_templates(plan)) {
    const std::string module = fs::path(path).stem().stem().string();
    INFO(path);
    const bool shared = module == "fifo" || module == "ram";
    const bool without_cells = module == "pkg";
    CHECK(block_of(module).empty() == (shared || without_cells));
  }
}

TEST_CASE("Area.AFifoBelongsToTheBlockThatUsesIt") {
  MappedDesign mapped;
  mapped.top = "d_core";
  mapped.modules = {
      {"d_core", "d_core", 1, 10, 0, {}, {{"d_load", 1}, {"d_post", 2}, {"d_fifo", 3}}, {}},
      {"d_load", "d_load", 1, 100, 0, {}, {{"d_fifo", 2}}, {}},
      {"d_post", "d_post", 2, 1000, 0, {}, {{"d_fifo", 1}}, {}},
      {"d_fifo", "d_fifo", 7, 1, 5, {}, {}, {{{4, 8, 8}, 1}}},
  };
  Plan plan = plan_of("tiny");
  plan.config.name = "d";
  const AreaReport report = area_report(plan, osu018(), mapped, {});
  CHECK(report.find("other")->area == 10 + 3);
  CHECK(report.find("memory port")->area == 100 + 2);
  CHECK(report.find("post-processing")->area == 2000 + 2);
  CHECK(report.find("post-processing")->flip_flops == 10);
  CHECK(report.find("PE array")->area == 0);
  CHECK(report.total.area == 10 + 100 + 2000 + 7);
  CHECK(report.memory_bits == 7 * 32);
}

TEST_CASE("Area.ReportsAreTheSameWhateverModulesOtherDesignsHaveBroughtBefore") {
  const test::TempDir temp;
  const auto text = [](const AreaReport& report) {
    return area_text(report) + area_json(report).dump();
  };
  const auto mapped = [&temp] {
    const auto files = fs::directory_iterator(temp.path());
    return std::distance(fs::begin(files), fs::end(files));
  };
  KeptResults modules(temp.path());
  CHECK(text(measure_area(plan_of("tiny"), osu018(), {}, modules)) == text(tiny()));
  const auto all = mapped();
  CHECK(all > 20);
  for (const char* change : {"gating=false", "lanes=1"}) {
    INFO(change);
    const Plan plan = plan_of("tiny", {change});
    const auto before = mapped();
    CHECK(text(measure_area(plan, osu018(), {}, modules)) == text(measured(plan)));
    CHECK(mapped() > before);
    CHECK(mapped() < before + all);
  }
  // A later process finds all modules of the base there
  KeptResults later(temp.path());
  const auto before = mapped();
  const AreaReport again = measure_area(plan_of("tiny"), osu018(), {}, later);
  CHECK(text(again) == text(tiny()));
  CHECK(again.seconds < tiny().seconds / 2);
  CHECK(mapped() == before);
}

TEST_CASE("Area.AnArrayMappedFlatIsNearlyTheArrayMappedByModules") {
  const Plan plan = plan_of("tiny");
  MapOptions options;
  const double by_modules = map_array(plan, options).area();
  options.flat = true;
  const double flat = map_array(plan, options).area();
  CHECK(flat == Approx(by_modules).epsilon(0.03));
}

TEST_CASE("Area.FullAdderCellsMakeTheArraySmaller") {
  const Plan plan = plan_of("tiny");
  MapOptions options;
  const double plain = map_array(plan, options).area();
  options.recipe = Recipe::kAdders;
  const MapResult adders = map_array(plan, options);
  CHECK(adders.cells("FAX1") > 0);
  CHECK(adders.area() < plain);
}

TEST_CASE("Area.AComparisonHasAColumnForEachVariant") {
  AreaReport base;
  base.design = "d";
  base.macs = 32;
  base.total = {"total", 24000, 1000, 100, 50};
  for (const std::string& block : block_names()) base.blocks.push_back({block, 2400, 100, 10, 5});
  AreaReport smaller = base;
  for (BlockArea& block : smaller.blocks) block.nand2 /= 2;
  smaller.total.nand2 /= 4;
  const std::vector<AreaVariant> variants = {{"", base}, {"gating=false", smaller}};
  const std::string text = comparison_text(variants);
  CHECK_THAT(text,
             Contains("  [1] gating=false\n") && Contains("        base         [1]   ratio\n"));
  CHECK_THAT(text, Contains("   0.500\n") && Contains("   0.250\n"));
  const Json json = comparison_json(variants);
  CHECK(json["variants"][0]["changes"] == "gating=false");
  CHECK(json["variants"][0]["ratio"] == 0.25);
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

/// What a baseline keeps of a report: no times, no paths.
Json baseline_of(const AreaReport& report) {
  Json json;
  for (const char* key : {"design", "recipe", "library", "library_version", "yosys", "abc"}) {
    json[key] = area_json(report)[key];
  }
  for (const BlockArea& block : report.blocks) {
    json["nand2"][block.name] = std::round(block.nand2);
    json["flip_flops"][block.name] = block.flip_flops;
  }
  json["nand2"]["total"] = std::round(report.total.nand2);
  json["flip_flops"]["total"] = report.total.flip_flops;
  json["memory_bits"] = report.memory_bits;
  return json;
}

bool asked(const char* variable) {
  const char* value = std::getenv(variable);
  return value && std::string(value) == "1";
}

/// Blocks may change by 2 %, small ones by 5 %, before someone has to look.
void compare_with_baseline(const Json& now, const Json& baseline) {
  for (const auto& [block, value] : baseline["nand2"].items()) {
    INFO(block << "; if the change is meant: SLUICE_UPDATE_BASELINES=1 build/synth");
    const double before = value, after = now["nand2"][block];
    CHECK(after == Approx(before).epsilon(before < 1000 ? 0.05 : 0.02));
  }
  CHECK(now["memory_bits"] == baseline["memory_bits"]);
}

void check_sums() {
  const AreaReport& report = tiny();
  double area = 0, percent = 0;
  std::int64_t flip_flops = 0;
  for (const BlockArea& block : report.blocks) {
    INFO(block.name);
    CHECK((block.area > 0) == (block.name != "bus bridge"));
    CHECK(block.nand2 == Approx(block.area / 24));
    area += block.area;
    percent += block.percent;
    flip_flops += block.flip_flops;
  }
  CHECK(report.blocks.size() == block_names().size());
  CHECK(area == Approx(report.total.area));
  CHECK(percent == Approx(100));
  CHECK(flip_flops == report.total.flip_flops);
  CHECK(report.macs == 2 * 2 * 8);
  CHECK(report.warnings.empty());
}

void check_array_flip_flops() {
  // A PE holds 4 activation and 4 weight bytes, the load token and its sum: 18 bits in the first
  // row, 19 in the second, which also delays its 8 bytes and the token by a cycle
  const std::int64_t lane = 2 * (32 + 32 + 1 + 18) + 2 * (32 + 32 + 1 + 19) + 65;
  CHECK(tiny().find("PE array")->flip_flops == 2 * lane);
}

void check_memories() {
  const Plan plan = plan_of("tiny");
  const auto count = [](const RamShape& shape) -> std::int64_t {
    for (const MemoryArea& memory : tiny().memories) {
      if (memory.shape == shape) return memory.count;
    }
    return 0;
  };
  // 2 lanes x 2 columns x 2 banks of 16 sums of 28 bits
  CHECK(count({16, 28, 28}) == 8);
  // 2 lanes x 2 banks of 4-byte atoms: 4096 bytes a lane
  CHECK(count({512, 32, 8}) == 2 * 2);
  // 2 lanes x 1024 bytes of weights in words of 8 bytes
  CHECK(count({128, 64, 64}) == 2);
  std::map<RamShape, std::int64_t> planned;
  for (const Memory& memory : memories_of(plan)) {
    planned[{memory.words, memory.bits, memory.granule}] += memory.count;
  }
  std::map<RamShape, std::int64_t> mapped;
  for (const MemoryArea& memory : tiny().memories) mapped[memory.shape] = memory.count;
  CHECK(planned == mapped);
  std::int64_t bits = 0;
  for (const MemoryArea& memory : tiny().memories) {
    CHECK(memory.bits == memory.count * memory.shape.depth * memory.shape.width);
    bits += memory.bits;
  }
  CHECK(bits == tiny().memory_bits);
}

void check_rendering() {
  const std::string text = area_text(tiny());
  CHECK_THAT(text, Catch::StartsWith("sluice_tiny: 32 products of 8 bits a cycle; areas of the "
                                     "logic, without memories\n"));
  CHECK_THAT(text, Contains("  PE array  ") && Contains("  total  "));
  CHECK_THAT(text, Contains("for each 8-bit product a cycle, without memories: "));
  CHECK_THAT(text, Contains("        16        28        28       8          3584\n"));
  CHECK_THAT(text, Contains("recipe plain, Yosys ") && Contains("osu018_stdcells (sha256 "));
  const Json json = area_json(tiny());
  CHECK(json["blocks"].size() == block_names().size());
  CHECK(json["total"]["area"] == tiny().total.area);
  CHECK(json["nand2_per_mac"] == tiny().total.nand2 / 32);
  CHECK(json["memories"].size() == tiny().memories.size());
  CHECK(json["memories_in_area"] == false);
  CHECK_THAT(comparison_text({{"", tiny()}, {"same", tiny()}}),
             Catch::StartsWith("sluice_tiny: NAND2 of the logic, without memories, and ratio"));
}

fs::path baseline_file(const std::string& config) {
  return test::source_dir() / "synth" / "baselines" / (config + ".json");
}

TEST_CASE("Area.TheTinyConfigHasTheBlocksRegistersAndMemoriesOfItsRtl") {
  // In one test, because measuring takes longer than all checks
  check_sums();
  check_array_flip_flops();
  check_memories();
  check_rendering();
  if (asked("SLUICE_UPDATE_BASELINES")) {
    test::write_file(baseline_file("tiny"), baseline_of(tiny()).dump(2) + "\n");
  }
  compare_with_baseline(baseline_of(tiny()), Json::parse(test::read_file(baseline_file("tiny"))));
}

/// Flip-flops of the bridge of tiny with in-order AXI of 64 bits, one beat for a word, up to 16
/// reads and 16 writes in flight; counted by hand.
std::int64_t bridge_flip_flops() {
  // Registers: five that say what waits; addresses of a write and a read without their bytes; data
  // and strobes of a write; of each response the bit that can be high; data read
  const std::int64_t lite = 5 + 2 * 10 + 32 + 4 + 2 + 32;
  // Reads: beats left, valid, addresses of words at hand and on the bus, length, bursts in flight,
  // a word with its error and valid; no number of the next beat, as a word has one
  const std::int64_t read = 13 + 1 + 29 + 29 + 8 + 5 + 64 + 2 + 1;
  // Writes: those in flight, answered and how; two queues of two entries, with one bit for where to
  // write, one for where to read, and two of the count
  const std::int64_t write = 5 + 1 + 2 + (2 * 29 + 4) + (2 * 9 * 8 + 4);
  return lite + read + write;
}

TEST_CASE("Area.AxiAddsTheBusBridgeAndLittleElseChanges") {
  const AreaReport axi = measured(plan_of("tiny", {"bus.kind=axi4", "bus.writes=16"}));
  const BlockArea& bridge = *axi.find("bus bridge");
  CHECK(bridge.flip_flops == bridge_flip_flops());
  CHECK(bridge.nand2 > 6 * static_cast<double>(bridge.flip_flops));
  double others = 0;
  for (const BlockArea& block : axi.blocks) {
    const BlockArea& without = *tiny().find(block.name);
    INFO(block.name << ": " << block.nand2 << ", without AXI " << without.nand2);
    if (block.name == "bus bridge") continue;
    // A register holds the config's hash
    CHECK(block.nand2 == Approx(without.nand2).epsilon(block.name == "commands" ? 0.01 : 1e-9));
    CHECK(block.flip_flops == without.flip_flops);
    others += block.nand2 - without.nand2;
  }
  CHECK(axi.total.nand2 - tiny().total.nand2 == Approx(bridge.nand2 + others));
  CHECK(axi.memory_bits == tiny().memory_bits);
  // With IDs the reorder buffer is there, too: 4 bursts of 16 beats of 64 bits with their response
  const AreaReport by_id =
      measured(plan_of("tiny", {"bus.kind=axi4", "bus.writes=16", "bus.ordering=by_id",
                                "bus.id_bits=2", "bus.reads=4", "bus.burst_beats=16"}));
  CHECK(by_id.memory_bits == tiny().memory_bits + 4 * 16 * 66);
  CHECK(by_id.find("bus bridge")->flip_flops > bridge.flip_flops);
}

TEST_CASE("Area.GatesAddAtMost3ToTheLogicOfEdge") {
  KeptResults modules;
  const auto nand2 = [&](const std::vector<std::string>& set) {
    return measure_area(plan_of("edge", set), osu018(), {}, modules).total.nand2;
  };
  const double gated = nand2({}), ungated = nand2({"gating=false"});
  INFO(gated << " NAND2 with gates, " << ungated << " without");
  CHECK(gated > ungated);
  CHECK(gated <= 1.03 * ungated);
}

/// Measuring the larger configs takes minutes: only if asked.
TEST_CASE("Area.ConfigsHaveBaselines") {
  const bool update = asked("SLUICE_UPDATE_BASELINES");
  const bool measure = update || asked("SLUICE_ALL_BASELINES");
  for (const auto& entry : fs::directory_iterator(test::source_dir() / "configs")) {
    const std::string config = entry.path().stem();
    if (entry.path().extension() != ".yaml" || config == "tiny") continue;
    INFO(config);
    if (measure) {
      const Json now = baseline_of(measured(plan_of(config)));
      if (update) test::write_file(baseline_file(config), now.dump(2) + "\n");
      compare_with_baseline(now, Json::parse(test::read_file(baseline_file(config))));
    }
    const Json baseline = Json::parse(test::read_file(baseline_file(config)));
    CHECK(baseline["design"] == plan_of(config).config.name);
    CHECK(baseline["nand2"].size() == block_names().size() + 1);
    CHECK(baseline["recipe"] == "plain");
  }
}

}  // namespace
}  // namespace sluice::synth
