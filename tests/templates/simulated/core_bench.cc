// SPDX-License-Identifier: Apache-2.0
#include "tests/templates/simulated/core_bench.h"

#include <catch2/catch.hpp>

#include "generator/compiler/compile.h"
#include "generator/registers/registers.h"
#include "tests/support/designs.h"
#include "verif/golden/golden.h"
#include "verif/run/execute.h"

namespace sluice::test {
namespace {

constexpr int kEndOpcode = 6;

sim::BuildOptions quick(Port port = Port::kNative) {
  sim::BuildOptions build;
  build.quick = true;
  build.port = port;
  return build;
}

std::uint32_t address_of(const std::string& name) {
  return static_cast<std::uint32_t>(find_register(name).address);
}

}  // namespace

CoreBench::CoreBench(const std::string& name, Port port)
    : plan(make_plan(design(name).config)),
      simulator(plan, bundle_of(design(name).config), quick(port)) {}

CoreBench::CoreBench(const std::string& name, const Bundle& bundle)
    : plan(make_plan(design(name).config)), simulator(plan, bundle, quick()) {}

bool CoreBench::load(std::uint64_t seed) {
  random = run::random_case(plan, seed, simulator.port());
  compiler::Options options;
  options.gated = random.gated;
  options.local = random.local;
  try {
    program = compiler::compile(random.network, plan, options);
  } catch (const compiler::CompileError&) {
    return false;
  }
  expected_ = golden::evaluate(random.network, random.input, random.gated).back().output;
  restore();
  bus = {};
  bus.run.memory = memory.data();
  bus.run.memory_bytes = memory.size();
  bus.run.timing = random.timing;
  simulator.attach(bus);
  return true;
}

void CoreBench::restore() {
  if (memory.size() != program.image.size()) memory.resize(program.image.size());
  std::copy(program.image.begin(), program.image.end(), memory.begin());
  run::store_map(memory, program.input, random.input);
}

void CoreBench::start() {
  write64("COMMAND_ADDRESS", program.command_address);
  write("INTERRUPT_ENABLE", 3);
  write("CONTROL", 1);
}

EndOfRun CoreBench::finish(std::uint64_t patience) {
  EndOfRun end;
  std::uint32_t status = 1;
  for (std::uint64_t k = 0; k < patience && (status & 1); k++) status = read("STATUS");
  end.idle = (status & 1) == 0;
  end.done = status >> 1 & 1;
  end.error = status >> 2 & 1;
  end.code = status >> 8 & 0xff;
  end.command = read("ERROR_COMMAND");
  end.address = std::uint64_t{read("ERROR_ADDRESS_HIGH")} << 32 | read("ERROR_ADDRESS_LOW");
  end.cycles = read("CYCLES");
  return end;
}

bool CoreBench::exact() const {
  const golden::Tensor found = run::load_map(memory, program.outputs[0], expected_.height,
                                             expected_.width, expected_.channels);
  return found.values == expected_.values;
}

std::uint32_t CoreBench::read(const std::string& name) {
  std::uint32_t value = 0;
  INFO(name);
  REQUIRE(simulator.read(address_of(name), value));
  return value;
}

void CoreBench::write(const std::string& name, std::uint32_t value, std::uint32_t strobe) {
  INFO(name);
  REQUIRE(simulator.write(address_of(name), value, strobe));
}

void CoreBench::write64(const std::string& name, std::uint64_t value) {
  write(name + "_LOW", static_cast<std::uint32_t>(value));
  write(name + "_HIGH", static_cast<std::uint32_t>(value >> 32));
}

std::uint64_t CoreBench::command_address(int k) const {
  return program.command_address + std::uint64_t(k) * plan.command_bytes;
}

int CoreBench::commands() const {
  int count = 1;
  while ((program.image[command_address(count - 1)] & 15) != kEndOpcode) count++;
  return count;
}

}  // namespace sluice::test
