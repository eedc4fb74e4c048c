// SPDX-License-Identifier: Apache-2.0
// Designs on FPGAs: counts that can be told beforehand, memories in block RAM, what does not fit.
#include "synth/fpga/fpga.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>

#include "generator/util/process.h"
#include "generator/util/user_error.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

using Catch::Matchers::Contains;
using synth::FpgaResult;
using synth::MemoryPlace;

/// `products` registered products of 8 x 8 bits behind pins, as a bundle of two files.
Bundle multipliers(int products) {
  const std::string rtl = fmt::format(R"(
module m_core (input logic clk_i, input logic [{0}*8+7:0] a_i, output logic [15:0] p_o);
  logic [{0}*16-1:0] product_q;
  logic [15:0] sum;
  for (genvar k = 0; k < {0}; k++) begin : gen_product
    always_ff @(posedge clk_i) begin
      product_q[k*16 +: 16] <= $signed(a_i[k*8 +: 8]) * $signed(a_i[k*8+8 +: 8]);
    end
  end
  always_comb begin
    sum = '0;
    for (int k = 0; k < {0}; k++) sum = sum ^ product_q[k*16 +: 16];
  end
  assign p_o = sum;
endmodule
)",
                                      products);
  const std::string pins = fmt::format(R"(
module m_pins (input logic clk_i, input logic serial_i, output logic serial_o);
  logic [{0}*8+7:0] in_q;
  logic [15:0] out;
  always_ff @(posedge clk_i) in_q <= {{in_q[{0}*8+6:0], serial_i}};
  always_ff @(posedge clk_i) serial_o <= ^out;
  m_core u_core (.clk_i, .a_i(in_q), .p_o(out));
endmodule
)",
                                       products);
  return {
      "m",
      {{"flow/fpga/m_pins.sv", pins}, {"m.f", "rtl/top/m_core.sv\n"}, {"rtl/top/m_core.sv", rtl}}};
}

struct Shape {
  int depth, width, granule;
  int ebr;  ///< of iCE40, each of 256 x 16 bits or deeper and narrower
};

/// Memories of a design, with their ports as pins.
Bundle memories(const std::vector<Shape>& shapes) {
  const Bundle design = bundle_of(test::design("t_small").config);
  const auto ram =
      std::find_if(design.files.begin(), design.files.end(),
                   [](const OutputFile& file) { return file.path == "rtl/common/t_small_ram.sv"; });
  REQUIRE(ram != design.files.end());
  std::string ports = "input logic clk_i, read_i", body;
  for (std::size_t k = 0; k < shapes.size(); k++) {
    const Shape& one = shapes[k];
    ports += fmt::format(
        ",\n  input logic [{1}:0] write{0}, input logic [$clog2({2})-1:0] wa{0}, ra{0},\n"
        "  input logic [{3}-1:0] wd{0}, output logic [{3}-1:0] rd{0}",
        k, one.width / one.granule - 1, one.depth, one.width);
    body += fmt::format(
        "  t_small_ram #(.Depth({1}), .Width({2}), .Granule({3})) u{0} (.clk_i, .read_i,\n"
        "    .write_i(write{0}), .write_address_i(wa{0}), .write_data_i(wd{0}),\n"
        "    .read_address_i(ra{0}), .read_data_o(rd{0}));\n",
        k, one.depth, one.width, one.granule);
  }
  return {"t_small",
          {{"flow/fpga/t_small_pins.sv",
            "module t_small_pins (" + ports + ");\n" + body + "endmodule\n"},
           {"rtl/common/t_small_ram.sv", ram->text},
           {"t_small.f", "rtl/common/t_small_ram.sv\n"}}};
}

FpgaResult run(const Bundle& bundle, const std::string& target, bool dsp = true,
               bool place = false) {
  synth::FpgaOptions options;
  options.dsp = dsp;
  options.place = place;
  return synth::try_on_fpga(bundle, synth::fpga_target(target), options);
}

std::int64_t used(const FpgaResult& result, const std::string& resource) {
  for (const synth::DeviceUse& use : result.nextpnr) {
    if (use.resource == resource) return use.used;
  }
  return -1;
}

bool nextpnr_missing() {
  if (tool_exists("nextpnr-ice40")) return false;
  WARN("nextpnr-ice40 is missing: nothing was placed and routed");
  return true;
}

}  // namespace

TEST_CASE("Fpga.UnknownTargetsAreListed") {
  CHECK_THROWS_WITH(synth::fpga_target("spartan"),
                    "there is no FPGA target 'spartan'; use ice40up5k, ice40hx8k, ecp5 or xc7");
}

