// SPDX-License-Identifier: Apache-2.0
#include "synth/fpga/devices.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/util/text.h"
#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

constexpr std::int64_t kBitsIce40 = 4096;     ///< of an EBR
constexpr std::int64_t kBits18k = 18 * 1024;  ///< of ECP5's EBR and of a RAMB18

/// nextpnr places devices of less than a die on the whole die, so that the limits here are tighter.
FpgaDevice ice40(const char* name, const char* target, int cells, int rams, int dsps,
                 const char* chip, const char* package) {
  const bool plus = std::string(target) == "ice40up5k";
  return {fmt::format("iCE40{}", name),
          fmt::format("Lattice iCE40 {}", name),
          target,
          cells,
          cells,
          0,
          rams,
          rams * kBitsIce40,
          dsps,
          {fmt::format("--{}", chip), "--package", package},
          plus ? "Lattice FPGA-DS-02008, iCE40 UltraPlus Family Data Sheet, selection guide"
               : "Lattice FPGA-DS-02029 (DS1040), iCE40 LP/HX Family Data Sheet, table 1-1"};
}

/// `pfus`: each has 8 LUTs and flip-flops, half of which can be one memory of 16 x 4 bits.
FpgaDevice ecp5(const char* name, int pfus, int rams, int dsps) {
  return {name,
          fmt::format("Lattice {}", name),
          "ecp5",
          8 * pfus,
          8 * pfus,
          4 * pfus,
          rams,
          rams * kBits18k,
          dsps,
          {},
          "Lattice FPGA-DS-02012, ECP5 and ECP5-5G Family Data Sheet, table 1.1; LUTs as in "
          "nextpnr's device database, of -12F by its distributed RAM"};
}

/// `slices`: each has 4 LUTs and 8 flip-flops. `rams`: of 36 kbit, two RAMB18 each.
FpgaDevice xc7(const char* name, int slices, int memory_luts, int rams, int dsps) {
  const bool zynq = std::string(name).starts_with("XC7Z");
  return {name,
          fmt::format("Xilinx {}", name),
          "xc7",
          4 * slices,
          8 * slices,
          memory_luts,
          2 * rams,
          2 * rams * kBits18k,
          dsps,
          {},
          zynq ? "Xilinx DS190, Zynq-7000 SoC Data Sheet: Overview, table 1"
               : "Xilinx DS180, 7 Series FPGAs Data Sheet: Overview, tables 4 and 6"};
}

/// Xilinx gives LUTs that can be memory as kbit of distributed RAM, 64 bits each.
constexpr int memory_luts_of(int kbit) { return kbit * 16; }

std::vector<FpgaDevice> make_devices() {
  return {
      ice40("LP384", "ice40hx8k", 384, 0, 0, "lp384", "qn32"),
      ice40("LP1K", "ice40hx8k", 1280, 16, 0, "lp1k", "cm81"),
      ice40("HX1K", "ice40hx8k", 1280, 16, 0, "hx1k", "tq144"),
      ice40("LP4K", "ice40hx8k", 3520, 20, 0, "lp4k", "cm81"),
      ice40("HX4K", "ice40hx8k", 3520, 20, 0, "hx4k", "tq144"),
      ice40("LP8K", "ice40hx8k", 7680, 32, 0, "lp8k", "cm81"),
      ice40("HX8K", "ice40hx8k", 7680, 32, 0, "hx8k", "ct256"),
      ice40("UP3K", "ice40up5k", 2800, 20, 4, "up3k", "uwg30"),
      ice40("UP5K", "ice40up5k", 5280, 30, 8, "up5k", "sg48"),
      ecp5("LFE5U-12F", 1518, 32, 28),
      ecp5("LFE5U-25F", 3036, 56, 28),
      ecp5("LFE5U-45F", 5481, 108, 72),
      ecp5("LFE5U-85F", 10455, 208, 156),
      xc7("XC7Z010", 4400, 6000, 60, 80),
      xc7("XC7A35T", 5200, memory_luts_of(400), 50, 90),
      xc7("XC7A50T", 8150, memory_luts_of(600), 75, 120),
      xc7("XC7K70T", 10250, memory_luts_of(838), 135, 240),
      xc7("XC7Z020", 13300, 17400, 140, 220),
      xc7("XC7A100T", 15850, memory_luts_of(1188), 135, 240),
      xc7("XC7K160T", 25350, memory_luts_of(2188), 325, 600),
      xc7("XC7A200T", 33650, memory_luts_of(2888), 365, 740),
      xc7("XC7K325T", 50950, memory_luts_of(4000), 445, 840),
      xc7("XC7K410T", 63550, memory_luts_of(5663), 795, 1540),
      xc7("XC7K480T", 74650, memory_luts_of(6788), 955, 1920),
  };
}

}  // namespace

const std::vector<FpgaDevice>& fpga_devices() {
  static const std::vector<FpgaDevice> devices = make_devices();
  return devices;
}

const FpgaDevice& fpga_device(const std::string& name) {
  std::vector<std::string> names;
  for (const FpgaDevice& device : fpga_devices()) {
    if (upper_case(device.name) == upper_case(name)) return device;
    names.push_back(device.name);
  }
  throw UserError(fmt::format("there is no FPGA device '{}' in the table; use {}", name,
                              join_words(names, "or")));
}

FpgaDemand demand_of(const FpgaCounts& counts, const FpgaTarget& target, std::int64_t logic_cells) {
  FpgaDemand demand;
  demand.block_rams = counts.block_rams;
  demand.dsps = counts.dsps;
  if (target.logic_cells) {
    const std::int64_t least = std::max({counts.luts, counts.flip_flops, counts.carries});
    demand.luts = demand.flip_flops = logic_cells > 0 ? logic_cells : least;
    return demand;
  }
  demand.luts = counts.luts + counts.lut_ram_luts + target.luts_per_carry * counts.carries;
  demand.flip_flops = counts.flip_flops;
  demand.memory_luts = counts.memory_luts;
  return demand;
}

std::vector<DeviceUse> use_on(const FpgaDevice& device, const FpgaDemand& demand) {
  const FpgaTarget& target = fpga_target(device.target);
  std::vector<DeviceUse> uses;
  if (target.logic_cells) {
    uses.push_back({"logic cells", demand.luts, device.luts});
  } else {
    uses.push_back({"LUTs", demand.luts, device.luts});
    uses.push_back({"LUTs as memory", demand.memory_luts, device.memory_luts});
    uses.push_back({"flip-flops", demand.flip_flops, device.flip_flops});
  }
  uses.push_back({"block RAMs", demand.block_rams, device.block_rams});
  if (target.dsp) uses.push_back({"DSP blocks", demand.dsps, device.dsps});
  return uses;
}

bool fits(const std::vector<DeviceUse>& uses) {
  return std::all_of(uses.begin(), uses.end(),
                     [](const DeviceUse& use) { return use.used <= use.available; });
}

DeviceChoice choose_device(const FpgaTarget& target, const FpgaDemand& demand) {
  DeviceChoice choice;
  for (const FpgaDevice& device : fpga_devices()) {
    if (device.target != target.name) continue;
    choice.device = &device;
    choice.uses = use_on(device, demand);
    choice.fits = fits(choice.uses);
    if (choice.fits) break;
  }
  return choice;
}

}  // namespace sluice::synth
