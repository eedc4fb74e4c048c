// Which templates a design is made of, in the order in which its files are compiled.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.h"

namespace sluice {

struct ManifestRow {
  const char* path;           ///< below templates/, such as "array/pe.sv.tpl"
  bool (*used)(const Plan&);  ///< whether this design has the module
};

/// The table. Packages and leaf modules come first; the last row is the top module.
const std::vector<ManifestRow>& manifest();

/// Paths of the SystemVerilog templates of a design in compile order. A template that is embedded
/// but not yet in the table follows at the end of the list, by section.
std::vector<std::string> design_templates(const Plan& plan);

/// Embedded SystemVerilog templates ("section/x.sv.tpl") that the table does not name.
std::vector<std::string> unlisted_templates();

}  // namespace sluice
