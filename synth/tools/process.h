// Runs the external tools: Yosys, OpenSTA, nextpnr and others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sluice::synth {

struct ProcessResult {
  int exit_code = 0;         ///< 128 + n if signal n ended it
  bool timed_out = false;    ///< it was killed, with its children
  std::string output;        ///< stdout and stderr together
  double seconds = 0;        ///< wall clock
  std::int64_t peak_kb = 0;  ///< largest resident set among the process and its children
};

/// True if the program is found on PATH.
bool tool_exists(const std::string& program);

/// Throws SynthError naming the Debian package if the program is missing.
void require_tool(const std::string& program, const std::string& package);

/// Runs a program with `folder` as its current folder and waits for it. `timeout_seconds` 0 means
/// no limit. Throws SynthError if it cannot be started.
ProcessResult run_process(const std::vector<std::string>& command,
                          const std::filesystem::path& folder, double timeout_seconds = 0);

/// First line of what `program option` prints, such as "Yosys 0.23 (git sha1 7ce5011c24b)".
std::string tool_version(const std::string& program, const std::string& option);

}  // namespace sluice::synth