TEST_CASE("Fpga.CellsAreCountedByKind") {
  const std::string stat = R"({"design": {"num_cells_by_type": {"LUT2": 3, "LUT6": 4, "INV": 9,
    "FDCE": 5, "FDRE": 6, "CARRY4": 7, "RAMB18E1": 1, "RAMB36E1": 2, "DSP48E1": 8, "RAM32M": 10,
    "SRL16E": 1, "MUXF7": 20}}})";
  const synth::FpgaCounts counts = synth::count_cells(stat, synth::fpga_target("xc7"));
  CHECK(counts.luts == 7);
  CHECK(counts.flip_flops == 11);
  CHECK(counts.carries == 7);
  CHECK(counts.lut_rams == 11);
  CHECK(counts.block_rams == 5);
  CHECK(counts.dsps == 8);
  CHECK_THROWS_AS(synth::count_cells("no", synth::fpga_target("xc7")), UserError);
  CHECK_THROWS_AS(synth::count_cells("{}", synth::fpga_target("xc7")), UserError);
}

TEST_CASE("Fpga.DeviceUseIsReadFromTheLog") {
  const auto uses = synth::device_use(
      "Info: Packing..\nInfo: Device utilisation:\n"
      "Info: \t         ICESTORM_LC:  7992/ 5280   151%\n"
      "Info: \t        ICESTORM_RAM:    28/   30    93%\n\nInfo: Placed 0 cells\n");
  REQUIRE(uses.size() == 2);
  CHECK(uses[0].resource == "ICESTORM_LC");
  CHECK(uses[0].used == 7992);
  CHECK(uses[0].available == 5280);
  CHECK(synth::what_is_over({{"logic cells", 7992, 5280}, {"block RAMs", 28, 30}}) ==
        std::vector<std::string>{"logic cells: 7992 of 5280, 2712 too many (151 %)"});
  CHECK(synth::what_is_over({{"block RAMs", 3, 0}}) ==
        std::vector<std::string>{"block RAMs: 3 of 0, 3 too many (it has none)"});
  CHECK(synth::device_use("ERROR: no\n").empty());
}

TEST_CASE("Fpga.MemoriesAreReadFromTheLog") {
  const auto memories = synth::memories_in(
      "mapping memory x_pins.u_core.b.memory via $__ICE40_RAM4K_\n"
      "using FF mapping for memory x_pins.u_core.a.entries\n"
      "mapping memory x_pins.u_core.c.memory via $__XILINX_LUTRAM_SDP_\n"
      "mapping memory x_pins.u_core.d.memory via $__TRELLIS_DPR16X4_\n"
      "mapping memory x_pins.u_axi.u_core.e.memory via $__ICE40_RAM4K_\n"
      "mapping memory x_pins.u_axi.u_read.memory via $__ICE40_RAM4K_\n");
  REQUIRE(memories.size() == 6);
  CHECK(memories[4].name == "e.memory");
  CHECK(memories[5].name == "u_read.memory");
  CHECK(memories[0].name == "a.entries");
  CHECK((memories[0].place == MemoryPlace::kFlipFlops));
  CHECK((memories[1].place == MemoryPlace::kBlockRam));
  CHECK((memories[2].place == MemoryPlace::kLutRam));
  CHECK((memories[3].place == MemoryPlace::kLutRam));
}

TEST_CASE("Fpga.SmallDesignFitsAndHasAClock") {
  if (nextpnr_missing()) return;
  const FpgaResult result = run(multipliers(3), "ice40up5k", true, true);
  CHECK(result.counts.dsps == 3);
  CHECK(result.counts.block_rams == 0);
  // In the DSP blocks: the products' registers, and the last bit shifted in, which only they use
  CHECK(result.counts.flip_flops == 32);
  CHECK(result.pin_flip_flops == 33);
  CHECK(result.placed);
  CHECK(result.fits);
  CHECK(used(result, "ICESTORM_DSP") == 3);
  CHECK(used(result, "ICESTORM_LC") >= 33);
  CHECK(used(result, "ICESTORM_LC") <= 60);
  CHECK(result.mhz > 5);
  CHECK(result.mhz < 500);
  CHECK(synth::what_is_over(result.uses).empty());
  CHECK(result.device->name == "iCE40UP5K");
  // 3 of the 4 blocks, and few of the 2800 cells
  CHECK(result.choice.device->name == "iCE40UP3K");
}

