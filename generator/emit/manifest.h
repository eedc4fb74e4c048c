// SPDX-License-Identifier: Apache-2.0
// Which templates a design is made of, in the order in which its files are compiled.
#pragma once

#include <string>
#include <vector>

#include "generator/plan/plan.h"

namespace sluice {

struct ManifestRow {
  const char* path;           ///< below templates/, such as "array/pe.sv.tpl"
  bool (*used)(const Plan&);  ///< whether this design has the module
};

/// The table. Packages and leaf modules come first; the last row is the top module.
const std::vector<ManifestRow>& manifest();

/// Paths of the SystemVerilog templates of a design in compile order.
std::vector<std::string> design_templates(const Plan& plan);

/// A file for tools that follow: constraints, scripts.
struct FlowRow {
  const char* path;     ///< below templates/flow/, such as "macro_ram.sv.tpl"
  const char* output;   ///< below the design's folder, with {} for the design's name
  const char* comment;  ///< what begins a comment line; empty for JSON, which has none
};

/// The table of these files; all designs have all of them.
const std::vector<FlowRow>& flow_manifest();

/// The memories as macros, in the same folder.
struct MacroManifest {
  FlowRow example_memories, example_macro;  ///< without a table of memories
  FlowRow memories;                         ///< as a table cuts them
  FlowRow macro;                            ///< one file for each, {} for its name
};
const MacroManifest& macro_manifest();

/// The table of the files of the driver, below templates/driver/; all designs have all of them.
const std::vector<FlowRow>& driver_manifest();

/// Modules with assertions, which a design has beside its RTL, in compile order.
const std::vector<ManifestRow>& assertion_manifest();

}  // namespace sluice
