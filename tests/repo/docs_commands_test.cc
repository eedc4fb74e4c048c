// SPDX-License-Identifier: Apache-2.0
// Every command that the pages print exists, with its options, files, targets and tests.
#include <fnmatch.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>

#include "tests/support/files.h"
#include "tests/support/markdown.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> pages() {
  std::vector<fs::path> all = {"README.md", "synth/README.md", "verif/train/README.md",
                               "verif/networks/README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(source_dir() / "docs")) {
    if (entry.path().extension() == ".md") all.push_back(fs::relative(entry.path(), source_dir()));
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::set<std::string> all_matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

/// Commands that `sluice --help` lists, and the one for those who change the program.
const std::set<std::string>& program_commands() {
  static const std::set<std::string> all = [] {
    const std::string help = run_sluice("--help").out;
    std::set<std::string> names =
        all_matches(help.substr(help.find("Subcommands:")), "\n  ([a-z]+)  ");
    names.insert("docs");
    return names;
  }();
  return all;
}

/// What the script ./sluice does itself.
bool is_of_script(const std::string& command) { return command == "build" || command == "test"; }

/// Programs that CMake builds.
std::set<std::string> targets() {
  const std::string text = read_file(source_dir() / "CMakeLists.txt");
  std::set<std::string> all = all_matches(text, "\nadd_executable\\(([a-z_]+) ");
  all.merge(all_matches(text, "\nadd_test_program\\(([a-z_]+) "));
  const std::string benches = *all_matches(text, "\nforeach\\(bench ([a-z_ ]+)\\)").begin();
  for (const std::string& name : all_matches(benches, "([a-z_]+)")) all.insert("bench_" + name);
  return all;
}

/// Folders of a program of tests, as CMake has them.
std::set<std::string> test_folders(const std::string& target) {
  const std::string text = read_file(source_dir() / "CMakeLists.txt");
  return all_matches(*all_matches(text, "\nadd_test_program\\(" + target + " ([^)]+)").begin(),
                     "([^ \n]+)");
}

/// Text of all sources of a program of tests or benchmarks.
std::string sources_of(const std::string& target) {
  if (target.starts_with("bench_")) {
    return read_file(source_dir() / "tests/bench" / (target.substr(6) + ".cc")) +
           read_file(source_dir() / "generator/app/commands.cc");
  }
  std::string text;
  for (const std::string& folder : test_folders(target)) {
    for (const auto& entry : fs::recursive_directory_iterator(source_dir() / folder)) {
      if (entry.path().extension() == ".cc") text += read_file(entry.path());
    }
  }
  return text;
}

bool has_test(const std::string& target, const std::string& filter) {
  const auto tests = all_matches(sources_of(target), "TEST_CASE\\(\\s*\"([^\"]+)\"");
  return std::any_of(tests.begin(), tests.end(), [&](const std::string& name) {
    return fnmatch(filter.c_str(), name.c_str(), 0) == 0;
  });
}

/// Judges the commands of one page, line by line; files that a command makes exist afterwards.
class Page {
 public:
  explicit Page(const fs::path& path) : code_(code_of(path)) {
    // What Python on the page exports or saves
    const std::string text = read_file(source_dir() / path);
    for (const char* call : {"export\\([a-z]+, \"([^\"]+)\"", "\\.save\\(\"([^\"]+)\""}) {
      const auto files = all_matches(text, call);
      made_.insert(files.begin(), files.end());
    }
  }

  /// What is wrong, a line each; empty if nothing is.
  std::string problems() {
    for (const CodeLine& code : code_) {
      at_ = &code;
      check(code.text);
      note_files(code.text);
    }
    return problems_;
  }

 private:
  void check(const std::string& text) {
    const std::vector<std::string> words = words_of(text);
    if (words.empty()) return;
    const std::string& first = words[0];
    if (first == "sluice" && at_->block) return complain("'sluice' is not on the PATH");
    if (first == "sluice" || first == "./sluice" || first == "./build/sluice" ||
        first == "build/sluice") {
      return check_sluice(words);
    }
    if (first.starts_with("build/") || first.starts_with("./build/")) return check_built(words);
    static const std::set<std::string> tools = {
        "cp",    "cc",      "cd",    "ctest",     "ln",      "mkdir",
        "ninja", "python3", "yosys", "verilator", "apt-get", "/usr/bin/python3"};
    if (tools.contains(first) && at_->block) check_files(words);
  }

  void check_sluice(const std::vector<std::string>& words) {
    if (words.size() < 2) return;
    const std::string& command = words[1];
    if (is_of_script(command)) {
      for (std::size_t k = 2; k < words.size() && command == "build"; ++k) check_target(words[k]);
      return;
    }
    if (command.starts_with("-")) return;
    if (!program_commands().contains(command)) {
      // 'sluice X' with an X that is no word of a command is the name of something else
      if (at_->block || words[0] != "sluice") complain("there is no command '" + command + "'");
      return;
    }
    check_options(words, help_of(command));
    if (at_->block) check_files(words);
  }

  void check_built(const std::vector<std::string>& words) {
    const std::string target = words[0].substr(words[0].find("build/") + 6);
    if (target.find('/') != std::string::npos || target.find('.') != std::string::npos) {
      if (at_->block && !is_made(words[0])) complain("nothing makes '" + words[0] + "'");
      return;
    }
    if (target.empty() || target == "demo") return;  // folders
    if (!check_target(target)) return;
    const bool bench = target.starts_with("bench_");
    if (bench) check_options(words, sources_of(target) + "--help --set");
    if (bench && at_->block) check_files(words);
    for (std::size_t k = 1; k < words.size() && !bench; ++k) {
      if (words[k].starts_with("-") || has_test(target, words[k])) continue;
      complain("no test of '" + target + "' is called '" + words[k] + "'");
    }
  }

  bool check_target(const std::string& target) {
    const bool known = targets().contains(target);
    if (!known) complain("CMake has no target '" + target + "'");
    return known;
  }

  void check_options(const std::vector<std::string>& words, const std::string& help) {
    for (const std::string& word : words) {
      if (!word.starts_with("-") || word.size() < 2) continue;
      const std::string option = word.substr(0, word.find('='));
      const std::regex whole("(^|[^a-z-])" + option + "($|[^a-z-])");
      if (!std::regex_search(help, whole)) complain("there is no option '" + option + "'");
    }
  }

  /// Paths of the repository exist or are made on this page; nothing is left to be filled in.
  void check_files(const std::vector<std::string>& words) {
    static const std::regex placeholder("[A-Z]{2,}(\\.[a-z]+)?|.*<[a-z]+>.*|\\.\\.\\.?");
    static const std::regex file(R"([A-Za-z0-9_./*-]+\.(yaml|csv|onnx|json|py|sv|c|f|slim))");
    for (std::size_t k = 1; k < words.size(); ++k) {
      const std::string& word = words[k];
      if (std::regex_match(word, placeholder)) complain("'" + word + "' is to be filled in");
      if (words[0] == "cp" && k + 1 == words.size()) continue;  // the copy
      const bool output = words[k - 1] == "-o" || words[k - 1] == "--waves";
      if (output || word.starts_with("/") || !std::regex_match(word, file)) continue;
      if (!is_made(word) && !fs::exists(source_dir() / word)) {
        complain("there is no file '" + word + "'");
      }
    }
  }

  /// Whether a command before this one makes the file, or the folder it is in.
  bool is_made(const std::string& word) const {
    return std::any_of(made_.begin(), made_.end(), [&](const std::string& path) {
      return word == path || word.starts_with(path + "/") || path.empty();
    });
  }

  void note_files(const std::string& text) {
    if (!at_->block) return;
    const std::vector<std::string> words = words_of(text);
    for (std::size_t k = 1; k < words.size(); ++k) {
      if (words[k - 1] == "-o") made_.insert(words[k]);
    }
    if (!words.empty() && words[0] == "cp") made_.insert(words.back());
    if (words.size() > 2 && words[1] == "-m" && words[2] == "venv") made_.insert(words.back());
    // Files of a folder that was generated are looked at where it is, by other tests
    if (!words.empty() && words[0] == "cd" && is_made(words[1])) made_.insert("");
    if (const std::string file = redirected_to(text); !file.empty()) made_.insert(file);
  }

  static std::string help_of(const std::string& command) {
    static std::map<std::string, std::string> known;
    std::string& help = known[command];
    if (help.empty()) help = run_sluice(command + " --help").out;
    return help;
  }

  void complain(const std::string& what) {
    problems_ += at_->place() + ": " + what + ": " + at_->text + "\n";
  }

  std::vector<CodeLine> code_;
  const CodeLine* at_ = nullptr;
  std::set<std::string> made_;
  std::string problems_;
};

/// Whether a command ends in seconds, needs no tool beside the program, and its files are there.
bool is_cheap(const fs::path& root, const std::vector<std::string>& words) {
  static const std::set<std::string> commands = {"check",   "info",   "generate",
                                                 "compile", "report", "estimate"};
  if (words.size() == 3 && words[0] == "cp") return true;
  if (words.size() < 2 || words[0] != "./sluice" || !commands.contains(words[1])) return false;
  for (std::size_t k = 2; k < words.size(); ++k) {
    const bool input = words[k - 1] != "-o" && (words[k].find('.') != std::string::npos ||
                                                (words[1] == "report" && k == 2));
    if (input && words[k].find('=') == std::string::npos && !fs::exists(root / words[k])) {
      return false;
    }
  }
  return true;
}

/// A folder that has what of the repository the commands read and write.
void make_workplace(const fs::path& root) {
  for (const char* folder : {"configs", "rtl_out"}) {
    fs::copy(source_dir() / folder, root / folder, fs::copy_options::recursive);
  }
  fs::create_directory_symlink(source_dir() / "verif", root / "verif");
  fs::create_symlink(program(), root / "sluice");
}

}  // namespace

