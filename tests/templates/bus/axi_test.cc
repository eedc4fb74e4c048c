// SPDX-License-Identifier: Apache-2.0
// Designs with AXI ports, driven through them: random networks with a memory that does all that AXI
// allows, with the assertions that are shipped bound in; registers; errors on the bus.
//
// SLUICE_SEED sets the first seed (1 if not set), SLUICE_RUNS the networks for each design.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "generator/compiler/compile.h"
#include "generator/plan/plan.h"
#include "generator/registers/registers.h"
#include "tests/support/designs.h"
#include "tests/support/repeat.h"
#include "verif/run/execute.h"
#include "verif/run/verify.h"
#include "verif/sim/simulator.h"

namespace sluice::test {
namespace {

sim::BuildOptions axi_options() {
  sim::BuildOptions build;
  build.port = Port::kAxi;
  build.quick = true;
  return build;
}

void verify_design(const std::string& name) {
  const Design& tested = design(name);
  const Plan plan = make_plan(tested.config);
  sim::BuildOptions build = axi_options();
  build.accesses = true;
  sim::Simulator simulator(plan, bundle_of(tested.config), build);
  const std::uint64_t first = number_from("SLUICE_SEED", 1);
  const int runs = static_cast<int>(number_from("SLUICE_RUNS", 40));
  int passed = 0, layers = 0, stalled = 0;
  std::uint64_t cycles = 0;
  for (std::uint64_t seed = first; passed < runs && seed < first + 4ull * runs; seed++) {
    const run::CaseResult result = run::verify_case(simulator, plan, seed);
    if (result.verdict == run::Verdict::kDoesNotFit) continue;
    INFO(run::describe(run::random_case(plan, seed, Port::kAxi)));
    INFO("repeat: SLUICE_SEED=" << seed << " SLUICE_RUNS=1 build/bus 'Axi.RandomNetworks " << name
                                << "'");
    INFO("seed " << seed << ": " << result.text);
    REQUIRE(result.verdict == run::Verdict::kPass);
    passed++;
    layers += result.layers;
    stalled += result.stalled;
    cycles += result.cycles;
  }
  fmt::print(
      "{}: {} networks, {} layers through AXI, {} networks with random stalls, {} cycles, "
      "seeds from {}\n",
      name, passed, layers, stalled, cycles, first);
  CHECK(passed >= runs / 2);
}

/// A network on a design, run register by register.
class Bench {
 public:
  /// The first network from `seed` on that fits and has so many outputs.
  explicit Bench(const std::string& name, std::uint64_t seed, int least_outputs = 1)
      : plan_(make_plan(design(name).config)),
        simulator_(plan_, bundle_of(plan_.config), axi_options()) {
    for (;; seed++) {
      random_ = run::random_case(plan_, seed);
      try {
        program_ = compiler::compile(random_.network, plan_, {});
        const net::FeatureMap& out = random_.network.maps.back();
        if (out.height * out.width * out.channels >= least_outputs) break;
      } catch (const compiler::CompileError&) {
      }
    }
    bus.run.timing = random_.timing;
    bus.run.timing.stall_seed = seed;
    bus.run.timing.stall_percent = 30;
    fill();
    simulator_.attach(bus);
  }

  void fill() {
    memory_ = program_.image;
    run::store_map(memory_, program_.input, random_.input);
    bus.run.memory = memory_.data();
    bus.run.memory_bytes = memory_.size();
  }

  bool write(const char* name, std::uint32_t value) {
    return simulator_.write(find_register(name).address, value);
  }
  std::uint32_t read(const char* name) {
    std::uint32_t value = 0;
    CHECK(simulator_.read(find_register(name).address, value));
    return value;
  }

  /// Starts `offset` bytes beside the first command and waits for the interrupt; returns STATUS.
  std::uint32_t run(std::uint32_t offset = 0) {
    write("INTERRUPT_ENABLE", 3);
    write("INTERRUPT_STATUS", 3);
    write("COMMAND_ADDRESS_LOW", static_cast<std::uint32_t>(program_.command_address) + offset);
    write("CONTROL", 1);
    for (int k = 0; k < 3000 && !simulator_.interrupt(); k++) simulator_.step(1000);
    CHECK(simulator_.interrupt());
    return read("STATUS");
  }

  bool exact() const {
    const auto expected = golden::evaluate(random_.network, random_.input, true);
    run::Execution execution;
    execution.memory = memory_;
    execution.write_cycles.assign(memory_.size() / plan_.config.memory.bytes + 1, 0);
    return !run::compare(execution, program_, random_.network, expected, plan_);
  }

  sim::Simulator& simulator() { return simulator_; }
  SluiceBus bus{};

