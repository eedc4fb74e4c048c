// SPDX-License-Identifier: Apache-2.0
#include "synth/yosys/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "generator/util/process.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "synth/yosys/script.h"
#include "synth/yosys/stat.h"

namespace sluice::synth {
namespace {

constexpr int kShownProblems = 8;

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

/// Latches that only the log tells of: Yosys 0.23 does not call them a warning, later ones do.
std::string latches_in(const std::string& log, const std::string& output) {
  const std::string mark = "Latch inferred for signal";
  if (output.find(mark) != std::string::npos) return "";
  std::string found;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(mark)) found += line + "\n";
  }
  return found;
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
    const bool latch = problem.find("DLATCH") != std::string::npos ||
                       problem.find("Latch inferred") != std::string::npos;
    if (!latch) continue;
    return "For latches (DLATCH), look for an always block or a function that does not assign in "
           "all "
           "cases.";
  }
  return "The RTL must be mended: no config that passes `sluice check` may give such RTL.";
}

/// The warnings of a run's output. Problems of the design are thrown.
std::vector<std::string> warnings_of(const std::string& output, const std::string& top) {
  std::vector<std::string> problems, warnings;
  for (const std::string& paragraph : paragraphs(output)) {
    if (is_design_problem(paragraph)) {
      problems.push_back(paragraph);
    } else if (paragraph.starts_with("Warning: ")) {
      warnings.push_back(paragraph.substr(9));
    }
  }
  if (problems.empty()) return warnings;
  std::string text = fmt::format("Yosys found {} in the RTL of {}:\n",
                                 count_of(static_cast<long>(problems.size()), "problem"), top);
  for (std::size_t k = 0; k < problems.size() && k < kShownProblems; k++) {
    text += "  " + problems[k] + "\n";
  }
  throw UserError(text + remedy(problems));
}

void check_run(const ProcessResult& run, const Workspace& workspace, const std::string& top,
               double timeout_seconds) {
  if (run.timed_out) {
    throw UserError(fmt::format(
        "Yosys did not map {} within {:.0f} s; it was stopped {}. Allow more time, map without "
        "flattening, or choose a smaller design",
        top, timeout_seconds, last_module(workspace.read(kLogFile))));
  }
  if (run.exit_code == 0) return;
  std::string what = run.output;
  if (const std::size_t error = what.find("ERROR:"); error != std::string::npos) {
    const std::size_t line = what.rfind('\n', error);
    what = what.substr(line == std::string::npos ? 0 : line + 1);
  }
  throw UserError(fmt::format("Yosys failed on {} with exit code {}: {}", top, run.exit_code,
                              what.substr(0, 2000)));
}

}  // namespace

Yosys::Yosys(const std::string& top, double timeout_seconds)
    : top_(top), timeout_seconds_(timeout_seconds) {
  require_tool("yosys", "yosys");
}

std::vector<std::string> Yosys::run(const Workspace& workspace, const std::string& script) {
  workspace.write(kScriptFile, script);
  const ProcessResult run =
      run_process({"yosys", "-q", "-L", kLogFile, kScriptFile}, workspace.folder(), time_left());
  seconds_ += run.seconds;
  peak_kb_ = std::max(peak_kb_, run.peak_kb);
  check_run(run, workspace, top_, timeout_seconds_);
  const std::string latches = latches_in(workspace.read(kLogFile), run.output);
  return warnings_of(run.output + latches, top_);
}

/// Not 0 if there is a limit, because that would mean that there is none.
double Yosys::time_left() const {
  if (timeout_seconds_ == 0) return 0;
  return std::max(timeout_seconds_ - seconds_, 1e-3);
}

std::string yosys_version() {
  require_tool("yosys", "yosys");
  return tool_version("yosys", "-V");
}

std::string abc_version() {
  const std::string program = "berkeley-abc";
  if (!tool_exists(program)) return "abc within Yosys";
  const ProcessResult run = run_process({program, "-c", "version"}, "/", 10);
  const std::size_t start = run.output.find("UC Berkeley");
  if (start == std::string::npos) return program;
  return run.output.substr(start, run.output.find_first_of("(\n", start) - start - 1);
}

}  // namespace sluice::synth
