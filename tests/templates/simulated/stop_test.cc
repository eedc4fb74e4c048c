// SPDX-License-Identifier: Apache-2.0
// Runs that cannot go on: errors from memory, illegal commands, accesses outside the region, the
// watchdog, aborts and resets in any cycle. Each leaves the core idle with the cause, and the run
// after it is bit-exact.
//
// SLUICE_SEED sets the seed of what is drawn (1 if not set).
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "tests/support/designs.h"
#include "tests/support/repeat.h"
#include "tests/templates/simulated/core_bench.h"

namespace sluice::test {
namespace {

enum Code { kIllegal = 1, kReadSlave, kReadDecode, kWriteSlave, kWriteDecode, kRegion, kWatchdog };
constexpr int kAborted = 8;

class StopBench : public CoreBench {
 public:
  explicit StopBench(const std::string& design, Port port) : CoreBench(design, port) {
    seed_ = number_from("SLUICE_SEED", 1);
    dice_.seed(seed_);
    fmt::print("{}: SLUICE_SEED={}\n", design, seed_);
  }

  /// The next random network that fits, run once to know its length.
  void next_network() {
    while (!load(next_seed_)) next_seed_++;
    next_seed_++;
    start();
    whole_ = finish();
    require_done(whole_);
    reads_ = bus.words_read;
    writes_ = bus.words_written;
  }

  /// A number from 1 to `most`.
  std::uint64_t pick(std::uint64_t most) { return 1 + dice_() % most; }

  void read_error() {
    const int code = dice_() % 2 ? kReadSlave : kReadDecode;
    bus.read_error_at = bus.words_read + pick(reads_);
    bus.error_response = code == kReadSlave ? 2 : 3;
    start();
    require_stopped(code, bus.error_address, "read error");
  }

  void write_error() {
    const int code = dice_() % 2 ? kWriteSlave : kWriteDecode;
    bus.write_error_at = bus.words_written + pick(writes_);
    bus.error_response = code == kWriteSlave ? 2 : 3;
    start();
    const EndOfRun end = finish();
    // Without AXI around it, the core knows the addresses of fewer than 32 writes in flight
    const bool known = simulator.port() == Port::kAxi || bus.error_writes < 32;
    check_stopped(end, code, known ? bus.error_address : 0, "write error");
  }

  void abort() {
    start();
    simulator.step(pick(whole_.cycles) - 1);
    write("CONTROL", 2);
    const EndOfRun end = finish();
    if (end.done) return;  // random stalls made this run shorter than the first
    check_stopped(end, kAborted, 0, "abort");
  }

  void reset() {
    start();
    simulator.step(pick(whole_.cycles) - 1);
    simulator.reset();
    CHECK(read("STATUS") == 0);
  }

  void illegal_command() {
    const int k = static_cast<int>(dice_() % commands());
    const int first = plan.config.additions ? 8 : 7;
    memory[command_address(k)] = static_cast<std::uint8_t>(first + dice_() % (16 - first));
    start();
    CHECK(require_stopped(kIllegal, 0, "illegal command").command == std::uint32_t(k));
  }

  /// The region ends where the result begins: the first write of the last layer is refused.
  void region_end() {
    const std::uint64_t end = program.outputs[0].address / plan.config.memory.bytes *
                              static_cast<std::uint64_t>(plan.config.memory.bytes);
    const std::vector<std::uint8_t> before(memory.begin() + std::ptrdiff_t(end), memory.end());
    write64("REGION_END", end);
    start();
    const EndOfRun result = finish();
    CHECK(result.address >= end);
    check_stopped(result, kRegion, result.address, "region");
    CHECK(before == std::vector<std::uint8_t>(memory.begin() + std::ptrdiff_t(end), memory.end()));
    write64("REGION_END", 0);
  }

  void region_base() {
    write64("REGION_BASE", program.command_address + plan.command_bytes);
    start();
    require_stopped(kRegion, program.command_address, "region base");
    write64("REGION_BASE", 0);
  }

