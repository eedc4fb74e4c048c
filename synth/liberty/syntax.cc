// SPDX-License-Identifier: Apache-2.0
#include "synth/liberty/syntax.h"

#include <fmt/format.h>

#include <cctype>

#include "generator/util/user_error.h"

namespace sluice::synth {
namespace {

enum class Kind { kWord, kText, kMark, kLineEnd, kEnd };

struct Token {
  Kind kind = Kind::kEnd;
  std::string text;
  int line = 0, column = 0;
};

constexpr int kDeepest = 50;  // groups in groups; real files have 6
// Attributes and values; each takes many times the space of its text
constexpr int kMostParts = 4'000'000;

class Scanner {
 public:
  Scanner(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  Token next() {
    skip_blanks();
    Token token{Kind::kEnd, "", line_, column()};
    if (at_ >= text_.size()) return token;
    const char c = text_[at_];
    if (c == '\n') {
      end_line(at_++);
      token.kind = Kind::kLineEnd;
    } else if (c == '"') {
      token.kind = Kind::kText;
      token.text = quoted();
    } else if (std::string_view("{}();:,").find(c) != std::string_view::npos) {
      at_++;
      token.kind = Kind::kMark;
      token.text = c;
    } else {
      token.kind = Kind::kWord;
      while (at_ < text_.size() && !ends_word(text_[at_])) token.text += text_[at_++];
    }
    return token;
  }

  [[noreturn]] void fail(int line, int column, const std::string& what) const {
    throw UserError({path_, line, column}, what);
  }

 private:
  static bool ends_word(char c) {
    return std::isspace(static_cast<unsigned char>(c)) ||
           std::string_view("{}();:,\"").find(c) != std::string_view::npos;
  }

  int column() const { return static_cast<int>(at_ - line_start_) + 1; }

  /// `at` is the place of the line's last character.
  void end_line(std::size_t at) {
    line_++;
    line_start_ = at + 1;
  }

  bool starts(std::string_view mark) const { return text_.substr(at_, mark.size()) == mark; }

  /// Blanks, comments and ends of lines that are continued.
  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (starts("\\\n") || starts("\\\r\n")) {
        at_ += c == '\\' && text_[at_ + 1] == '\r' ? 3 : 2;
        end_line(at_ - 1);
      } else if (c != '\n' && std::isspace(static_cast<unsigned char>(c))) {
        at_++;
      } else if (starts("/*")) {
        skip_comment();
      } else if (starts("//")) {
        while (at_ < text_.size() && text_[at_] != '\n') at_++;
      } else {
        return;
      }
    }
  }

  void skip_comment() {
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) {
      fail(line_, column(),
           "the comment that starts here has no end; add */ or get the whole file again");
    }
    for (; at_ < end; at_++) {
      if (text_[at_] == '\n') end_line(at_);
    }
    at_ = end + 2;
  }

  std::string quoted() {
    const int start = line_, start_column = column();
    std::string value;
    for (at_++; at_ < text_.size(); at_++) {
      const char c = text_[at_];
      if (c == '"') {
        at_++;
        return value;
      }
      if (c == '\n') end_line(at_);
      const bool continues = starts("\\\n") || starts("\\\r\n");
      if (!continues) value += c == '\n' || c == '\r' ? ' ' : c;
    }
    fail(start, start_column,
         "the text that starts here has no closing \"; the file may be cut short");
  }

  std::string_view text_;
  const std::string& path_;
  std::size_t at_ = 0, line_start_ = 0;
  int line_ = 1;
};

class Parser {
 public:
  Parser(std::string_view text, const std::string& path) : scanner_(text, path) { advance(); }

  LibertyGroup library() {
    skip_ends();
    if (token_.kind != Kind::kWord || token_.text != "library") {
      fail(fmt::format("expected library (name) {{, found {}: this is not a Liberty file",
                       describe()));
    }
    LibertyGroup file;
    statement(file, 0);
    if (file.groups.empty()) fail("library has no { .. }: this is not a Liberty file");
    skip_ends();
    if (token_.kind != Kind::kEnd) {
      fail(fmt::format("found {} after the end of the library; a }} too many?", describe()));
    }
    return std::move(file.groups.front());
  }

