// SPDX-License-Identifier: Apache-2.0
// The driver of a design, compiled as C99 as it is generated, runs the Verilated design: at the
// core's own port, and through AXI4-Lite, memory behind AXI4 and the interrupt line.
#include <dlfcn.h>
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "generator/compiler/image_file.h"
#include "generator/registers/registers.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"
#include "tests/templates/simulated/core_bench.h"
#include "tests/templates/simulated/driver/harness.h"
#include "verif/golden/golden.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCompile =
    "cc -std=c99 -Wall -Wextra -Wcast-qual -Wunused-macros -Werror -pedantic";

enum Result { kOk, kWrongHardware, kBadImage, kWrongImage, kNoMemory, kNotLoaded, kIsBusy };
constexpr int kTimeout = 7, kStopped = 8;

/// The generated driver as a shared library.
class Driver {
 public:
  explicit Driver(const Config& config) {
    const fs::path folder = write_files(bundle_of(config), temp_.path());
    const fs::path source = source_dir() / "tests/templates/simulated/driver";
    write_file(folder / "driver/harness.h", read_file(source / "harness.h"));
    write_file(folder / "driver/harness.c",
               replace_all(read_file(source / "harness.c"), "NAME", config.name));
    const RunResult built =
        run_shell(folder / "driver", fmt::format("{} -shared -fPIC -o driver.so harness.c "
                                                 "{}_driver.c",
                                                 kCompile, config.name));
    INFO(built.out);
    REQUIRE(built.exit_code == 0);
    library_ = dlopen((folder / "driver/driver.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    REQUIRE(library_ != nullptr);
    functions_ = reinterpret_cast<const HarnessDriver* (*)()>(dlsym(library_, "harness_driver"))();
  }
  ~Driver() { dlclose(library_); }

  const HarnessDriver* operator->() const { return functions_; }

 private:
  TempDir temp_;
  void* library_ = nullptr;
  const HarnessDriver* functions_ = nullptr;
};

/// The platform: registers and interrupt of the Verilated design, a clock that counts cycles, and
/// memory that lies somewhere in the device's.
class DriverBench : public CoreBench {
 public:
  explicit DriverBench(const std::string& name, Port port = Port::kNative)
      : CoreBench(name, port), driver(design(name).config) {}

  /// A network of its own, a memory of its own, `base` bytes of which are somebody else's.
  bool prepare(std::uint64_t seed, std::uint64_t base, bool interrupts) {
    if (!load(seed)) return false;
    base_ = base;
    device_memory_.assign(base + program.image.size() + 4096, 0xa5);
    bus.run.memory = device_memory_.data();
    bus.run.memory_bytes = device_memory_.size();
    simulator.attach(bus);
    hooks = {this, read32, write32, allocate, release, microseconds, rest, interrupts};
    return true;
  }

  std::vector<std::uint8_t> image(std::uint64_t base) const {
    return compiler::image_file(program, random.network, plan, base);
  }

  /// Gives the input, runs, and compares the result with the golden model.
  void require_exact_run() {
    const golden::Tensor expected =
        golden::evaluate(random.network, random.input, random.gated).back().output;
    REQUIRE(driver->input_size() == random.input.values.size());
    REQUIRE(driver->output_size() == expected.values.size());
    REQUIRE(driver->set_input(random.input.values.data()) == kOk);
    REQUIRE(driver->run(5'000'000) == kOk);
    std::vector<std::int8_t> found(expected.values.size());
    REQUIRE(driver->get_output(found.data()) == kOk);
    REQUIRE(found == expected.values);
  }

  Driver driver;
  HarnessHooks hooks{};
  std::uint32_t id_error = 0;

 private:
  static DriverBench& self(void* context) { return *static_cast<DriverBench*>(context); }

  static std::uint32_t read32(void* context, std::uint32_t offset) {
    std::uint32_t value = 0;
    CHECK(self(context).simulator.read(offset, value));
    const bool id = offset == std::uint32_t(find_register("ID").address);
    return value ^ (id ? self(context).id_error : 0);
  }
  static void write32(void* context, std::uint32_t offset, std::uint32_t value) {
    CHECK(self(context).simulator.write(offset, value));
  }
  static void* allocate(void* context, std::size_t bytes, std::size_t alignment,
                        std::uint64_t* address) {
    DriverBench& bench = self(context);
    *address = (bench.base_ + alignment - 1) / alignment * alignment;
    if (*address + bytes > bench.device_memory_.size()) return nullptr;
    return bench.device_memory_.data() + *address;
  }
  static void release(void*, void*, std::size_t) {}
  static std::uint64_t microseconds(void* context) { return self(context).bus.cycles; }
  static void rest(void* context, std::uint64_t most) {
    DriverBench& bench = self(context);
    const bool interrupts = bench.hooks.interrupts;
    if (!interrupts) return bench.simulator.step(std::min<std::uint64_t>(most, 50));
    for (; most > 0 && !bench.simulator.interrupt(); most--) bench.simulator.step(1);
  }

  std::uint64_t base_ = 0;
  std::vector<std::uint8_t> device_memory_;
};

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
          "{0} -o {2} {1}_driver.c {1}_platform_{2}.c {1}_example.c && (./{2}; test $? -eq 2)",
          kCompile, name, platform);
      const RunResult result = run_shell(folder, command);
      INFO(name << ", " << platform << ": " << result.out);
      CHECK(result.exit_code == 0);
      CHECK(result.out == fmt::format("usage: ./{} IMAGE [INPUT]\n", platform));
    }
  }
}

}  // namespace sluice::test
