// SPDX-License-Identifier: Apache-2.0
// Area by block: the tiny config, whose registers and memories are counted by hand here.
#include "synth/area/area.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "generator/emit/bundle.h"
#include "generator/emit/manifest.h"
#include "generator/plan/memories.h"
#include "generator/util/user_error.h"
#include "synth/area/render.h"
#include "synth/yosys/module_mapping.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

const Liberty& osu018() {
  static const Liberty liberty = load_liberty("osu018");
  return liberty;
}

const MemoryTable& cacti65() {
  static const MemoryTable table = load_memory_table("cacti65");
  return table;
}

AreaReport measured(const Plan& plan) {
  KeptResults none;
  return measure_area(plan, osu018(), cacti65(), {}, none);
}

/// What became of the tiny config's modules.
KeptResults& tiny_modules() {
  static KeptResults modules;
  return modules;
}

/// The tiny config is measured once for all tests.
const AreaReport& tiny() {
  static const AreaReport report =
      measure_area(test::shipped_plan("tiny"), osu018(), cacti65(), {}, tiny_modules());
  return report;
}

MapResult map_array(const Plan& plan, const MapOptions& options) {
  return map_design(rtl_of(render_bundle(plan, make_origin("x.yaml", {})), "array"), osu018(),
                    options);
}

TEST_CASE("Area.EveryModuleOfADesignHasABlock") {
  const Plan plan = test::shipped_plan("tiny");
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
  Plan plan = test::shipped_plan("tiny");
  plan.config.name = "d";
  const AreaReport report = logic_report(plan, osu018(), mapped, {});
  CHECK(report.find("other")->area == 10 + 3);
  CHECK(report.find("memory port")->area == 100 + 2);
  CHECK(report.find("post-processing")->area == 2000 + 2);
  CHECK(report.find("post-processing")->flip_flops == 10);
  CHECK(report.find("PE array")->area == 0);
  CHECK(report.total.area == 10 + 100 + 2000 + 7);
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
  CHECK(text(measure_area(test::shipped_plan("tiny"), osu018(), cacti65(), {}, modules)) ==
        text(tiny()));
  const auto all = mapped();
  CHECK(all > 20);
  for (const char* change : {"gating=false", "lanes=1"}) {
    INFO(change);
    const Plan plan = test::shipped_plan("tiny", {change});
    const auto before = mapped();
    CHECK(text(measure_area(plan, osu018(), cacti65(), {}, modules)) == text(measured(plan)));
    CHECK(mapped() > before);
    CHECK(mapped() < before + all);
  }
  // A later process finds all modules of the base there
  KeptResults later(temp.path());
  const auto before = mapped();
  const AreaReport again = measure_area(test::shipped_plan("tiny"), osu018(), cacti65(), {}, later);
  CHECK(text(again) == text(tiny()));
  CHECK(again.seconds < tiny().seconds / 2);
  CHECK(mapped() == before);
}

TEST_CASE("Area.AnArrayMappedFlatIsNearlyTheArrayMappedByModules") {
  const Plan plan = test::shipped_plan("tiny");
  MapOptions options;
  const double by_modules = map_array(plan, options).area();
  options.flat = true;
  const double flat = map_array(plan, options).area();
  CHECK(flat == Approx(by_modules).epsilon(0.04));
}

TEST_CASE("Area.FullAdderCellsMakeTheArraySmaller") {
  const Plan plan = test::shipped_plan("tiny");
  MapOptions options;
  const double plain = map_array(plan, options).area();
  options.recipe = Recipe::kAdders;
  const MapResult adders = map_array(plan, options);
  CHECK(adders.cells("FAX1") > 0);
  CHECK(adders.area() < plain);
}