TEST_CASE("Fpga.WithoutDspMultipliersAreInLogic") {
  for (const synth::FpgaTarget& target : synth::fpga_targets()) {
    INFO(target.name);
    const FpgaResult logic = run(multipliers(2), target.name, false);
    CHECK(logic.counts.dsps == 0);
    CHECK(logic.counts.luts > 60);
    CHECK(logic.counts.flip_flops == 2 * 16 + 24 + 1);
    const FpgaResult blocks = run(multipliers(2), target.name, true);
    CHECK(blocks.counts.dsps == (target.dsp ? 2 : 0));
    if (target.dsp) CHECK(blocks.counts.luts <= 20);
    CHECK_FALSE(blocks.placed);
  }
}

TEST_CASE("Fpga.WhatIsTooLargeIsSaidWithNumbers") {
  if (nextpnr_missing()) return;
  const FpgaResult result = run(multipliers(9), "ice40up5k", true, true);
  CHECK(result.placed);
  CHECK_FALSE(result.fits);
  CHECK(result.mhz == 0);
  CHECK(result.counts.dsps == 9);
  CHECK(synth::what_is_over(result.uses) ==
        std::vector<std::string>{"DSP blocks: 9 of 8, 1 too many (112 %)"});
}

TEST_CASE("Fpga.MemoriesAreNeverFlipFlops") {
  const std::vector<Shape> shapes = {{64, 8, 8, 1},  {64, 32, 8, 2},  {128, 64, 64, 4},
                                     {512, 8, 8, 1}, {512, 32, 8, 4}, {256, 28, 28, 2}};
  int ebr = 0, bits = 0;
  for (const Shape& shape : shapes) {
    ebr += shape.ebr;
    bits += shape.width;
  }
  for (const char* target : {"ice40hx8k", "ecp5", "xc7"}) {
    INFO(target);
    const FpgaResult result = run(memories(shapes), target);
    CHECK(result.memories.size() == shapes.size());
    for (const synth::FpgaMemory& memory : result.memories) {
      INFO(memory.name);
      CHECK((memory.place != MemoryPlace::kFlipFlops));
    }
    if (result.counts.lut_rams == 0) {
      CHECK(result.counts.flip_flops == 0);
      CHECK(result.counts.luts <= 20);
    } else {  // in LUTs they have their read data in flip-flops
      CHECK(result.counts.flip_flops <= bits);
    }
    if (std::string(target) == "ice40hx8k") CHECK(result.counts.block_rams == ebr);
  }
}

TEST_CASE("Fpga.CommandReportsADesignThatDoesNotFit") {
  if (nextpnr_missing()) return;
  const RunResult result =
      run_sluice("fpga configs/ice40.yaml --target ice40up5k --set columns=2 --json");
  INFO(result.out << result.err);
  const auto json = nlohmann::json::parse(result.out);
  CHECK(result.exit_code == 1);
  CHECK(json["ok"] == false);
  CHECK(json["fits"] == false);
  CHECK_THAT(json["errors"][0]["message"].get<std::string>(),
             Contains("does not fit Lattice iCE40 UP5K") && Contains("DSP blocks: "));
  // The array's products and at least one of the requantisation, one block each
  CHECK(json["counts"]["dsps"] > 8);
  CHECK(json["use"]["ICESTORM_DSP"]["used"] == json["counts"]["dsps"]);
  CHECK(json["counts"]["block_rams"] == json["use"]["ICESTORM_RAM"]["used"]);
  CHECK(json["counts"]["luts"] > 1000);
  CHECK(json["pin_flip_flops"] > 64);
  CHECK(json["pin_flip_flops"] < 64 + 100);
  // Queues with reads in the same cycle and memories of a few bits are; no buffer is
  const std::string small = json["memories_in_flip_flops"].dump();
  CHECK_THAT(small, Contains("u_runs.entries"));
  for (const char* buffer :
       {"u_activations", "u_weights", "u_header", "u_accumulator", "u_command."}) {
    CHECK_THAT(small, !Contains(buffer));
  }
}

/// Four minutes to place: the device is nearly full.
TEST_CASE("Fpga.TheIce40ConfigFitsAnHx8kAndHasAClock") {
  if (nextpnr_missing()) return;
  const char* asked = std::getenv("SLUICE_PLACE");
  if (asked == nullptr || std::string(asked) != "1") {
    WARN("skipped: four minutes of nextpnr; set SLUICE_PLACE=1");
    return;
  }
  const RunResult result = run_sluice("fpga configs/ice40.yaml --target ice40hx8k --json");
  INFO(result.out << result.err);
  const auto json = nlohmann::json::parse(result.out);
  CHECK(result.exit_code == 0);
  CHECK(json["fits"] == true);
  CHECK(json["use"]["ICESTORM_LC"]["used"] > 6000);
  CHECK(json["use"]["ICESTORM_LC"]["used"] <= 7680);
  CHECK(json["mhz"] > 35);
}

