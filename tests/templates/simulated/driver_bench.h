// SPDX-License-Identifier: Apache-2.0
// The driver of a design, compiled as C99 as it is generated, on the Verilated design.
#pragma once

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "generator/compiler/compile.h"
#include "generator/compiler/image_file.h"
#include "generator/registers/registers.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"
#include "tests/templates/simulated/core_bench.h"
#include "tests/templates/simulated/driver/harness.h"
#include "verif/golden/golden.h"

namespace sluice::test {

inline constexpr const char* kStrictC99 =
    "cc -std=c99 -Wall -Wextra -Wcast-qual -Wunused-macros -Werror -pedantic";

enum DriverResult { kOk, kWrongHardware, kBadImage, kWrongImage, kNoMemory, kNotLoaded, kIsBusy };
inline constexpr int kTimeout = 7, kStopped = 8;

/// The generated driver as a shared library.
class Driver {
 public:
  explicit Driver(const Config& config) {
    const std::filesystem::path folder = write_files(bundle_of(config), temp_.path());
    const std::filesystem::path source = source_dir() / "tests/templates/simulated/driver";
    write_file(folder / "driver/harness.h", read_file(source / "harness.h"));
    write_file(folder / "driver/harness.c",
               replace_all(read_file(source / "harness.c"), "NAME", config.name));
    const RunResult built = run_shell(
        folder / "driver", fmt::format("{0} -shared -fPIC -o driver.so harness.c {1}_driver.c "
                                       "{1}_host.c {1}_host_steps.c -lm",
                                       kStrictC99, config.name));
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
    give_memory();
    hooks = {this, read32, write32, allocate, release, microseconds, rest, interrupts};
    return true;
  }

  /// Another network in its place, without gates.
  void take(const net::Network& network) {
    random.network = network;
    random.gated = false;
    compiler::Options options;
    options.gated = false;
    program = compiler::compile(network, plan, options);
    give_memory();
  }

  std::vector<std::uint8_t> image(std::uint64_t base) const {
    return compiler::image_file(program, random.network, plan, base);
  }

  /// Gives the input, runs, and compares the results with the golden model.
  void require_exact_run() {
    const std::vector<golden::Tensor> expected = golden::results_of(
        random.network, golden::evaluate(random.network, random.input, random.gated));
    REQUIRE(driver->input_size() == random.input.values.size());
    REQUIRE(driver->output_count() == expected.size());
    REQUIRE(driver->output_size() == expected[0].values.size());
    REQUIRE(driver->output_size_at(expected.size()) == 0);
    REQUIRE(driver->set_input(random.input.values.data()) == kOk);
    REQUIRE(driver->run(5'000'000) == kOk);
    std::vector<std::int8_t> found(expected[0].values.size());
    REQUIRE(driver->get_output(found.data()) == kOk);
    REQUIRE(found == expected[0].values);
    for (std::size_t k = 0; k < expected.size(); k++) {
      REQUIRE(driver->output_size_at(k) == expected[k].values.size());
      found.resize(expected[k].values.size());
      REQUIRE(driver->get_output_at(k, found.data()) == kOk);
      REQUIRE(found == expected[k].values);
    }
    REQUIRE(driver->get_output_at(expected.size(), found.data()) == kNotLoaded);
  }

  Driver driver;
  HarnessHooks hooks{};
  std::uint32_t id_error = 0;

 private:
  void give_memory() {
    device_memory_.assign(base_ + program.image.size() + 4096, 0xa5);
    bus.run.memory = device_memory_.data();
    bus.run.memory_bytes = device_memory_.size();
    simulator.attach(bus);
  }

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

}  // namespace sluice::test