  void good_run() {
    restore();
    bus.read_error_at = bus.write_error_at = 0;
    start();
    require_done(finish());
    REQUIRE(exact());
  }

  std::uint64_t seed() const { return seed_; }

 private:
  void require_done(const EndOfRun& end) {
    REQUIRE(end.idle);
    REQUIRE(end.done);
    REQUIRE_FALSE(end.error);
    REQUIRE(end.code == 0);
    REQUIRE(bus.run.broken_rules == 0);
    CHECK(simulator.interrupt());
    CHECK(read("INTERRUPT_STATUS") == 1);
    write("INTERRUPT_STATUS", 1);
    CHECK_FALSE(simulator.interrupt());
  }

  EndOfRun require_stopped(int code, std::uint64_t& address, const char* what) {
    const EndOfRun end = finish();
    check_stopped(end, code, address, what);
    return end;
  }
  EndOfRun require_stopped(int code, std::uint64_t&& address, const char* what) {
    return require_stopped(code, address, what);
  }

  void check_stopped(const EndOfRun& end, int code, std::uint64_t address, const char* what) {
    INFO(what);
    REQUIRE(end.idle);
    REQUIRE(end.error);
    CHECK_FALSE(end.done);
    CHECK(end.code == code);
    CHECK(end.address == address);
    CHECK(end.command < std::uint32_t(commands()));
    CHECK(bus.in_flight == 0);
    CHECK(bus.run.broken_rules == 0);
    CHECK(simulator.interrupt());
    CHECK(read("INTERRUPT_STATUS") == 2);
    write("INTERRUPT_STATUS", 2);
    CHECK_FALSE(simulator.interrupt());
    const std::uint64_t reads = bus.words_read, writes = bus.words_written;
    simulator.step(200);
    CHECK(bus.words_read == reads);
    CHECK(bus.words_written == writes);
  }

