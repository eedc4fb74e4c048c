// SPDX-License-Identifier: Apache-2.0
// Devices by name: what they hold, what a design needs of them, which is the smallest.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "synth/fpga/fpga.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

TEST_CASE("Fpga.DevicesHoldWhatDataSheetsSay") {
  const auto bits = [](const char* name) { return synth::fpga_device(name).block_ram_bits; };
  // kbit as the data sheets have them
  CHECK(bits("iCE40HX1K") == 64 * 1024);
  CHECK(bits("iCE40UP5K") == 120 * 1024);
  CHECK(bits("LFE5U-12F") == 576 * 1024);
  CHECK(bits("LFE5U-85F") == 3744 * 1024);
  CHECK(bits("XC7A35T") == 1800 * 1024);
  CHECK(bits("XC7K160T") == 11700 * 1024);
  CHECK(bits("XC7Z020") == 5040 * 1024);
  CHECK(synth::fpga_device("lfe5u-85f").luts == 83640);
  CHECK(synth::fpga_device("LFE5U-85F").dsps == 156);
  const synth::FpgaDevice& artix = synth::fpga_device("XC7A100T");
  CHECK(artix.luts == 63400);
  CHECK(artix.flip_flops == 126800);
  CHECK(artix.block_rams == 270);
  CHECK(artix.dsps == 240);
  const synth::FpgaDevice* before = nullptr;
  for (const synth::FpgaDevice& device : synth::fpga_devices()) {
    INFO(device.name);
    CHECK(!device.source.empty());
    if (before && before->target == device.target) CHECK(before->luts <= device.luts);
    before = &device;
  }
  CHECK_THROWS_WITH(synth::fpga_device("XC7A1"),
                    StartsWith("there is no FPGA device 'XC7A1' in the table; use iCE40LP384,") &&
                        EndsWith("or XC7K480T"));
}

TEST_CASE("Fpga.TheSmallestDeviceThatFitsIsChosen") {
  const auto chosen = [](const char* target, const synth::FpgaDemand& demand) {
    return synth::choose_device(synth::fpga_target(target), demand);
  };
  const auto name = [&](const char* target, const synth::FpgaDemand& demand) {
    const synth::DeviceChoice choice = chosen(target, demand);
    return (choice.fits ? "" : "not ") + choice.device->name;
  };
  CHECK(name("ecp5", {12144, 12144, 6072, 32, 28}) == "LFE5U-12F");
  CHECK(name("ecp5", {12145, 0, 0, 0, 0}) == "LFE5U-25F");
  CHECK(name("ecp5", {1, 1, 1, 109, 1}) == "LFE5U-85F");
  CHECK(name("ecp5", {1, 1, 1, 1, 157}) == "not LFE5U-85F");
  CHECK(name("ice40hx8k", {1281, 1281, 0, 0, 0}) == "iCE40LP4K");
  CHECK(name("ice40hx8k", {1, 1, 0, 1, 0}) == "iCE40LP1K");
  CHECK(name("xc7", {100, 100, 6001, 0, 0}) == "XC7A35T");
  CHECK(name("xc7", {100, 100, 0, 0, 900}) == "XC7K410T");
  CHECK(synth::what_is_over(chosen("ecp5", {90000, 1, 1, 1, 530}).uses) ==
        std::vector<std::string>{"LUTs: 90000 of 83640, 6360 too many (108 %)",
                                 "DSP blocks: 530 of 156, 374 too many (340 %)"});
}

TEST_CASE("Fpga.DemandHasAllThatTakesLuts") {
  // ECP5: two LUTs a carry cell; a memory of 16 x 4 bits takes 4, and 2 for its write port
  const synth::FpgaTarget& ecp5 = synth::fpga_target("ecp5");
  const synth::FpgaCounts on_ecp5 = synth::count_cells(
      R"({"design": {"num_cells_by_type": {"LUT4": 100, "CCU2C": 10, "TRELLIS_DPR16X4": 3,
      "TRELLIS_FF": 7}}})",
      ecp5);
  const synth::FpgaDemand demand = synth::demand_of(on_ecp5, ecp5, 0);
  CHECK(demand.luts == 100 + 2 * 10 + 6 * 3);
  CHECK(demand.memory_luts == 4 * 3);
  CHECK(demand.flip_flops == 7);
  const synth::FpgaTarget& xc7 = synth::fpga_target("xc7");
  const synth::FpgaCounts on_xc7 = synth::count_cells(
      R"({"design": {"num_cells_by_type": {"LUT6": 100, "CARRY4": 10, "RAM32M": 1, "RAM64X1D": 1,
      "RAM128X1D": 1, "RAM64X1S": 1, "RAM128X1S": 1, "RAM256X1S": 1, "SRL16E": 1}}})",
      xc7);
  CHECK(synth::demand_of(on_xc7, xc7, 0).luts == 100 + 4 + 2 + 4 + 1 + 2 + 4 + 1);
  CHECK(synth::demand_of(on_xc7, xc7, 0).memory_luts == 4 + 2 + 4 + 1 + 2 + 4 + 1);
  CHECK(on_xc7.lut_rams == 7);
  // iCE40: at least the most of LUTs, flip-flops and carries; packing tells
  const synth::FpgaTarget& ice40 = synth::fpga_target("ice40hx8k");
  synth::FpgaCounts counts;
  counts.luts = 50;
  counts.flip_flops = 60;
  CHECK(synth::demand_of(counts, ice40, 0).luts == 60);
  CHECK(synth::demand_of(counts, ice40, 75).luts == 75);
}

TEST_CASE("Fpga.TheDocsHaveEveryDeviceOfTheTable") {
  const std::string page = read_file(source_dir() / "docs/02_use/fpga.md");
  for (const synth::FpgaDevice& device : synth::fpga_devices()) {
    const std::string memory = device.memory_luts > 0 ? fmt::format("{}", device.memory_luts) : "";
    const std::string row = fmt::format(
        "| `{}` | `{}` | {} | {} | {} | {} | {} | {} |", device.name, device.target, device.luts,
        device.flip_flops, memory, device.block_rams, device.block_ram_bits, device.dsps);
    INFO(row);
    CHECK(page.find(row) != std::string::npos);
  }
}

}  // namespace
}  // namespace sluice::test
