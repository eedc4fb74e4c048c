// SPDX-License-Identifier: Apache-2.0
#include "synth/yosys/rtlil.h"

#include <fmt/format.h>

#include <cctype>
#include <map>
#include <sstream>
#include <string_view>

namespace sluice::synth {
namespace {

// Yosys sorts by names: only numbers of equal length have the same order in every design
constexpr std::size_t kIdDigits = 9;

/// Lines of a module, from its first attribute to "end".
struct Module {
  std::string name;
  bool black_box = false;
  std::vector<std::string> lines;
};

/// The word after a keyword such as "module" or "cell", without the escape of Verilog's names.
std::string name_after(std::string_view line, std::string_view keyword) {
  std::string_view name = line.substr(keyword.size());
  name = name.substr(0, name.find(' '));
  if (name.starts_with('\\')) name.remove_prefix(1);
  return std::string(name);
}

std::string_view without_indent(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of(' '), line.size()));
}

/// Lines that say nothing of what the module is.
bool is_note(std::string_view line) {
  line = without_indent(line);
  return line.empty() || line.starts_with('#') || line.starts_with("autoidx ") ||
         line.starts_with("attribute \\src ") || line == "attribute \\top 1";
}

std::vector<Module> modules_of(const std::string& rtlil) {
  std::vector<Module> modules;
  Module module;
  std::istringstream lines(rtlil);
  for (std::string line; std::getline(lines, line);) {
    if (is_note(line)) continue;
    if (line.starts_with("module ")) module.name = name_after(line, "module ");
    if (line.starts_with("attribute \\blackbox ")) module.black_box = true;
    module.lines.push_back(line);
    if (line != "end") continue;
    modules.push_back(std::move(module));
    module = {};
  }
  return modules;
}

bool is_port(std::string_view line) {
  if (!line.starts_with("  wire ")) return false;
  for (const char* direction : {" input ", " output ", " inout "}) {
    if (line.find(direction) != std::string_view::npos) return true;
  }
  return false;
}

/// The module's parameters and ports alone.
std::string as_black_box(const Module& module) {
  std::string text = module.black_box ? "" : "attribute \\blackbox 1\n";
  for (const std::string& line : module.lines) {
    if (!line.starts_with("  ") || line.starts_with("  parameter ") || is_port(line)) {
      text += line + "\n";
    }
  }
  return text;
}

/// Numbers Yosys' names such as "$add$fifo.sv:31$100000712" anew, in the order of their appearance.
class Renumbering {
 public:
  std::string operator()(std::string_view line) {
    std::string text;
    for (std::size_t at = 0; at < line.size();) {
      const bool is_id = line[at] == '$' && digits_at(line, at + 1) == kIdDigits;
      text += line[at++];
      if (!is_id) continue;
      const auto next = static_cast<int>(ids_.size()) + 1;
      text += std::to_string(ids_.emplace(line.substr(at, kIdDigits), next).first->second);
      at += kIdDigits;
    }
    return text;
  }

  std::size_t next() const { return ids_.size() + 1; }

 private:
  /// Digits of a number that is a whole word: those within a hash are none.
  static std::size_t digits_at(std::string_view line, std::size_t begin) {
    std::size_t end = begin;
    while (end < line.size() && std::isdigit(static_cast<unsigned char>(line[end]))) end++;
    const bool whole = end == line.size() || !std::isalnum(static_cast<unsigned char>(line[end]));
    return whole ? end - begin : 0;
  }

  std::map<std::string, int, std::less<>> ids_;
};

CutModule cut(const Module& module, const std::map<std::string, const Module*>& all) {
  CutModule result;
  result.name = module.name;
  Renumbering renumbered;
  std::string text;
  for (const std::string& line : module.lines) {
    text += renumbered(line) + "\n";
    if (!line.starts_with("  cell ")) continue;
    const std::string type = name_after(line, "  cell ");
    if (all.contains(type)) result.inner.insert(type);
  }
  result.rtlil = fmt::format("autoidx {}\n", renumbered.next());
  for (const std::string& inner : result.inner) result.rtlil += as_black_box(*all.at(inner));
  result.rtlil += text;
  return result;
}

}  // namespace

std::string first_id_rtlil() { return "autoidx 1" + std::string(kIdDigits - 1, '0') + "\n"; }

std::vector<CutModule> cut_modules(const std::string& rtlil) {
  const std::vector<Module> modules = modules_of(rtlil);
  std::map<std::string, const Module*> all;
  for (const Module& module : modules) all[module.name] = &module;
  std::vector<CutModule> cuts;
  for (const Module& module : modules) {
    if (!module.black_box) cuts.push_back(cut(module, all));
  }
  return cuts;
}

}  // namespace sluice::synth
