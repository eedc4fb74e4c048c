// SPDX-License-Identifier: Apache-2.0
// Files that survive a kill or a power cut: whole or not there. All throw UserError.
#pragma once

#include <filesystem>
#include <string>

#include "generator/util/descriptor.h"

namespace sluice::sweep {

/// Opens a file to append to; made if there is none.
Descriptor open_append(const std::filesystem::path& file);

/// Appends with one write and waits until it is on disk.
void append_line(const Descriptor& descriptor, const std::string& line);

/// Locks a file, exclusively or shared with others that share it. False if somebody else has it.
/// The lock ends with the descriptor, however the program ends.
bool try_lock(const std::filesystem::path& file, bool exclusive, Descriptor& lock);

}  // namespace sluice::sweep
