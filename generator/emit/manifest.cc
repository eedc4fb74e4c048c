// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/manifest.h"

namespace sluice {
namespace {

bool always(const Plan&) { return true; }
bool with_gating(const Plan& plan) { return plan.config.gating; }
bool with_taps(const Plan& plan) { return plan.taps > 1; }
bool with_additions(const Plan& plan) { return plan.config.additions; }
bool with_table(const Plan& plan) { return plan.config.activation_table; }
bool with_transforms(const Plan& plan) { return plan.config.hadamard > 0; }
bool with_planes(const Plan& plan) { return plan.config.precision_gating; }
bool with_axi(const Plan& plan) { return plan.config.bus.axi(); }
bool with_axi_by_id(const Plan& plan) { return with_axi(plan) && plan.config.bus.by_id(); }

}  // namespace

const std::vector<ManifestRow>& manifest() {
  static const std::vector<ManifestRow> rows = {
      {"common/pkg.sv.tpl", always},
      {"common/ram.sv.tpl", always},
      {"common/fifo.sv.tpl", always},
      {"common/find_first.sv.tpl", with_gating},
      {"array/pe.sv.tpl", always},
      {"array/array.sv.tpl", always},
      {"array/sum_tree.sv.tpl", always},
      {"array/accumulator.sv.tpl", always},
      {"array/tap_join.sv.tpl", with_taps},
      {"buffers/activation_buffer.sv.tpl", always},
      {"buffers/weight_buffer.sv.tpl", always},
      {"buffers/header_buffer.sv.tpl", always},
      {"buffers/parameter_buffer.sv.tpl", always},
      {"control/sequencer.sv.tpl", always},
      {"control/open_positions.sv.tpl", with_gating},
      {"post/drain.sv.tpl", always},
      {"post/hadamard.sv.tpl", with_transforms},
      {"post/requantise.sv.tpl", always},
      {"post/table.sv.tpl", with_table},
      {"post/addend.sv.tpl", with_additions},
      {"post/sum.sv.tpl", with_additions},
      {"post/planes.sv.tpl", with_planes},
      {"post/collect.sv.tpl", always},
      {"post/post.sv.tpl", always},
      {"top/lane.sv.tpl", always},
      {"control/slot_pattern.sv.tpl", always},
      {"control/load.sv.tpl", always},
      {"control/weight_stream.sv.tpl", always},
      {"control/weight_fetch.sv.tpl", always},
      {"control/addend_fetch.sv.tpl", with_additions},
      {"control/read_arbiter.sv.tpl", always},
      {"control/store.sv.tpl", always},
      {"control/command.sv.tpl", always},
      {"control/stop.sv.tpl", always},
      {"control/registers.sv.tpl", always},
      {"top/core.sv.tpl", always},
      {"bus/axi_reorder.sv.tpl", with_axi_by_id},
      {"bus/axi_read.sv.tpl", with_axi},
      {"bus/axi_write.sv.tpl", with_axi},
      {"bus/axi_lite.sv.tpl", with_axi},
      {"bus/axi.sv.tpl", with_axi},
  };
  return rows;
}

const std::vector<FlowRow>& flow_manifest() {
  static const std::vector<FlowRow> rows = {
      {"constraints.sdc.tpl", "flow/{}.sdc", "#"},
      {"synthesis.f.tpl", "flow/{}_synth.f", "//"},
      {"synth.tcl.tpl", "flow/synth.tcl", "#"},
      {"librelane.json.tpl", "flow/config.json", ""},
      {"fpga_pins.sv.tpl", "flow/fpga/{}_pins.sv", "//"},
  };
  return rows;
}

const MacroManifest& macro_manifest() {
  static const MacroManifest rows = {
      {"macro_ram.sv.tpl", "flow/macro/{}_ram.sv", "//"},
      {"macro_sram.sv.tpl", "flow/macro/{}_sram_256x32.sv", "//"},
      {"macro_cuts.sv.tpl", "flow/macro/{}_ram.sv", "//"},
      {"macro_each.sv.tpl", "flow/macro/{}.sv", "//"},
  };
  return rows;
}

const std::vector<FlowRow>& driver_manifest() {
  static const std::vector<FlowRow> rows = {
      {"driver.h.tpl", "driver/{}_driver.h", "//"},
      {"driver.c.tpl", "driver/{}_driver.c", "//"},
      {"host.h.tpl", "driver/{}_host.h", "//"},
      {"host.c.tpl", "driver/{}_host.c", "//"},
      {"host_steps.h.tpl", "driver/{}_host_steps.h", "//"},
      {"host_steps.c.tpl", "driver/{}_host_steps.c", "//"},
      {"platform.h.tpl", "driver/{}_platform.h", "//"},
      {"platform_bare.c.tpl", "driver/{}_platform_bare.c", "//"},
      {"platform_linux.c.tpl", "driver/{}_platform_linux.c", "//"},
      {"example.c.tpl", "driver/{}_example.c", "//"},
  };
  return rows;
}

const std::vector<ManifestRow>& assertion_manifest() {
  static const std::vector<ManifestRow> rows = {
      {"assert/axi_read_checker.sv.tpl", with_axi}, {"assert/axi_write_checker.sv.tpl", with_axi},
      {"assert/axi_lite_checker.sv.tpl", with_axi}, {"assert/axi_checker.sv.tpl", with_axi},
      {"assert/axi_bind.sv.tpl", with_axi},
  };
  return rows;
}

std::vector<std::string> design_templates(const Plan& plan) {
  std::vector<std::string> paths;
  for (const ManifestRow& row : manifest()) {
    if (row.used(plan)) paths.push_back(row.path);
  }
  return paths;
}

}  // namespace sluice
