// SPDX-License-Identifier: Apache-2.0
#include "synth/tools/workspace.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "generator/util/input_file.h"
#include "generator/util/user_error.h"

namespace sluice::synth {
namespace fs = std::filesystem;

fs::path Workspace::write(const std::string& name, const std::string& text) const {
  const fs::path path = folder() / name;
  fs::create_directories(path.parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw UserError(fmt::format("cannot write {}", path.string()));
  return path;
}

std::vector<std::string> Workspace::write_rtl(const Bundle& bundle) const {
  const std::string list_name = bundle.name + ".f";
  std::string list;
  for (const OutputFile& file : bundle.files) {
    if (file.path.ends_with(".sv")) write(file.path, file.text);
    if (file.path == list_name) list = file.text;
  }
  std::vector<std::string> paths;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(".sv")) paths.push_back(line);
  }
  return paths;
}

std::string Workspace::read(const std::string& name) const {
  InputText read = try_read((folder() / name).string(), input::kToolOutput.most);
  if (read.too_large) {
    throw UserError(
        fmt::format("{}: a tool wrote more than {}", name, size_text(input::kToolOutput.most)));
  }
  return std::move(read.text);
}

}  // namespace sluice::synth