  std::uint64_t seed_ = 1, next_seed_ = 1, reads_ = 0, writes_ = 0;
  std::mt19937_64 dice_;
  EndOfRun whole_;
};

void stop_everywhere(const std::string& design, int networks, Port port = Port::kNative) {
  StopBench bench(design, port);
  INFO("repeat: SLUICE_SEED=" << bench.seed() << " build/verify 'Stop.EndsWhereverItComes* "
                              << design << "'");
  int stops = 0;
  for (int k = 0; k < networks; k++) {
    bench.next_network();
    INFO("network " << k << "\n" << run::describe(bench.random));
    const auto stop = [&](void (StopBench::*how)()) {
      (bench.*how)();
      bench.good_run();
      stops++;
    };
    for (int n = 0; n < 4; n++) {
      stop(&StopBench::read_error);
      stop(&StopBench::write_error);
      stop(&StopBench::abort);
      stop(&StopBench::reset);
    }
    stop(&StopBench::illegal_command);
    stop(&StopBench::region_end);
    stop(&StopBench::region_base);
  }
  fmt::print("{}: {} networks, {} stops, each followed by an exact run\n", design, networks, stops);
}

}  // namespace

TEST_CASE("Stop.EndsWhereverItComes t_small") { stop_everywhere("t_small", 8); }
TEST_CASE("Stop.EndsWhereverItComes t_plain") { stop_everywhere("t_plain", 8); }
TEST_CASE("Stop.EndsWhereverItComesThroughAxi t_axi") { stop_everywhere("t_axi", 3, Port::kAxi); }
TEST_CASE("Stop.EndsWhereverItComesThroughAxi t_axi_by_id") {
  stop_everywhere("t_axi_by_id", 3, Port::kAxi);
}
TEST_CASE("Stop.EndsWhereverItComes t_three_lanes") { stop_everywhere("t_three_lanes", 5); }

TEST_CASE("Stop.AWatchdogEndsARun") {
  CoreBench bench("t_small");
  std::uint64_t seed = 1;
  while (!bench.load(seed)) seed++;
  bench.bus.run.timing = {3000, 1, 1, 1, 0, 0};

  bench.write("WATCHDOG", 1000);
  bench.start();
  const EndOfRun stopped = bench.finish();
  REQUIRE(stopped.idle);
  CHECK(stopped.code == kWatchdog);
  CHECK(stopped.address == 0);
  CHECK(stopped.command == 0);
  // The first command was on its way: the core waited for it before it became idle
  CHECK(stopped.cycles > 3000);
  CHECK(bench.bus.in_flight == 0);

  bench.write("WATCHDOG", 4000);
  bench.start();
  CHECK(bench.finish().done);
  CHECK(bench.exact());
}

TEST_CASE("Stop.ShowsTheCauseWhileMemoryHasNotAnswered") {
  CoreBench bench("t_small");
  std::uint64_t seed = 1;
  while (!bench.load(seed)) seed++;
  bench.bus.run.timing = {100000, 1, 1, 1, 0, 0};
  bench.start();
  bench.simulator.step(100);
  bench.write("CONTROL", 2);
  bench.simulator.step(100);
  CHECK(bench.read("STATUS") == (1u | kAborted << 8));  // busy, and not yet an error
  CHECK_FALSE(bench.simulator.interrupt());
  bench.write("CONTROL", 1);  // ignored
  bench.simulator.reset();
  bench.bus.run.timing = bench.random.timing;
  bench.start();
  CHECK(bench.finish().done);
  CHECK(bench.exact());
}

TEST_CASE("Stop.CountsARegionThatJustSuffices") {
  CoreBench bench("t_small");
  std::uint64_t seed = 1;
  while (!bench.load(seed)) seed++;
  const std::uint64_t word = bench.plan.config.memory.bytes;
  bench.write64("REGION_END", (bench.memory.size() + word - 1) / word * word);
  bench.start();
  CHECK(bench.finish().done);
  CHECK(bench.exact());
}

namespace {

struct StopBug {
  const char* file;  ///< end of the file's path
  const char* right;
  const char* wrong;
};

Bundle planted(Bundle bundle, const StopBug& bug) {
  for (OutputFile& file : bundle.files) {
    if (!file.path.ends_with(bug.file)) continue;
    const std::size_t at = file.text.find(bug.right);
    REQUIRE(at != std::string::npos);
    file.text.replace(at, std::string(bug.right).size(), bug.wrong);
  }
  return bundle;
}

/// What is wrong after aborts in different cycles; empty if nothing is.
std::string problem_after_aborts(CoreBench& bench) {
  for (std::uint64_t seed = 1; seed <= 10; seed++) {
    if (!bench.load(seed)) continue;
    bench.bus.run.timing.write_interval = 20;  // outputs wait often
    for (std::uint64_t after = 40; after < 1000; after += 37) {
      bench.restore();
      bench.start();
      bench.simulator.step(after);
      bench.write("CONTROL", 2);
      const EndOfRun end = bench.finish(20'000);
      if (!end.idle) return "the core does not become idle";
      if (end.done && end.error) return "the run goes on to its end";
      if (bench.bus.in_flight != 0) return "idle with requests in flight";
      if (bench.bus.run.broken_rules != 0) return "a request was withdrawn";
      bench.restore();
      bench.start();
      if (!bench.finish(100'000).done) return "the next run does not end";
      if (!bench.exact()) return "the next run is not exact";
    }
  }
  return "";
}

}  // namespace

TEST_CASE("Stop.ShowsPlantedBugs") {
  const StopBug bugs[] = {
      {"_stop.sv", "rst_ni & ~reset_q", "rst_ni"},
      {"_stop.sv", "~reads_busy_i & ~write_valid_i & ~unacknowledged_o", "1'b1"},
      {"_stop.sv", "~reads_busy_i & ~write_valid_i &", "~reads_busy_i &"},
  };
  for (const StopBug& bug : bugs) {
    CoreBench bench("t_single_gated", planted(bundle_of(design("t_single_gated").config), bug));
    const std::string problem = problem_after_aborts(bench);
    fmt::print("{} for {}: {}\n", bug.wrong, bug.right, problem.empty() ? "NOT FOUND" : problem);
    CHECK(problem != "");
  }
}

}  // namespace sluice::test
