// SPDX-License-Identifier: Apache-2.0
// The driver of a design, compiled as C99 as it is generated, runs the Verilated design: at the
// core's own port, and through AXI4-Lite, memory behind AXI4 and the interrupt line.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/templates/simulated/driver_bench.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

void run_networks(const std::string& name, int networks, Port port = Port::kNative) {
  DriverBench bench(name, port);
  int done = 0;
  for (std::uint64_t seed = 1; done < networks; seed++) {
    const bool interrupts = seed % 2 == 0;
    if (!bench.prepare(seed, 1000 * seed, interrupts)) continue;
    INFO(name << ", seed " << seed << "\n" << run::describe(bench.random));
    REQUIRE(bench.driver->probe(&bench.hooks) == kOk);
    const auto image = bench.image(seed % 3 == 0 ? 0x4000 : 0);
    REQUIRE(bench.driver->load(image.data(), image.size()) == kOk);
    bench.require_exact_run();
    bench.require_exact_run();
    CHECK(bench.driver->cycles() == bench.read("CYCLES"));
    CHECK_FALSE(bench.simulator.interrupt());
    CHECK(bench.bus.run.broken_rules == 0);
    bench.driver->unload();
    done++;
  }
}

/// Networks are drawn until one fits.
void prepare_any(DriverBench& bench, bool interrupts) {
  std::uint64_t seed = 1;
  while (!bench.prepare(seed, 0x2000, interrupts)) seed++;
}

}  // namespace

TEST_CASE("Driver.RunsNetworks t_small") { run_networks("t_small", 8); }
TEST_CASE("Driver.RunsNetworks t_plain") { run_networks("t_plain", 8); }
TEST_CASE("Driver.RunsNetworksThroughAxi t_axi") { run_networks("t_axi", 8, Port::kAxi); }
TEST_CASE("Driver.RunsNetworksThroughAxi t_axi_by_id") {
  run_networks("t_axi_by_id", 8, Port::kAxi);
}

TEST_CASE("Driver.RefusesWrongHardwareAndWrongImages") {
  DriverBench bench("t_small");
  prepare_any(bench, false);
  std::vector<std::uint8_t> image = bench.image(0);
  bench.id_error = 1;
  CHECK(bench.driver->probe(&bench.hooks) == kWrongHardware);
  bench.id_error = 0;
  REQUIRE(bench.driver->probe(&bench.hooks) == kOk);
  CHECK(bench.driver->run(100) == kNotLoaded);

  for (const std::size_t at : {0, 4, 12, 30, 60, 120, 200}) {
    INFO(at);
    image[at] ^= 16;
    CHECK(bench.driver->load(image.data(), image.size()) == kBadImage);
    image[at] ^= 16;
  }
  CHECK(bench.driver->load(image.data(), image.size() - 4) == kBadImage);
  CHECK(bench.driver->load(image.data(), 10) == kBadImage);
  image[8] ^= 1;
  CHECK(bench.driver->load(image.data(), image.size()) == kWrongImage);
  image[8] ^= 1;
  CHECK(bench.driver->load(image.data(), image.size()) == kOk);
  bench.require_exact_run();
  CHECK(std::string(bench.driver->result_text(kWrongImage)) ==
        "the image was compiled for another config");
}

TEST_CASE("Driver.TellsWhyTheHardwareStoppedAndGoesOn") {
  const bool interrupts = GENERATE(false, true);
  const Port port = GENERATE(Port::kNative, Port::kAxi);
  DriverBench bench(port == Port::kAxi ? "t_axi_by_id" : "t_small", port);
  prepare_any(bench, interrupts);
  const std::vector<std::uint8_t> image = bench.image(0);
  REQUIRE(bench.driver->probe(&bench.hooks) == kOk);
  REQUIRE(bench.driver->load(image.data(), image.size()) == kOk);
  bench.require_exact_run();

  unsigned code = 0;
  std::uint32_t command = 0;
  std::uint64_t address = 0;
  bench.bus.error_response = 3;
  bench.bus.read_error_at = bench.bus.words_read + 30;
  CHECK(bench.driver->run(1'000'000) == kStopped);
  CHECK(std::string(bench.driver->fault(&code, &command, &address)) ==
        "a read was answered with a decode error");
  CHECK(code == 3);
  CHECK(address == bench.bus.error_address);
  CHECK(address >= 0x2000);
  bench.require_exact_run();

  // A slow memory: the driver's patience ends first, then the watchdog
  const SluiceMemory timing = bench.bus.run.timing;
  bench.bus.run.timing = {20000, 1, 1, 1, 0, 0};
  CHECK(bench.driver->run(5000) == kTimeout);
  CHECK(bench.driver->start() == kIsBusy);
  CHECK(bench.driver->abort(100'000) == kOk);
  bench.driver->set_watchdog(1000);
  CHECK(bench.driver->run(100'000) == kStopped);
  bench.driver->fault(&code, &command, &address);
  CHECK(code == 7);
  bench.bus.run.timing = timing;
  bench.require_exact_run();
}

TEST_CASE("Driver.AndItsExampleCompileAsStrictC99") {
  for (const char* name : {"t_small", "t_plain"}) {
    const TempDir temp;
    const fs::path folder = write_files(bundle_of(design(name).config), temp.path()) / "driver";
    for (const char* platform : {"bare", "linux"}) {
      const std::string command = fmt::format(
          "{0} -o {2} {1}_driver.c {1}_host.c {1}_host_steps.c {1}_platform_{2}.c {1}_example.c "
          "-lm && (./{2}; test $? -eq 2)",
          kStrictC99, name, platform);
      const RunResult result = run_shell(folder, command);
      INFO(name << ", " << platform << ": " << result.out);
      CHECK(result.exit_code == 0);
      CHECK(result.out == fmt::format("usage: ./{} IMAGE [INPUT]\n", platform));
    }
  }
}

}  // namespace sluice::test
