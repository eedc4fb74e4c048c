// SPDX-License-Identifier: Apache-2.0
// The registers of a design behave as their description says.
#include "generator/registers/registers.h"

#include <catch2/catch.hpp>

#include "tests/templates/simulated/core_bench.h"

namespace sluice::test {
namespace {

std::uint32_t address_of(const Register& reg) { return static_cast<std::uint32_t>(reg.address); }

/// A design that has not run yet.
void idle(CoreBench& bench) {
  std::uint64_t seed = 1;
  while (!bench.load(seed)) seed++;
}

void check_map(const std::string& name) {
  CoreBench bench(name);
  idle(bench);
  const std::vector<Register> own = registers_of(bench.plan);
  std::uint32_t value = 0;
  for (int address = 0; address < kRegisterBytes; address += 4) {
    const auto reg = std::find_if(own.begin(), own.end(),
                                  [&](const Register& one) { return one.address == address; });
    INFO(name << " " << address);
    CHECK(bench.simulator.read(std::uint32_t(address), value) == (reg != own.end()));
    const bool writable = reg != own.end() && reg->access != Access::kReadOnly;
    CHECK(bench.simulator.write(std::uint32_t(address), 0) == writable);
    if (reg == own.end()) {
      CHECK(value == 0);
      continue;
    }
    const std::uint32_t hash = std::uint32_t(std::stoul(bench.plan.hash, nullptr, 16));
    CHECK(value == (reg->config_hash ? hash : reg->reset));
  }
}

}  // namespace

TEST_CASE("Registers.AreWhereTheDescriptionSaysAndNowhereElse") {
  check_map("t_small");
  check_map("t_plain");
}

TEST_CASE("Registers.TakeTheBytesThatHaveAStrobe") {
  CoreBench bench("t_small");
  idle(bench);
  const std::uint32_t word = std::uint32_t(bench.plan.config.memory.bytes) - 1;
  for (const Register& reg : registers()) {
    if (reg.access != Access::kReadWrite || !reg.fields.empty()) continue;
    INFO(reg.name);
    const bool high = reg.name.ends_with("_HIGH");  // memory has 32 address bits
    const std::uint32_t kept = high ? 0 : reg.name.starts_with("REGION") ? ~word : 0xffffffff;
    std::uint32_t expected = 0, value = 0;
    for (const std::uint32_t strobe : {0u, 1u, 2u, 4u, 8u, 5u, 15u}) {
      const std::uint32_t written = 0x12345678 * (strobe + 3);
      CHECK(bench.simulator.write(address_of(reg), written, strobe));
      for (int b = 0; b < 4; b++) {
        if (strobe >> b & 1) expected = (expected & ~(0xffu << 8 * b)) | (written & 0xffu << 8 * b);
      }
      expected &= kept;
      CHECK(bench.simulator.read(address_of(reg), value));
      CHECK(value == expected);
    }
  }
}

TEST_CASE("Registers.RaiseTheInterruptOfWhatIsEnabled") {
  CoreBench bench("t_small");
  idle(bench);
  bench.start();
  bench.write("INTERRUPT_ENABLE", 2);
  REQUIRE(bench.finish().done);
  CHECK_FALSE(bench.simulator.interrupt());
  CHECK(bench.read("INTERRUPT_STATUS") == 1);
  bench.write("INTERRUPT_ENABLE", 1);
  CHECK(bench.simulator.interrupt());
  bench.write("INTERRUPT_STATUS", 1, 0);  // no strobe
  bench.write("INTERRUPT_STATUS", 2);     // another bit
  CHECK(bench.simulator.interrupt());
  bench.write("CONTROL", 1, 14);  // no strobe
  CHECK(bench.read("STATUS") == (2u | bench.read("STATUS") >> 16 << 16));
  bench.write("INTERRUPT_STATUS", 1);
  CHECK_FALSE(bench.simulator.interrupt());
}

}  // namespace sluice::test