 private:
  void advance() { token_ = scanner_.next(); }
  bool is(const char* mark) const { return token_.kind == Kind::kMark && token_.text == mark; }
  [[noreturn]] void fail(const std::string& what) const {
    scanner_.fail(token_.line, token_.column, what);
  }

  std::string describe() const {
    if (token_.kind == Kind::kEnd) return "the end of the file";
    if (token_.kind == Kind::kLineEnd) return "the end of the line";
    return fmt::format("'{}'", token_.text.substr(0, 40));
  }

  void skip_ends() {
    while (token_.kind == Kind::kLineEnd || is(";")) advance();
  }

  void skip_lines() {
    while (token_.kind == Kind::kLineEnd) advance();
  }

  void count_part() {
    if (++parts_ > kMostParts) {
      fail(fmt::format("more than {} attributes and values; give a smaller library", kMostParts));
    }
  }

  /// One attribute or group, which becomes part of `parent`.
  void statement(LibertyGroup& parent, int depth) {
    const Token name = token_;
    count_part();
    if (name.kind != Kind::kWord && name.kind != Kind::kText) {
      fail(fmt::format("expected the name of an attribute or group in {} of line {}, found {}",
                       parent.name, parent.line, describe()));
    }
    advance();
    if (is(":")) {
      advance();
      parent.attributes.push_back({name.text, {simple_value()}, name.line, name.column});
    } else if (is("(")) {
      std::vector<std::string> values = arguments(name);
      skip_lines();
      if (is("{")) {
        parent.groups.push_back(
            group({name.text, std::move(values), name.line, name.column, {}, {}}, depth));
      } else {
        parent.attributes.push_back({name.text, std::move(values), name.line, name.column});
      }
    } else {
      fail(
          fmt::format("expected : or ( after '{}', found {}", name.text.substr(0, 40), describe()));
    }
  }

  /// Everything up to the semicolon or the end of the line; expressions lose their blanks.
  std::string simple_value() {
    std::string value;
    while (!is(";") && !is("}") && token_.kind != Kind::kLineEnd && token_.kind != Kind::kEnd) {
      value += token_.text;
      advance();
    }
    return value;
  }

  std::vector<std::string> arguments(const Token& name) {
    std::vector<std::string> values;
    advance();
    while (!is(")")) {
      if (token_.kind == Kind::kEnd || is("{") || is("}")) {
        fail(fmt::format("expected ) for '{}' of line {}, found {}", name.text, name.line,
                         describe()));
      }
      if (token_.kind == Kind::kWord || token_.kind == Kind::kText) {
        count_part();
        values.push_back(token_.text);
      }
      advance();
    }
    advance();
    return values;
  }

  LibertyGroup group(LibertyGroup result, int depth) {
    if (depth > kDeepest)
      fail(fmt::format("more than {} groups in each other; this is no library", kDeepest));
    advance();
    for (skip_ends(); !is("}"); skip_ends()) {
      if (token_.kind == Kind::kEnd) {
        fail(
            fmt::format("the file ends within {} ({}) of line {}; it is cut short: get the whole "
                        "file again, or add the missing }}",
                        result.name, result.argument(), result.line));
      }
      statement(result, depth + 1);
    }
    advance();
    return result;
  }

  Scanner scanner_;
  Token token_;
  int parts_ = 0;
};

}  // namespace

const LibertyAttribute* LibertyGroup::find(std::string_view attribute) const {
  for (const LibertyAttribute& candidate : attributes) {
    if (candidate.name == attribute) return &candidate;
  }
  return nullptr;
}

std::string LibertyGroup::value(std::string_view attribute) const {
  const LibertyAttribute* found = find(attribute);
  return found && !found->values.empty() ? found->values.front() : std::string();
}

LibertyGroup parse_liberty(std::string_view text, const std::string& path) {
  return Parser(text, path).library();
}

}  // namespace sluice::synth
