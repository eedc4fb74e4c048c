// SPDX-License-Identifier: Apache-2.0
// Rules of the repository itself: words, links, example configs, reference designs, formatting.
#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "generator/emit/origin.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

/// Files of the repository, paths relative to its root, sorted. Folders of builds, Python and git
/// are left out.
std::vector<fs::path> repository_files() {
  static const std::set<std::string> kNotOurs = {".git", "__pycache__", ".pytest_cache"};
  std::vector<fs::path> files;
  auto entry = fs::recursive_directory_iterator(source_dir());
  for (; entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().filename().string();
    const bool other =
        kNotOurs.contains(name) || name.starts_with("build") || name.ends_with(".egg-info");
    if (entry->is_directory() && other) entry.disable_recursion_pending();
    if (entry->is_regular_file()) files.push_back(fs::relative(entry->path(), source_dir()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool is_text(const fs::path& path) { return path.extension() != ".onnx"; }

/// What clang-format formats.
bool is_source(const fs::path& path) {
  static const std::set<std::string> folders = {"generator", "verif", "synth", "tests"};
  static const std::set<std::string> kinds = {".cc", ".h", ".c"};
  return folders.contains(path.begin()->string()) && kinds.contains(path.extension().string());
}

/// "file:line" of each match of a pattern, one a line; empty if there is none.
std::string matches(const std::vector<fs::path>& files, const std::regex& pattern) {
  std::string found;
  for (const fs::path& path : files) {
    std::istringstream lines(read_file(source_dir() / path));
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      number++;
      if (std::regex_search(line, pattern)) {
        found += path.string() + ":" + std::to_string(number) + ": " + line + "\n";
      }
    }
  }
  return found;
}

std::vector<fs::path> example_configs() {
  std::vector<fs::path> configs;
  for (const auto& entry : fs::directory_iterator(source_dir() / "configs")) {
    if (entry.path().extension() == ".yaml") configs.push_back(entry.path());
  }
  std::sort(configs.begin(), configs.end());
  return configs;
}

std::string name_of(const fs::path& config) {
  static const std::regex pattern("\nname: *([A-Za-z0-9_]+)");
  std::smatch match;
  const std::string text = read_file(config);
  return std::regex_search(text, match, pattern) ? match[1].str() : "";
}

TEST_CASE("Words.NoneThatSayNothingToAReader") {
  // Written in parts, so that this file does not hold them.
  const std::regex pattern(
      "\\b(sub)?ag"
      "ents?\\b|\\bthis ses"
      "sion\\b|/wo"
      "rk/",
      std::regex::icase);
  std::vector<fs::path> files;
  for (const fs::path& path : repository_files()) {
    if (is_text(path)) files.push_back(path);
  }
  CHECK(matches(files, pattern) == "");
}

TEST_CASE("Tools.NoneIsToldToWriteToADevice") {
  // As root, a tool that makes its output executable changes the device for everybody. Redirection
  // by a shell does no harm. Written in parts, so that this file does not hold it.
  const std::regex pattern(
      "(-o|--?out(put)?|-out-file|of=|--?log|-l|-L|--json|--asc)[ =]?['\"]?/d"
      "ev/");
  std::vector<fs::path> files;
  for (const fs::path& path : repository_files()) {
    if (is_text(path)) files.push_back(path);
  }
  CHECK(matches(files, pattern) == "");
}

TEST_CASE("Texts.HaveNeitherTabsNorBlanksAtLineEnds") {
  static const std::set<std::string> inputs = {"configs/bad/file-not-text.yaml",
                                               "configs/bad/tab-indent.yaml"};
  std::vector<fs::path> files;
  for (const fs::path& path : repository_files()) {
    if (is_text(path) && !inputs.contains(path.string())) files.push_back(path);
  }
  CHECK(matches(files, std::regex("\t| $")) == "");
}

/// The most columns of a line; 0: any number, as in tables and in values that cannot be broken.
std::size_t most_columns(const fs::path& path) {
  static const std::set<std::string> hardware = {".sv", ".v"};
  static const std::set<std::string> programs = {".py", ".cmake", ".sh", ".def", ".c"};
  static const std::set<std::string> scripts = {"CMakeLists.txt", "sluice", ".ci/run"};
  const bool is_template = path.extension() == ".tpl";
  const std::string kind = (is_template ? path.stem() : path).extension().string();
  if (hardware.contains(kind)) return 100;
  return programs.contains(kind) || scripts.contains(path.string()) ? 120 : 0;
}

/// Lines that are too long, tags of templates not counted; one a line.
std::string too_long(const fs::path& path, const std::string& text) {
  static const std::regex tag("<%[^%]*%>");
  const std::size_t most = most_columns(path);
  std::string found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (most == 0 || line.size() <= most) continue;
    if (path.extension() == ".tpl" && std::regex_replace(line, tag, "").size() <= most) continue;
    found += path.string() + ": " + line + "\n";
  }
  return found;
}

TEST_CASE("Texts.LinesFit") {
  std::string found;
  for (const fs::path& path : repository_files()) {
    if (most_columns(path) != 0) found += too_long(path, read_file(source_dir() / path));
  }
  CHECK(found == "");
}

TEST_CASE("Texts.ALineThatIsTooLongIsFound") {
  const std::string fits = std::string(100, 'x') + "\n", wide = "x" + fits;
  CHECK(too_long("synth/scripts/a.v", fits) == "");
  CHECK(too_long("synth/scripts/a.v", wide) == "synth/scripts/a.v: " + wide);
  CHECK(too_long("templates/post/a.sv.tpl", "<%name%>" + fits) == "");
  CHECK(too_long("templates/post/a.sv.tpl", "<%name%>" + wide) != "");
  CHECK(too_long("templates/driver/a.c.tpl", wide) == "");
  CHECK(too_long("templates/driver/a.c.tpl", std::string(121, 'x')) != "");
  CHECK(too_long("templates/bundle/README.md.tpl", std::string(200, 'x')) == "");
}

TEST_CASE("Docs.LinksResolve") {
  const std::regex pattern("\\]\\(([^)#]+)(#[^)]*)?\\)");
  std::string broken;
  for (const fs::path& path : repository_files()) {
    if (path.extension() != ".md") continue;
    const std::string text = read_file(source_dir() / path);
    for (std::sregex_iterator link(text.begin(), text.end(), pattern), end; link != end; ++link) {
      const std::string target = (*link)[1];
      if (target.find("://") != std::string::npos) continue;
      if (fs::exists(source_dir() / path.parent_path() / target)) continue;
      broken += path.string() + " links to " + target + "\n";
    }
  }
  CHECK(broken == "");
}

TEST_CASE("Docs.EveryPageIsLinkedFromSomewhere") {
  std::string all;
  for (const fs::path& path : repository_files()) {
    if (path.extension() == ".md") all += read_file(source_dir() / path);
  }
  for (const fs::path& path : repository_files()) {
    if (path.extension() != ".md" || path.begin()->string() != "docs") continue;
    INFO(path);
    CHECK(all.find(path.filename().string() + ")") != std::string::npos);
  }
}

TEST_CASE("Configs.EveryExampleIsGood") {
  REQUIRE(!example_configs().empty());
  for (const fs::path& config : example_configs()) {
    const RunResult result = run_sluice("check configs/" + config.filename().string());
    INFO(result.err);
    CHECK(result.exit_code == 0);
    CHECK(result.err == "");
  }
}

TEST_CASE("Configs.EveryExampleStatesItsPurpose") {
  for (const fs::path& config : example_configs()) {
    INFO(config);
    CHECK(read_file(config).starts_with("# " + config.stem().string() + ": "));
  }
}

TEST_CASE("ReferenceDesigns.AreWhatIsGenerated") {
  int designs = 0;
  for (const fs::path& config : example_configs()) {
    const std::string name = name_of(config);
    const fs::path committed = source_dir() / "rtl_out" / name;
    if (name.empty() || !fs::exists(committed)) continue;
    designs++;
    const TempDir temp;
    const std::string file = "configs/" + config.filename().string();
    REQUIRE(run_sluice("generate " + file + " -o " + temp.path().string()).exit_code == 0);
    INFO("if the change is meant, refresh: ./sluice generate " << file << " -o rtl_out");
    CHECK((folder_text(committed) == folder_text(temp.path() / name)));
  }
  CHECK(designs >= 2);
}

TEST_CASE("ReferenceDesigns.EachHasAConfig") {
  std::set<std::string> names;
  for (const fs::path& config : example_configs()) names.insert(name_of(config));
  for (const auto& entry : fs::directory_iterator(source_dir() / "rtl_out")) {
    INFO(entry.path());
    CHECK(names.contains(entry.path().filename().string()));
  }
}

TEST_CASE("Sources.StartToolsWithoutAShell") {
  const std::regex pattern("\\b(system|popen)\\s*\\(");
  std::vector<fs::path> files;
  for (const fs::path& path : repository_files()) {
    if (is_source(path) && path.begin()->string() != "tests") files.push_back(path);
  }
  CHECK(matches(files, pattern) == "");
}

TEST_CASE("Sources.PrintJsonThatIsUtf8") {
  // A file name that is not UTF-8 must not end in an exception: json_text() replaces its bytes
  std::vector<fs::path> files;
  for (const fs::path& path : repository_files()) {
    if (path.string().starts_with("generator/app/commands/")) files.push_back(path);
  }
  CHECK(matches(files, std::regex("\\.dump\\(")) == "");
}

TEST_CASE("Licence.IsApachesWithAWordOnGeneratedOutputAtItsEnd") {
  const std::string text = read_file(source_dir() / "LICENSE");
  const fs::path common = "/usr/share/common-licenses/Apache-2.0";
  if (fs::exists(common)) {
    CHECK(text.starts_with(read_file(common)));
  } else {
    WARN("no copy of Apache-2.0 to compare with");
  }
  const std::size_t end = text.find("END OF TERMS AND CONDITIONS");
  const std::size_t output = text.find("GENERATED OUTPUT");
  REQUIRE(output != std::string::npos);
  CHECK(end < output);  // tools that recognise licences read no further than `end`
  CHECK(text.find("This output is yours.", output) != std::string::npos);
  CHECK(text.find(kOutputLicence, output) != std::string::npos);
  const std::string readme = read_file(source_dir() / "README.md");
  CHECK(readme.find("[Apache 2.0](LICENSE)") != std::string::npos);
  CHECK(readme.find("is yours") != std::string::npos);
}

TEST_CASE("Licence.EveryGeneratedFileSaysThatItIsTheUsers") {
  int files = 0;
  for (const Design& one : designs()) {
    for (const OutputFile& file : bundle_of(one.config).files) {
      INFO(one.config.name << ": " << file.path);
      // Nothing follows it in its line but what ends a comment or a text; it stands there once
      const std::size_t at = file.text.find(kOutputLicence);
      REQUIRE(at != std::string::npos);
      const std::size_t end = at + std::string(kOutputLicence).size();
      const std::string rest = file.text.substr(end, file.text.find('\n', end) - end);
      CHECK((rest.empty() || rest == " -->" || rest == "\","));
      CHECK(file.text.find("SPDX-License-Identifier", end) == std::string::npos);
      files++;
    }
  }
  CHECK(files > 1000);
}

TEST_CASE("Licence.EverySourceNamesIt") {
  static const std::set<std::string> kinds = {".cc", ".h",   ".c",     ".def", ".sv",
                                              ".v",  ".tpl", ".cmake", ".py",  ".sh"};
  static const std::set<std::string> others = {"CMakeLists.txt", "sluice", ".ci/run"};
  static const std::set<std::string> not_sources = {"rtl_out", "configs", "docs"};
  const std::string line = std::string("SPDX-License-Identifier: ") + "Apache-2.0";
  std::string without;
  for (const fs::path& path : repository_files()) {
    if (!kinds.contains(path.extension().string()) && !others.contains(path.string())) continue;
    if (not_sources.contains(path.begin()->string())) continue;
    std::istringstream text(read_file(source_dir() / path));
    std::string first, second;
    std::getline(text, first);
    std::getline(text, second);
    const std::string& place = first.starts_with("#!") ? second : first;
    if (place.find(line) == std::string::npos) without += path.string() + "\n";
  }
  CHECK(without == "");
}

TEST_CASE("Sources.AreFormatted") {
  if (run_shell(source_dir(), "command -v clang-format").exit_code != 0) {
    WARN("clang-format is missing: formatting was not checked");
    return;
  }
  std::string files;
  for (const fs::path& path : repository_files()) {
    if (is_source(path)) files += " '" + path.string() + "'";
  }
  const RunResult result = run_shell(source_dir(), "clang-format --dry-run -Werror" + files);
  INFO("format with: clang-format -i FILE");
  CHECK(result.out == "");
}

}  // namespace
}  // namespace sluice::test