TEST_CASE("Fpga.NothingFitsWhereTheLargestDeviceHasTooLittle") {
  const FpgaResult result = run(multipliers(160), "ecp5");
  CHECK(result.counts.dsps == 160);
  CHECK_FALSE(result.fits);
  CHECK(result.device == nullptr);
  CHECK(result.choice.device->name == "LFE5U-85F");
  CHECK(synth::what_is_over(result.uses) ==
        std::vector<std::string>{"DSP blocks: 160 of 156, 4 too many (103 %)"});
  CHECK(run(multipliers(150), "ecp5").choice.device->name == "LFE5U-85F");
  CHECK(run(multipliers(150), "ecp5").fits);
}

TEST_CASE("Fpga.ADeviceIsAskedForByName") {
  synth::FpgaOptions options;
  options.place = false;
  options.device = &synth::fpga_device("LFE5U-25F");
  const synth::FpgaTarget& ecp5 = synth::fpga_target("ecp5");
  const FpgaResult result = synth::try_on_fpga(multipliers(30), ecp5, options);
  CHECK_FALSE(result.fits);  // 28 blocks
  CHECK(result.choice.fits);
  CHECK(result.choice.device->name == "LFE5U-45F");
  CHECK_THROWS_WITH(synth::try_on_fpga(multipliers(1), synth::fpga_target("xc7"), options),
                    "LFE5U-25F is no device of target xc7; give --target ecp5");
}

TEST_CASE("Fpga.CommandFailsOnADeviceThatIsTooSmall") {
  const std::string command = "fpga configs/ice40.yaml --no-place --device ";
  const RunResult small = run_sluice(command + "ice40lp1k --json");
  INFO(small.out << small.err);
  const auto json = nlohmann::json::parse(small.out);
  CHECK(small.exit_code == 1);
  CHECK(json["ok"] == false);
  CHECK(json["fits"] == false);
  CHECK(json["on_device"]["name"] == "iCE40LP1K");
  CHECK(json["on_device"]["use"]["logic cells"]["available"] == 1280);
  CHECK(json["on_device"]["use"]["logic cells"]["used"].get<int>() > 1280);
  CHECK(json["on_device"]["use"]["logic cells"]["percent"].get<double>() ==
        Approx(json["on_device"]["use"]["logic cells"]["used"].get<double>() / 12.80));
  CHECK_THAT(json["errors"][0]["message"].get<std::string>(),
             Contains("does not fit Lattice iCE40 LP1K\n  logic cells: ") &&
                 Contains("it fits Lattice iCE40 LP8K: --device iCE40LP8K"));
  CHECK(json["smallest_that_fits"]["name"] == "iCE40LP8K");
  const RunResult large = run_sluice(command + "iCE40HX8K");
  CHECK(large.exit_code == 0);
  CHECK_THAT(large.out, Contains("smallest device that fits: Lattice iCE40 LP8K") &&
                            Contains("logic cells of iCE40HX8K") && Contains("FPGA-DS-02029"));
  const RunResult none = run_sluice("fpga configs/ice40.yaml --device iCE40HX9K");
  CHECK(none.exit_code == 1);
  CHECK_THAT(none.err, Contains("there is no FPGA device 'iCE40HX9K' in the table"));
  CHECK(run_sluice("fpga configs/ice40.yaml").exit_code == 2);
}

TEST_CASE("Fpga.AdditionsBecomeCarryChainsOnIce40") {
  // Eight numbers of 16 bits: 7 chains; Yosys' own tree of full adders takes about twice the LUTs
  const char* rtl = R"(
module m_pins (input logic [127:0] a_i, output logic [15:0] sum_o);
  always_comb begin
    sum_o = '0;
    for (int k = 0; k < 8; k++) sum_o = sum_o + a_i[k*16 +: 16];
  end
endmodule
)";
  const FpgaResult result = run({"m", {{"flow/fpga/m_pins.sv", rtl}, {"m.f", ""}}}, "ice40hx8k");
  CHECK(result.counts.luts <= 7 * 16 + 8);
  CHECK(result.counts.carries >= 7 * 14);
}

TEST_CASE("Fpga.CommandRefusesUnknownTargets") {
  const RunResult result = run_sluice("fpga configs/tiny.yaml --target virtex");
  CHECK(result.exit_code == 1);
  CHECK(result.err ==
        "error: there is no FPGA target 'virtex'; use ice40up5k, ice40hx8k, ecp5 or xc7\n");
}

}  // namespace sluice::test
