// SPDX-License-Identifier: Apache-2.0
#include "synth/yosys/mapping.h"

#include <filesystem>
#include <sstream>

#include "synth/tools/workspace.h"
#include "synth/yosys/run.h"
#include "synth/yosys/script.h"
#include "synth/yosys/stat.h"

namespace sluice::synth {

Rtl rtl_of(const Bundle& bundle, const std::string& top) {
  Rtl rtl;
  rtl.ram = bundle.name + "_ram";
  std::map<std::string, const OutputFile*> files;
  for (const OutputFile& file : bundle.files) files[file.path] = &file;
  std::istringstream list(files.at(bundle.name + ".f")->text);
  for (std::string line; std::getline(list, line);) {
    if (line.ends_with(".sv")) rtl.files.push_back(*files.at(line));
  }
  rtl.top = top.empty() ? std::filesystem::path(rtl.files.back().path).stem().string()
                        : bundle.name + "_" + top;
  return rtl;
}

MapResult map_design(const Rtl& rtl, const Liberty& liberty, const MapOptions& options) {
  const Workspace workspace;
  for (const OutputFile& file : rtl.files) workspace.write(file.path, file.text);
  for (const OutputFile& file : mapping_files(liberty, options)) {
    workspace.write(file.path, file.text);
  }
  MapResult result;
  result.top = rtl.top;
  result.script = mapping_script(rtl, options);
  Yosys yosys(rtl.top, options.timeout_seconds);
  result.warnings = yosys.run(workspace, result.script);
  result.seconds = yosys.seconds();
  result.peak_kb = yosys.peak_kb();
  result.netlist = workspace.read(kNetlistFile);
  result.stat = workspace.read(kStatFile);
  result.modules = read_modules(result.stat, result.netlist, rtl, liberty);
  result.yosys_version = yosys_version();
  result.abc_version = abc_version();
  return result;
}

double MappedDesign::area() const {
  double sum = 0;
  for (const MappedModule& module : modules) sum += module.area * module.count;
  return sum;
}

std::int64_t MappedDesign::flip_flops() const {
  std::int64_t sum = 0;
  for (const MappedModule& module : modules) sum += module.flip_flops * module.count;
  return sum;
}

std::int64_t MappedDesign::cells(const std::string& type) const {
  std::int64_t sum = 0;
  for (const MappedModule& module : modules) {
    const auto found = module.cells.find(type);
    if (found != module.cells.end()) sum += found->second * module.count;
  }
  return sum;
}

std::map<RamShape, std::int64_t> MappedDesign::rams() const {
  std::map<RamShape, std::int64_t> sum;
  for (const MappedModule& module : modules) {
    for (const auto& [shape, count] : module.rams) sum[shape] += count * module.count;
  }
  return sum;
}

}  // namespace sluice::synth
