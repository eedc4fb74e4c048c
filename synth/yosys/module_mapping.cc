// SPDX-License-Identifier: Apache-2.0
#include "synth/yosys/module_mapping.h"

#include "generator/util/sha256.h"
#include "synth/tools/workspace.h"
#include "synth/yosys/rtlil.h"
#include "synth/yosys/run.h"
#include "synth/yosys/script.h"
#include "synth/yosys/stat.h"

namespace sluice::synth {
namespace {

using Json = KeptResults::Json;

constexpr std::size_t kKeyDigits = 32;

Json json_of(const MappedModule& module, const std::vector<std::string>& warnings) {
  Json rams = Json::array();
  for (const auto& [shape, count] : module.rams) {
    rams.push_back({shape.depth, shape.width, shape.granule, count});
  }
  return {
      {"module", module.name}, {"area", module.area},           {"flip_flops", module.flip_flops},
      {"cells", module.cells}, {"instances", module.instances}, {"rams", rams},
      {"warnings", warnings}};
}

/// Counts of cells of one module, and of modules in one: far above those of any design.
constexpr std::int64_t kMostCells = 1'000'000'000, kMostInstances = 1'000'000;

void check_counts(const json::Value& counts, std::int64_t most) {
  for (const auto& [name, count] : counts.members()) count.integer(0, most);
}

/// A kept result must be of this module and name no others than are in it.
void check_module(const json::Value& kept, const CutModule& module) {
  if (kept.at("module").text() != module.name) kept.at("module").fail("'" + module.name + "'");
  kept.at("area").number(0, json::kLargest);
  kept.at("flip_flops").integer(0, kMostCells);
  check_counts(kept.at("cells"), kMostCells);
  check_counts(kept.at("instances"), kMostInstances);
  for (const auto& [name, count] : kept.at("instances").members()) {
    if (!module.inner.contains(name)) count.fail("that of a module within this one");
  }
  for (const json::Value& ram : kept.at("rams").items()) {
    const std::vector<json::Value> numbers = ram.items();
    if (numbers.size() != 4) ram.fail("a list of words, width, granule and count");
    for (const json::Value& number : numbers) number.integer(1, kMostCells);
  }
  for (const json::Value& warning : kept.at("warnings").items()) warning.text();
}

MappedModule module_of(const Json& json) {
  MappedModule module;
  module.name = json.at("module");
  module.source = source_name(module.name);
  module.area = json.at("area");
  module.flip_flops = json.at("flip_flops");
  json.at("cells").get_to(module.cells);
  json.at("instances").get_to(module.instances);
  for (const Json& ram : json.at("rams"))
    module.rams[{ram.at(0), ram.at(1), ram.at(2)}] = ram.at(3);
  return module;
}

/// Maps the modules of one design.
class ModuleMapper {
 public:
  ModuleMapper(const Rtl& rtl, const Liberty& liberty, const MapOptions& options)
      : rtl_(rtl), liberty_(liberty), options_(options), yosys_(rtl.top, options.timeout_seconds) {
    result_.top = rtl.top;
    result_.yosys_version = yosys_version();
    result_.abc_version = abc_version();
    std::string setup = result_.yosys_version + "\n" + result_.abc_version + "\n" + rtl.ram + "\n";
    for (const OutputFile& file : mapping_files(liberty, options)) {
      workspace_.write(file.path, file.text);
      setup += file.path + "\n" + file.text;
    }
    setup_ = sha256(setup + module_script("", options, true));
  }

  MappedDesign map(KeptResults& kept) {
    std::vector<MappedModule> modules;
    for (const CutModule& module : elaborated()) {
      const std::string key = sha256(setup_ + module.rtlil).substr(0, kKeyDigits);
      const Json one = kept.get(
          key, [&] { return mapped(module); },
          [&module](const json::Value& found) { check_module(found, module); });
      modules.push_back(module_of(one));
      for (const Json& warning : one.at("warnings")) result_.warnings.push_back(warning);
    }
    result_.modules = count_instances(std::move(modules), rtl_.top);
    result_.seconds = yosys_.seconds();
    result_.peak_kb = yosys_.peak_kb();
    return std::move(result_);
  }

 private:
  std::vector<CutModule> elaborated() {
    workspace_.write(kFirstIdFile, first_id_rtlil());
    for (const OutputFile& file : rtl_.files) workspace_.write(file.path, file.text);
    result_.warnings = yosys_.run(workspace_, elaboration_script(rtl_));
    return cut_modules(workspace_.read(kRtlilFile));
  }

  Json mapped(const CutModule& module) {
    workspace_.write(kRtlilFile, module.rtlil);
    // The netlist is read for the shapes of memories alone
    const bool has_rams = module.inner.contains(rtl_.ram);
    const std::vector<std::string> warnings =
        yosys_.run(workspace_, module_script(module.name, options_, has_rams));
    const std::string netlist = has_rams ? workspace_.read(kNetlistFile) : "";
    return json_of(read_module(workspace_.read(kStatFile), netlist, module.name, module.inner,
                               rtl_.ram, liberty_),
                   warnings);
  }

  const Rtl& rtl_;
  const Liberty& liberty_;
  const MapOptions& options_;
  Workspace workspace_;
  Yosys yosys_;
  std::string setup_;  ///< hash of all that every module's result depends on
  MappedDesign result_;
};

}  // namespace

MappedDesign map_modules(const Rtl& rtl, const Liberty& liberty, const MapOptions& options,
                         KeptResults& kept) {
  return ModuleMapper(rtl, liberty, options).map(kept);
}

}  // namespace sluice::synth
