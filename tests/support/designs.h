// Designs that between them take every branch of the templates and reach the ends of the ranges:
// for tests that build or simulate what is generated.
#pragma once

#include <filesystem>
#include <vector>

#include "config/config.h"
#include "emit/bundle.h"
#include "plan/plan.h"

namespace sluice::test {

struct Design {
  const char* purpose;  ///< what is special about it
  Config config;        ///< its name starts with "t_"
};

/// The table. Every config passes all checks.
const std::vector<Design>& designs();

/// The design of this name; fails the test if there is none.
const Design& design(const std::string& name);

/// All files of a config, as `sluice generate <name>.yaml` renders them.
Bundle bundle_of(const Config& config);

/// Writes a bundle's files to `folder`/<name> and returns that folder.
std::filesystem::path write_files(const Bundle& bundle, const std::filesystem::path& folder);

}  // namespace sluice::test