TEST_CASE("DocsCommands.EachExistsWithItsOptionsFilesAndTests") {
  REQUIRE(program_commands().size() > 10);
  REQUIRE(targets().contains("bench_axi_memory"));
  for (const fs::path& page : pages()) CHECK(Page(page).problems() == "");
}

TEST_CASE("DocsCommands.CheapOnesRunAsPrinted") {
  int commands = 0;
  for (const fs::path& page : pages()) {
    const TempDir temp;
    make_workplace(temp.path());
    for (const CodeLine& code : code_of(page)) {
      if (!code.block || !is_cheap(temp.path(), words_of(code.text))) continue;
      commands++;
      const RunResult result = run_shell(temp.path(), "timeout 120 bash -c '" + code.text + "'");
      INFO(code.place() << ": " << code.text << "\n" << result.out);
      CHECK(result.exit_code == 0);
    }
  }
  CHECK(commands >= 12);
}

TEST_CASE("DocsCommands.ReadmeListsAllCommands") {
  const std::string readme = read_file(source_dir() / "README.md");
  std::set<std::string> all = program_commands();
  all.erase("docs");
  all.insert({"build", "test"});
  CHECK(all_matches(readme, "\n\\| `\\./sluice ([a-z]+)[ `]") == all);
}

TEST_CASE("DocsCommands.EachCommandIsShownOnAPage") {
  std::set<std::string> shown;
  for (const fs::path& page : pages()) {
    if (*page.begin() != "docs") continue;
    for (const CodeLine& code : code_of(page)) {
      const std::vector<std::string> words = words_of(code.text);
      const bool program =
          !words.empty() && (words[0] == "./sluice" || words[0] == "./build/sluice");
      if (code.block && program && words.size() > 1) shown.insert(words[1]);
    }
  }
  for (const std::string& command : program_commands()) {
    INFO(command);
    CHECK(shown.contains(command));
  }
}

TEST_CASE("DocsCommands.ExitCodesAreThoseOfTheProgram") {
  const std::string page = read_file(source_dir() / "docs/01_start/first_steps.md");
  CHECK(page.find("\n2: the command line is wrong") != std::string::npos);
  CHECK(run_sluice("check --no-such-option").exit_code == 2);
  CHECK(page.find("1: the config, network or another input is wrong") != std::string::npos);
  CHECK(run_sluice("check configs/bad/unknown-key.yaml").exit_code == 1);
}

TEST_CASE("DocsCommands.ListOfLayersOnThePageIsTheExample") {
  std::string printed;
  for (const CodeLine& code : code_of("docs/02_use/estimate.md")) {
    static const std::regex row("[a-z0-9]+, .*,.*,.*,.*");
    if (code.block && std::regex_match(code.text, row)) printed += code.text + "\n";
  }
  CHECK(printed == read_file(source_dir() / "configs/layers.csv"));
}

}  // namespace sluice::test
