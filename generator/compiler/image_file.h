// SPDX-License-Identifier: Apache-2.0
// The file in which a compiled network travels to the driver: docs/02_use/driver.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "generator/compiler/program.h"
#include "generator/network/network.h"
#include "generator/plan/plan.h"

namespace sluice::compiler {

/// Word offsets of the file's header, 32-bit little endian words.
struct ImageHeader {
  static constexpr std::uint32_t kMagic = 0x4d494c53;  ///< "SLIM"
  static constexpr std::uint32_t kVersion = 3;
  static constexpr int kWords = 48;  ///< in front of the maps of outputs but the first
  static constexpr int kMapWords = 15;
  static constexpr int kInputMap = 14, kOutputMap = kInputMap + kMapWords;
  static constexpr int kHostWords = kOutputMap + kMapWords, kMoreOutputs = kHostWords + 1;
};

/// The file: header, relocations, contents of memory, what the host computes. Addresses within it
/// are those of a program loaded at byte address `base`, a multiple of the memory word; the
/// relocations let a driver move it. Throws CompileError if the program does not lie within the
/// design's addresses there.
std::vector<std::uint8_t> image_file(const Program& program, const net::Network& network,
                                     const Plan& plan, std::uint64_t base);

/// Byte offsets, from the start of memory, of the 64-bit addresses that commands hold.
std::vector<std::uint32_t> relocations(const Program& program, const Plan& plan);

/// Whether a file begins as image_file() writes them, in any version.
bool is_image_file(std::string_view head);

/// CRC-32 as in Ethernet and zip.
std::uint32_t crc32(const std::uint8_t* bytes, std::size_t count);

}  // namespace sluice::compiler