 private:
  Plan plan_;
  sim::Simulator simulator_;
  run::RandomCase random_;
  compiler::Program program_;
  std::vector<std::uint8_t> memory_;
};

TEST_CASE("Axi.RandomNetworks t_axi") { verify_design("t_axi"); }
TEST_CASE("Axi.RandomNetworks t_axi_by_id") { verify_design("t_axi_by_id"); }
TEST_CASE("Axi.RandomNetworks t_axi_narrow") { verify_design("t_axi_narrow"); }
TEST_CASE("Axi.RandomNetworks t_axi_256") { verify_design("t_axi_256"); }
TEST_CASE("Axi.RandomNetworks t_axi_wide") { verify_design("t_axi_wide"); }

TEST_CASE("Axi.HolesAndReadOnlyRegistersAnswerWithAnError") {
  Bench bench("t_axi", 3);
  sim::Simulator& simulator = bench.simulator();
  std::uint32_t value = 0;
  const auto id = std::uint32_t(find_register("ID").address);
  CHECK(simulator.read(id, value));
  CHECK(fmt::format("{:08x}", value) == make_plan(design("t_axi").config).hash);
  CHECK_FALSE(simulator.read(kRegisterBytes - 4, value));  // a hole
  CHECK(value == 0);
  CHECK_FALSE(simulator.read(kRegisterBytes, value));  // beyond
  CHECK_FALSE(simulator.write(id, 1));
  CHECK_FALSE(simulator.write(kRegisterBytes + 4, 1));
  const auto command = std::uint32_t(find_register("COMMAND_ADDRESS_LOW").address);
  CHECK(simulator.write(command, 0x11223344));
  CHECK(simulator.write(command, 0xaabbccdd, 2));
  CHECK(simulator.read(command, value));
  CHECK(value == 0x1122cc44);
  CHECK(bench.bus.run.broken_rules == 0);
}

TEST_CASE("Axi.AnErrorOnAnyBeatStopsTheRunAndTheNextOneIsRight") {
  for (const char* name : {"t_axi", "t_axi_by_id"}) {
    Bench bench(name, 11);
    CHECK((bench.run() & 0xff07) == 2);
    const std::uint64_t words = bench.bus.words_read, written = bench.bus.words_written;
    INFO(name << ": " << words << " words read, " << written << " written");
    CHECK(bench.exact());
    for (const std::uint64_t at : {std::uint64_t{1}, words / 3, words / 2, words - 1}) {
      for (const std::uint32_t response : {2u, 3u}) {
        bench.fill();
        bench.simulator().attach(bench.bus);
        bench.bus.read_error_at = at;
        bench.bus.error_response = response;
        const std::uint32_t status = bench.run();
        INFO("word " << at);
        CHECK((status & 0xff07) == (response << 8 | 4));
        CHECK(bench.read("ERROR_ADDRESS_LOW") ==
              static_cast<std::uint32_t>(bench.bus.error_address));
        CHECK(bench.bus.in_flight == 0);
        bench.bus.read_error_at = 0;
        bench.fill();
        CHECK((bench.run() & 0xff07) == 2);
        CHECK(bench.exact());
      }
    }
    bench.fill();
    bench.simulator().attach(bench.bus);
    bench.bus.write_error_at = 1 + written / 2;
    bench.bus.error_response = 2;
    CHECK((bench.run() & 0xff07) == 0x404);
    CHECK(bench.read("ERROR_ADDRESS_LOW") == static_cast<std::uint32_t>(bench.bus.error_address));
    CHECK(bench.bus.in_flight == 0);
    CHECK(bench.bus.run.broken_rules == 0);
  }
}

TEST_CASE("Axi.TheAddressOfAFailedWriteIsKnownHoweverManyAreInFlight") {
  Bench bench("t_axi_256", 13, 3000);
  bench.bus.run.timing = {20, 1, 2000, 1, 0, 0};
  bench.simulator().attach(bench.bus);
  CHECK((bench.run() & 0xff07) == 2);
  const std::uint64_t written = bench.bus.words_written;
  std::uint64_t most = 0;
  for (std::uint64_t at = 1; at <= written; at += 1 + written / 20) {
    INFO("write " << at << " of " << written);
    bench.fill();
    bench.simulator().attach(bench.bus);
    bench.bus.write_error_at = at;
    bench.bus.error_response = 3;
    CHECK((bench.run() & 0xff07) == 0x504);
    CHECK(bench.read("ERROR_ADDRESS_LOW") == static_cast<std::uint32_t>(bench.bus.error_address));
    most = std::max(most, bench.bus.error_writes);
  }
  CHECK(most > 32);
}

TEST_CASE("Axi.BurstsBeginAtAWordWhateverSoftwareSays") {
  for (const char* name : {"t_axi", "t_axi_by_id"}) {
    INFO(name);
    Bench bench(name, 5);
    CHECK((bench.run(3) & 0xff07) == 2);
    CHECK(bench.exact());
    CHECK(bench.bus.run.broken_rules == 0);
  }
}

/// Whether random networks on t_axi find a rule broken, with `right` in a file of its RTL replaced.
bool breaks_a_rule(const std::string& file_end, const std::string& right,
                   const std::string& wrong) {
  const Config& config = design("t_axi").config;
  Bundle broken = bundle_of(config);
  int planted = 0;
  for (OutputFile& file : broken.files) {
    const std::size_t at = file.text.find(right);
    if (!file.path.ends_with(file_end) || at == std::string::npos) continue;
    file.text.replace(at, right.size(), wrong);
    planted++;
  }
  REQUIRE(planted == 1);
  const Plan plan = make_plan(config);
  sim::Simulator simulator(plan, broken, axi_options());
  for (std::uint64_t seed = 1; seed < 20; seed++) {
    const run::CaseResult result = run::verify_case(simulator, plan, seed);
    if (result.verdict == run::Verdict::kFail &&
        result.text.find("a rule of AXI was broken") != std::string::npos) {
      return true;
    }
  }
  return false;
}

TEST_CASE("Axi.ARuleThatIsBrokenIsReported") {
  // The read master withdraws a request that was not taken at once
  CHECK(breaks_a_rule("_axi_read.sv", "else if (arready_i) arvalid_o <= 1'b0;",
                      "else arvalid_o <= 1'b0;"));
  // Bytes without a strobe hold what was written before
  CHECK(breaks_a_rule("_axi_write.sv", " & {8{write_strobe_i[b]}}", ""));
}

}  // namespace
}  // namespace sluice::test
