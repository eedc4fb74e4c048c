// SPDX-License-Identifier: Apache-2.0
// Runs external tools: Verilator, compilers, Yosys, OpenSTA, nextpnr and others. No shell is
// involved: a word of a command may hold any character.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "generator/util/user_error.h"

namespace sluice {

struct ProcessResult {
  int exit_code = 0;         ///< 128 + n if signal n ended it
  bool timed_out = false;    ///< it was killed, with its children
  std::string output;        ///< stdout and stderr together
  double seconds = 0;        ///< wall clock
  std::int64_t peak_kb = 0;  ///< largest resident set among the process and its children
};

/// True if the program is found on PATH.
bool tool_exists(const std::string& program);

/// Throws UserError naming the Debian package if the program is missing.
void require_tool(const std::string& program, const std::string& package);

/// Runs a program with `folder` as its current folder and waits for it. If that is a Scratch
/// folder, the tool's own temporary files go there, too. `timeout_seconds` 0 means no limit. The
/// tool is killed when the calling thread ends, and with its children when a signal ends this
/// program. `last_line`, if there is one, gets the last whole line of what it prints, as it comes.
/// Throws UserError if it cannot be started.
ProcessResult run_process(const std::vector<std::string>& command,
                          const std::filesystem::path& folder, double timeout_seconds = 0,
                          const std::function<void(const std::string&)>& last_line = {});

/// First line of what `program option` prints, such as "Yosys 0.23 (git sha1 7ce5011c24b)".
std::string tool_version(const std::string& program, const std::string& option);

}  // namespace sluice
