// SPDX-License-Identifier: Apache-2.0
// Power of a network as text and as JSON, and the energy of the logic that is read from the latter:
// by made-up powers.
#include "synth/power/network_power.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "synth/energy/logic.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::synth {
namespace {

using Catch::Matchers::Contains;

ModePower mode(bool gated, double data) {
  ModePower mode;
  mode.gated = gated;
  mode.blocks = {{"array", 0.03}, {"core", 0.09}};
  mode.clock = 0.06;
  mode.data = data;
  mode.leakage = 0.02;
  mode.ram = 0.008;
  mode.cycles = 1000;
  mode.macs_all = 800;
  mode.macs_done = gated ? 500 : 800;
  mode.products = gated ? 250 : 400;
  mode.last.blocks = {{"core", 0.05, 0.03, 0.01}, {"array", 0.01, 0.01, 0.01}};
  return mode;
}

NetworkPower power() {
  NetworkPower power;
  power.design = "d";
  power.hash = make_plan(test::design("t_small").config).hash;
  power.liberty = "lib";
  power.options.how.period_ps = 10000;
  power.modes = {mode(true, 0.04), mode(false, 0.05)};
  return power;
}

TEST_CASE("NetworkPower.TextHasBothModesSideBySide") {
  const std::string text = power_text(power(), "a.onnx");
  // 120 mW of cells for 1000 cycles of 10 ns: 1.2 uJ; with memories 1.28 uJ over 500 products
  CHECK_THAT(text, Contains("a.onnx on d: power at 100.0 MHz, 0.0 V, lib\n"));
  const auto row = [](const char* title, const char* on, const char* off) {
    return Contains(fmt::format("  {:<34} {:>12} {:>12}\n", title, on, off));
  };
  CHECK_THAT(text, row("mW", "gates on", "gates off"));
  CHECK_THAT(text, row("core", "90.000", "90.000"));
  CHECK_THAT(text, row("all cells", "120.000", "130.000"));
  CHECK_THAT(text, row("uJ an inference, cells", "1.200", "1.300"));
  CHECK_THAT(text, row("uJ an inference, memories", "0.080", "0.080"));
  CHECK_THAT(text, row("pJ a multiplication done", "2560.000", "1725.000"));
}

TEST_CASE("NetworkPower.TheEnergyOfTheLogicIsReadFromItsJson") {
  const test::TempDir temp;
  const std::string file = (temp.path() / "power.json").string();
  NetworkPower measured = power();
  measured.liberty = "osu018_stdcells";
  measured.voltage = 1.8;
  test::write_file(file, power_json(measured, "a.onnx").dump());
  const LogicModel model = read_logic(file, make_plan(test::design("t_small").config));
  CHECK(model.network == "a.onnx");
  CHECK(model.measured);
  CHECK(model.process_nm == 180.0);
  CHECK(model.supply_v == 1.8);
  // 80 mW x 10 ns a cycle; 40 mW x 10 ns x 1000 cycles over 500 products of 4 bits
  CHECK(model.with.cycle_pj == Approx(800));
  CHECK(model.with.product_pj == Approx(1600));
  CHECK(model.without.product_pj == Approx(1250));
}

}  // namespace
}  // namespace sluice::synth
