#include "yosys/mapping.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <sstream>

#include "tools/error.h"
#include "tools/process.h"
#include "tools/workspace.h"
#include "util/resources.h"
#include "util/text.h"
#include "yosys/script.h"
#include "yosys/stat.h"

namespace sluice::synth {
namespace {

constexpr int kShownProblems = 8;

std::string file_text(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> prepare(const Workspace& workspace, const Rtl& rtl, const Liberty& liberty,
                                 const MapOptions& options) {
  std::vector<std::string> sources;
  for (const OutputFile& file : rtl.files) {
    workspace.write(file.path, file.text);
    sources.push_back(file.path);
  }
  // Copied, because Yosys' scripts take no paths with blanks
  workspace.write(kLibertyFile, file_text(liberty.path));
  workspace.write(kSelectFile, std::string(resource("synth/scripts/select.v")));
  if (options.clock_ps > 0) workspace.write(kConstraintFile, abc_constraints(liberty, options));
  if (options.recipe == Recipe::kAdders) workspace.write(kAdderFile, adder_map(liberty));
  return sources;
}

/// The module that Yosys was at when it was stopped, from the last such line of its log.
std::string last_module(const std::string& log) {
  const std::string mark = "Extracting gate netlist of module `";
  const std::size_t start = log.rfind(mark);
  if (start == std::string::npos) return "before it came to abc";
  const std::size_t name = start + mark.size();
  std::string module = log.substr(name, log.find('\'', name) - name);
  if (module.starts_with("\\")) module = module.substr(1);
  return "in abc, with module " + source_name(module);
}

bool is_design_problem(const std::string& line) {
  for (const char* mark : {"Latch inferred", "has no driver", "conflicting drivers", "logic loop",
                           "is an unmapped internal cell"}) {
    if (line.find(mark) != std::string::npos) return true;
  }
  return false;
}

/// The paragraphs of Yosys' warnings and errors: a line and those indented below it.
std::vector<std::string> paragraphs(const std::string& output) {
  std::vector<std::string> found;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("    ") && !found.empty()) {
      found.back() += "\n  " + line;
    } else if (!line.empty()) {
      found.push_back(line);
    }
  }
  return found;
}

const char* remedy(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) {
    if (problem.find("DLATCH") == std::string::npos) continue;
    return "DLATCH is a latch: look for an always block that does not assign in all cases.";
  }
  return "The RTL must be mended: no config that passes `sluice check` may give such RTL.";
}

/// Sorts Yosys' warnings: problems of the design are errors.
void take_warnings(const std::string& output, MapResult& result) {
  std::vector<std::string> problems;
  for (const std::string& paragraph : paragraphs(output)) {
    if (is_design_problem(paragraph)) {
      problems.push_back(paragraph);
    } else if (paragraph.starts_with("Warning: ")) {
      result.warnings.push_back(paragraph.substr(9));
    }
  }
  if (problems.empty()) return;
  std::string text =
      fmt::format("Yosys found {} in the RTL of {}:\n",
                  count_of(static_cast<long>(problems.size()), "problem"), result.top);
  for (std::size_t k = 0; k < problems.size() && k < kShownProblems; k++) {
    text += "  " + problems[k] + "\n";
  }
  throw SynthError(text + remedy(problems));
}

void check_run(const ProcessResult& run, const Workspace& workspace, const Rtl& rtl,
               const MapOptions& options) {
  if (run.timed_out) {
    throw SynthError(fmt::format(
        "Yosys did not map {} within {:.0f} s; it was stopped {}. Allow more time, map without "
        "flattening, or choose a smaller design",
        rtl.top, options.timeout_seconds, last_module(workspace.read(kLogFile))));
  }
  if (run.exit_code == 0) return;
  std::string what = run.output;
  if (const std::size_t error = what.find("ERROR:"); error != std::string::npos) {
    const std::size_t line = what.rfind('\n', error);
    what = what.substr(line == std::string::npos ? 0 : line + 1);
  }
  throw SynthError(fmt::format("Yosys failed on {} with exit code {}: {}", rtl.top, run.exit_code,
                               what.substr(0, 2000)));
}

/// "UC Berkeley, ABC 1.01", without the time it was compiled.
std::string abc_version() {
  const std::string program = "berkeley-abc";
  if (!tool_exists(program)) return "abc within Yosys";
  const ProcessResult run = run_process({program, "-c", "version"}, "/", 10);
  const std::size_t start = run.output.find("UC Berkeley");
  if (start == std::string::npos) return program;
  return run.output.substr(start, run.output.find_first_of("(\n", start) - start - 1);
}

}  // namespace

Rtl rtl_of(const Bundle& bundle, const std::string& top) {
  Rtl rtl;
  rtl.top = bundle.name + "_" + top;
  rtl.ram = bundle.name + "_ram";
  std::map<std::string, const OutputFile*> files;
  for (const OutputFile& file : bundle.files) files[file.path] = &file;
  std::istringstream list(files.at(bundle.name + ".f")->text);
  for (std::string line; std::getline(list, line);) {
    if (line.ends_with(".sv")) rtl.files.push_back(*files.at(line));
  }
  return rtl;
}

MapResult map_design(const Rtl& rtl, const Liberty& liberty, const MapOptions& options) {
  require_tool("yosys", "yosys");
  const Workspace workspace;
  MapResult result;
  result.top = rtl.top;
  result.script = mapping_script(rtl, prepare(workspace, rtl, liberty, options), options);
  workspace.write(kScriptFile, result.script);
  const ProcessResult run = run_process({"yosys", "-q", "-L", kLogFile, kScriptFile},
                                        workspace.folder(), options.timeout_seconds);
  result.seconds = run.seconds;
  result.peak_kb = run.peak_kb;
  check_run(run, workspace, rtl, options);
  take_warnings(run.output, result);
  result.netlist = workspace.read(kNetlistFile);
  result.stat = workspace.read(kStatFile);
  result.modules = read_modules(result.stat, result.netlist, rtl, liberty);
  result.yosys_version = tool_version("yosys", "-V");
  result.abc_version = abc_version();
  return result;
}

double MapResult::area() const {
  double sum = 0;
  for (const MappedModule& module : modules) sum += module.area * module.count;
  return sum;
}

std::int64_t MapResult::flip_flops() const {
  std::int64_t sum = 0;
  for (const MappedModule& module : modules) sum += module.flip_flops * module.count;
  return sum;
}

std::int64_t MapResult::cells(const std::string& type) const {
  std::int64_t sum = 0;
  for (const MappedModule& module : modules) {
    const auto found = module.cells.find(type);
    if (found != module.cells.end()) sum += found->second * module.count;
  }
  return sum;
}

std::map<RamShape, std::int64_t> MapResult::rams() const {
  std::map<RamShape, std::int64_t> sum;
  for (const MappedModule& module : modules) {
    for (const auto& [shape, count] : module.rams) sum[shape] += count * module.count;
  }
  return sum;
}

}  // namespace sluice::synth
