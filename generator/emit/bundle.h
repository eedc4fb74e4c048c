// SPDX-License-Identifier: Apache-2.0
// A design as files in memory: everything `sluice generate` writes, before anything is written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generator/emit/macros.h"
#include "generator/emit/origin.h"
#include "generator/plan/plan.h"

namespace sluice {

struct OutputFile {
  std::string path;  ///< below the design's folder, such as "rtl/array/edge_pe.sv"
  std::string text;
};

struct Bundle {
  std::string name;               ///< of the design and its folder
  std::vector<OutputFile> files;  ///< sorted by path
};

/// The name of the file that lists all others with their digests and marks a folder as ours.
inline constexpr const char* kMarkerFile = ".sluice";

/// Renders all files of a design. The memories below flow/ are made of the macros of `cuts`, which
/// the origin's table gave; without them, of an example macro. The same plan, origin and cuts give
/// the same bytes. Throws TemplateError if a template is wrong.
Bundle render_bundle(const Plan& plan, const Origin& origin,
                     const std::optional<MacroCuts>& cuts = std::nullopt);

}  // namespace sluice
