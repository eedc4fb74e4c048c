// SPDX-License-Identifier: Apache-2.0
// Files that users give: how much of each kind is read, and how mistakes in them are told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/util/user_error.h"

namespace sluice {

/// A kind of file, and the most bytes that are read of one.
struct InputKind {
  const char* name;  ///< "CSV table"
  std::uint64_t most;
  const char* also;  ///< other limits, for the reference page
};

namespace input {

inline constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

inline constexpr InputKind kYaml = {"YAML file of a config or a sweep", kMiB, "16 nested values"};
inline constexpr InputKind kTable = {"CSV table of layers, densities or open gates", 64 * kMiB,
                                     "4096 characters in a line, 4096 layers"};
inline constexpr InputKind kLiberty = {
    "Liberty file", 128 * kMiB,
    "4 million attributes and values, 50 nested groups, functions of 4096 characters with 100 "
    "nested operators"};
inline constexpr InputKind kOnnx = {"ONNX file", 1024 * kMiB, "100 nested messages"};
inline constexpr InputKind kJson = {"JSON file of an estimate, an area or a power", 16 * kMiB,
                                    "32 nested values"};
inline constexpr InputKind kSweepJson = {"results.json of a sweep", 2048 * kMiB,
                                         "32 nested values, 64 million values"};
inline constexpr InputKind kSweepLines = {"results.jsonl of a sweep", 2048 * kMiB,
                                          "1 MiB in a line, 32 nested values"};
inline constexpr InputKind kKept = {"kept result of an area", 16 * kMiB, "32 nested values"};
inline constexpr InputKind kGenerated = {"generated file, and the list of them, in the output",
                                         16 * kMiB, ""};
inline constexpr InputKind kToolOutput = {"report of Yosys, nextpnr or OpenSTA", 2048 * kMiB, ""};
/// Read by verif/data/, which unpacks it on the way.
inline constexpr InputKind kImages = {"IDX file of images or labels, unpacked", 1024 * kMiB,
                                      "4 dimensions"};

}  // namespace input

/// All kinds, for the reference page.
std::vector<InputKind> input_kinds();

/// What became of reading a file.
struct InputText {
  std::string text;
  int error = 0;           ///< errno, if it could not be read
  bool too_large = false;  ///< it has more bytes than allowed; `text` is empty
};

/// Reads a file, a device or a FIFO, at most one byte more than allowed: a larger file is refused
/// before it is read where its size is known, and one that grows or has no end while it is.
InputText try_read(const std::string& path, std::uint64_t most);

/// The same for a file that must be there. Throws UserError, which ends with `remedy`.
std::string read_input(const std::string& path, const InputKind& kind, const std::string& remedy);

/// "1 MiB".
std::string size_text(std::uint64_t bytes);

}  // namespace sluice
