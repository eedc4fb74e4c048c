// SPDX-License-Identifier: Apache-2.0
// Designs that between them take every branch of the templates and reach the ends of the ranges:
// for tests that build or simulate what is generated.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "generator/config/config.h"
#include "generator/emit/bundle.h"
#include "generator/plan/plan.h"

namespace sluice::test {

struct Design {
  const char* purpose;  ///< what is special about it
  Config config;        ///< its name starts with "t_"
};

/// The table. Every config passes all checks.
const std::vector<Design>& designs();

/// The design of this name; fails the test if there is none.
const Design& design(const std::string& name);

/// The plan of configs/<name>.yaml; fails the test if that has mistakes.
Plan shipped_plan(const std::string& name, const std::vector<std::string>& overrides = {});

/// All files of a config, as `sluice generate <name>.yaml` renders them.
Bundle bundle_of(const Config& config);

/// The text of a bundle's file; fails the test if there is none at `path`.
std::string text_of(const Bundle& bundle, const std::string& path);

/// The lines of a file list that are no comments.
std::vector<std::string> entries_of(const std::string& list);

/// The top module of a design: what its file list ends with.
std::string top_of(const Bundle& bundle);

/// Writes a bundle's files to `folder`/<name> and returns that folder.
std::filesystem::path write_files(const Bundle& bundle, const std::filesystem::path& folder);

}  // namespace sluice::test