/// What a baseline keeps of a report: no times, no paths.
Json baseline_of(const AreaReport& report) {
  Json json;
  for (const char* key : {"design", "recipe", "library", "library_version", "memory_table",
                          "memory_node", "yosys", "abc"}) {
    json[key] = area_json(report)[key];
  }
  for (const BlockArea& block : report.blocks) {
    json["nand2"][block.name] = std::round(block.nand2);
    json["flip_flops"][block.name] = block.flip_flops;
  }
  json["nand2"]["total"] = std::round(report.total.nand2);
  json["flip_flops"]["total"] = report.total.flip_flops;
  for (const MemoryArea& memory : report.memories) {
    json["memory_nand2"][key_of(memory.memory.kind)] = std::round(memory.nand2);
  }
  json["memory_nand2"]["total"] = std::round(report.memory_nand2);
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
  for (const auto& [kind, value] : baseline["memory_nand2"].items()) {
    INFO(kind);
    const double before = value, after = now["memory_nand2"][kind];
    CHECK(after == Approx(before).epsilon(0.02));
  }
  CHECK(now["memory_nand2"].size() == baseline["memory_nand2"].size());
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

const MemoryArea& memory_of(const AreaReport& report, MemoryKind kind) {
  for (const MemoryArea& memory : report.memories) {
    if (memory.memory.kind == kind) return memory;
  }
  throw std::logic_error("a design without such memories");
}

void check_memories() {
  const AreaReport& report = tiny();
  // 2 lanes x 2 columns x 2 banks of 16 sums of 28 bits
  CHECK(memory_of(report, MemoryKind::kAccumulator).memory ==
        Memory{MemoryKind::kAccumulator, 16, 28, 28, 8});
  // 2 lanes x 2 banks of 4-byte atoms: 4096 bytes a lane
  CHECK(memory_of(report, MemoryKind::kActivation).memory ==
        Memory{MemoryKind::kActivation, 512, 32, 8, 2 * 2});
  // 2 lanes x 1024 bytes of weights in words of 8 bytes
  CHECK(memory_of(report, MemoryKind::kWeight).memory ==
        Memory{MemoryKind::kWeight, 128, 64, 64, 2});
  std::int64_t bits = 0;
  double nand2 = 0;
  for (const MemoryArea& memory : report.memories) {
    INFO(text_of(memory.memory.kind));
    CHECK(memory.cut.has_value() == memory.memory.is_macro());
    CHECK(memory.area == Approx(memory.nand2 * 1.44));
    // A flip-flop of this library has 4 NAND2, and is not all that a bit needs
    if (!memory.cut) CHECK(memory.nand2 > 4.0 * static_cast<double>(memory.memory.total_bits()));
    bits += memory.memory.total_bits();
    nand2 += memory.nand2;
  }
  CHECK(bits == report.memory_bits);
  CHECK(nand2 == Approx(report.memory_nand2));
  CHECK(report.total_nand2() == report.total.nand2 + report.memory_nand2);
}

void check_rendering() {
  const AreaReport& report = tiny();
  const std::string text = area_text(report);
  CHECK_THAT(text, Catch::StartsWith("sluice_tiny: 32 products of 8 bits a cycle; logic by block, "
                                     "and memories\n"));
  CHECK_THAT(text, Contains("  PE array  ") && Contains("  total  "));
  CHECK_THAT(text,
             Contains("  activation buffer     512    32        8      4       65536  1 x 1 of "
                      "512x32           113760       79000  line\n"));
  CHECK_THAT(text, Contains("  accumulators           16    28       28      8        3584  "
                            "flip-flops   "));
  CHECK_THAT(text,
             Contains(fmt::format("for each 8-bit product a cycle: {:.1f} NAND2 with memories, "
                                  "{:.1f} of logic, of it ",
                                  report.total_nand2() / 32, report.total.nand2 / 32)));
  CHECK_THAT(text, Contains(fmt::format("{:>12.4f}\n", report.total_nand2() * 1.44e-6)));
  CHECK_THAT(text, Contains("memories of cacti65: 65 nm, NAND2 of 1.44 um2;"));
  CHECK_THAT(text, Contains("osu018_stdcells is of 180 nm, the macros of 65 nm: each is put into "
                            "NAND2 of its own, mm2 are of 65 nm\n"));
  CHECK_THAT(text, Contains("recipe plain, Yosys ") && Contains("osu018_stdcells (sha256 "));
  const Json json = area_json(report);
  CHECK(json["blocks"].size() == block_names().size());
  CHECK(json["total"]["area"] == report.total.area);
  CHECK(json["logic_nand2_per_mac"] == report.total.nand2 / 32);
  CHECK(json["nand2_per_mac"] == report.total_nand2() / 32);
  CHECK(json["memories"].size() == report.memories.size());
  CHECK_FALSE(json.contains("memories_in_area"));
  const std::string compared = comparison_text({{"", report}, {"same", report}});
  CHECK_THAT(compared, Catch::StartsWith(
                           "sluice_tiny: NAND2 of logic and memories, and ratio to the base\n"));
  for (const auto& [name, nand2] : std::map<std::string, double>{{"logic", report.total.nand2},
                                                                 {"memories", report.memory_nand2},
                                                                 {"total", report.total_nand2()}}) {
    CHECK_THAT(compared,
               Contains(fmt::format("  {:<28}{:>12.0f}{:>12.0f}   1.000\n", name, nand2, nand2)));
  }
}

/// What the plan says of memories is what the RTL has. Modules that were measured are not mapped
/// again.
void check_planned_memories(const Plan& plan, KeptResults& modules) {
  const Rtl rtl = rtl_of(render_bundle(plan, make_origin("x.yaml", {})));
  std::map<RamShape, std::int64_t> planned;
  for (const Memory& memory : memories_of(plan)) {
    planned[{memory.words, memory.bits, memory.granule}] += memory.count;
  }
  CHECK(planned == map_modules(rtl, osu018(), {}, modules).rams());
}

fs::path baseline_file(const std::string& config) {
  return test::source_dir() / "synth" / "baselines" / (config + ".json");
}

TEST_CASE("Area.TheTinyConfigHasTheBlocksRegistersAndMemoriesOfItsRtl") {
  // In one test, because measuring takes longer than all checks
  check_sums();
  check_array_flip_flops();
  check_memories();
  check_planned_memories(test::shipped_plan("tiny"), tiny_modules());
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
  const AreaReport axi = measured(test::shipped_plan("tiny", {"bus.kind=axi4", "bus.writes=16"}));
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
  CHECK(axi.memory_nand2 == Approx(tiny().memory_nand2));
  // With IDs the reorder buffer is there, too: 4 bursts of 16 beats of 64 bits with their response
  const AreaReport by_id =
      measured(test::shipped_plan("tiny", {"bus.kind=axi4", "bus.writes=16", "bus.ordering=by_id",
                                           "bus.id_bits=2", "bus.reads=4", "bus.burst_beats=16"}));
  CHECK(by_id.memory_bits == tiny().memory_bits + 4 * 16 * 66);
  CHECK(by_id.find("bus bridge")->flip_flops > bridge.flip_flops);
}

TEST_CASE("Area.GatesAddAtMostAnEighthToTheLogicOfEdge") {
  KeptResults modules;
  const auto nand2 = [&](const std::vector<std::string>& set) {
    return measure_area(test::shipped_plan("edge", set), osu018(), cacti65(), {}, modules)
        .total.nand2;
  };
  const double gated = nand2({}), ungated = nand2({"gating=false"});
  INFO(gated << " NAND2 with gates, " << ungated << " without");
  CHECK(gated > ungated);
  CHECK(gated <= 1.125 * ungated);
}

TEST_CASE("Area.CirculantWeightsAddAtMostElevenPermilleToTheLogicOfEdge") {
  KeptResults modules;
  const auto nand2 = [&](const std::vector<std::string>& set) {
    return measure_area(test::shipped_plan("edge", set), osu018(), cacti65(), {}, modules)
        .total.nand2;
  };
  const double with = nand2({"circulant=true"}), without = nand2({});
  INFO(with << " NAND2 with circulant weights, " << without << " without");
  CHECK(with > without);
  CHECK(with <= 1.011 * without);
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
      KeptResults modules;
      const Plan plan = test::shipped_plan(config);
      const Json now = baseline_of(measure_area(plan, osu018(), cacti65(), {}, modules));
      check_planned_memories(plan, modules);
      if (update) test::write_file(baseline_file(config), now.dump(2) + "\n");
      compare_with_baseline(now, Json::parse(test::read_file(baseline_file(config))));
    }
    const Json baseline = Json::parse(test::read_file(baseline_file(config)));
    CHECK(baseline["design"] == test::shipped_plan(config).config.name);
    CHECK(baseline["nand2"].size() == block_names().size() + 1);
    CHECK(baseline["recipe"] == "plain");
  }
}

}  // namespace
}  // namespace sluice::synth
