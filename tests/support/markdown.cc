// SPDX-License-Identifier: Apache-2.0
#include "tests/support/markdown.h"

#include <regex>
#include <sstream>

#include "tests/support/files.h"

namespace sluice::test {
namespace {

void add_spans(const CodeLine& at, std::vector<CodeLine>& code) {
  static const std::regex pattern("`([^`]+)`");
  for (std::sregex_iterator span(at.text.begin(), at.text.end(), pattern), end; span != end;
       ++span) {
    CodeLine found = at;
    found.text = (*span)[1];
    code.push_back(found);
  }
}

/// A word that may end, and quotes.
class Splitter {
 public:
  explicit Splitter(const std::string& text) {
    for (const char c : text) {
      if (!take(c)) break;
    }
    end_word();
  }
  std::vector<std::string> words;

 private:
  bool take(char c) {
    if (quote_ != 0) {
      c == quote_ ? void(quote_ = 0) : word_.push_back(c);
    } else if (c == '\'' || c == '"') {
      quote_ = c;
      quoted_ = true;
    } else if (c == ' ') {
      end_word();
    } else if (c == '#' && word_.empty()) {
      return false;
    } else if (c == '|' || c == '>' || c == ';' || c == '&') {
      return false;
    } else {
      word_.push_back(c);
    }
    return true;
  }
  void end_word() {
    if (!word_.empty() || quoted_) words.push_back(word_);
    word_.clear();
    quoted_ = false;
  }

  std::string word_;
  char quote_ = 0;
  bool quoted_ = false;
};

/// "a{b,c}d" as "abd" and "acd".
std::vector<std::string> expanded(const std::string& word) {
  static const std::regex pattern(R"(^(.*)\{([^{}]*,[^{}]*)\}(.*)$)");
  std::smatch match;
  if (!std::regex_match(word, match, pattern)) return {word};
  std::vector<std::string> all;
  std::istringstream choices(match[2]);
  for (std::string choice; std::getline(choices, choice, ',');) {
    for (const std::string& each : expanded(match[1].str() + choice + match[3].str())) {
      all.push_back(each);
    }
  }
  return all;
}

/// How many words stand before the command itself: assignments, `time` with its options.
std::size_t words_before(const std::vector<std::string>& words) {
  static const std::regex assignment("[A-Za-z_]+=.*");
  std::size_t k = 0;
  while (k < words.size() && std::regex_match(words[k], assignment)) k++;
  if (k < words.size() && words[k] == "time") return k + 1;
  if (k < words.size() && words[k] == "/usr/bin/time") return k + 3;  // -f FORMAT
  return k;
}

}  // namespace

std::vector<CodeLine> code_of(const std::filesystem::path& page) {
  std::istringstream lines(read_file(source_dir() / page));
  std::vector<CodeLine> code;
  bool fenced = false, shell = false;
  CodeLine at;
  at.page = page.string();
  for (std::string line; std::getline(lines, line);) {
    at.line++;
    at.text = line;
    at.block = fenced || line.starts_with("    ");
    if (line.starts_with("```")) {
      fenced = !fenced;
      shell = line == "```" || line == "```sh" || line == "```bash";
    } else if (!at.block) {
      add_spans(at, code);
    } else if (!fenced || shell) {
      at.text = fenced ? line : line.substr(4);
      code.push_back(at);
    }
  }
  return code;
}

std::vector<std::string> words_of(const std::string& line) {
  const std::vector<std::string> all = Splitter(line).words;
  std::vector<std::string> words;
  for (std::size_t k = words_before(all); k < all.size(); ++k) {
    for (const std::string& word : expanded(all[k])) words.push_back(word);
  }
  return words;
}

std::string redirected_to(const std::string& line) {
  static const std::regex pattern("> *([^ <>]+)");
  std::smatch match;
  return std::regex_search(line, match, pattern) ? match[1].str() : "";
}

}  // namespace sluice::test
