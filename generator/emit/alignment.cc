// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/alignment.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace sluice {
namespace {

enum class Kind { kOther, kParameter, kPort, kSignal, kConnection };

/// A declaration in cells, each of which begins at the same column in all rows of a block. The last
/// cell goes on in `lines` - 1 lines after the first.
struct Row {
  Kind kind = Kind::kOther;
  std::vector<std::string> cells;
  std::size_t lines = 1;
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$'; }

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

/// The word at the beginning; package::type is one.
std::string first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_word(text[end]) || text.substr(end, 2) == "::" ||
                               (end > 0 && text.substr(end - 1, 2) == "::"))) {
    end++;
  }
  return std::string(text.substr(0, end));
}

/// The word at the end.
std::string last_word(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && is_word(text[begin - 1])) begin--;
  return std::string(text.substr(begin));
}

/// Opening brackets less closing ones.
int open_brackets(std::string_view text) {
  int open = 0;
  for (const char c : text) {
    if (c == '(' || c == '[' || c == '{') open++;
    if (c == ')' || c == ']' || c == '}') open--;
  }
  return open;
}

/// Where the bracket that the text begins with is closed, past its end; npos if it is not.
std::size_t past_bracket(std::string_view text) {
  int open = 0;
  for (std::size_t at = 0; at < text.size(); at++) {
    open += open_brackets(text.substr(at, 1));
    if (open == 0) return at + 1;
  }
  return std::string_view::npos;
}

/// "parameter int Columns = 2,"
Row parameter_row(const std::string& code, const std::string& keyword) {
  const std::size_t equals = code.find(" = ");
  if (equals == std::string::npos) return {};
  const std::string declared = code.substr(0, equals), name = last_word(trimmed(declared));
  const std::string type = trimmed(
      std::string_view(declared).substr(keyword.size(), declared.rfind(name) - keyword.size()));
  return {Kind::kParameter, {keyword, type, name, code.substr(equals + 1)}};
}

/// "input logic [1:0] code_i,"
Row port_row(const std::string& code, const std::string& direction) {
  const bool more = code.ends_with(",");
  const std::string declared = code.substr(direction.size(), code.size() - direction.size() - more);
  const std::string name = last_word(declared);
  const std::string type = trimmed(declared.substr(0, declared.size() - name.size()));
  if (name.empty() || type.empty() || type.find(',') != std::string::npos) return {};
  // "input" is as wide as "output" in a list of inputs alone, too
  std::string padded = direction;
  padded.resize(6, ' ');
  return {Kind::kPort, {padded, type, name + (more ? "," : "")}};
}

/// "logic signed [1:0] code, code_q;", as far as it is on one line
Row signal_row(const std::string& code, const std::string& base) {
  std::string_view rest = code;
  std::string type = base;
  rest.remove_prefix(base.size());
  rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.starts_with("signed ")) {
    type += " signed";
    rest.remove_prefix(7);
  }
  for (bool blank = true; rest.starts_with("["); blank = false) {
    const std::size_t end = past_bracket(rest);
    if (end == std::string_view::npos) return {};
    type += (blank ? " " : "") + std::string(rest.substr(0, end));
    rest = rest.substr(std::min(rest.find_first_not_of(' ', end), rest.size()));
  }
  if (rest.empty() || !is_word(rest[0]) || rest.find('=') != std::string_view::npos ||
      rest.find('(') < rest.find('[')) {
    return {};
  }
  return {Kind::kSignal, {type, std::string(rest)}};
}

/// ".code_i (code)," or ".clk_i,"
Row connection_row(const std::string& code) {
  const std::string name = "." + first_word(std::string_view(code).substr(1));
  const std::string rest = trimmed(std::string_view(code).substr(name.size()));
  if (rest.empty() || rest == ",") return {Kind::kConnection, {name + rest}};
  if (rest[0] != '(') return {};
  const std::size_t end = past_bracket(rest);
  if (end != std::string::npos && end != rest.size() && rest.substr(end) != ",") return {};
  return {Kind::kConnection, {name, rest}};
}

/// The declaration that a line begins, if it begins one.
Row begun_row(const std::string& code) {
  static constexpr std::array<std::string_view, 4> kTypes = {"logic", "bit", "int", "integer"};
  if (code.starts_with(".")) return connection_row(code);
  const std::string word = first_word(code);
  if (word == "parameter" || word == "localparam") return parameter_row(code, word);
  if (word == "input" || word == "output" || word == "inout") return port_row(code, word);
  const bool type = std::find(kTypes.begin(), kTypes.end(), word) != kTypes.end() ||
                    word.ends_with("_t") || word.ends_with("_e");
  return type ? signal_row(code, word) : Row{};
}

/// Whether a declaration that has been read up to here is complete.
bool is_complete(Kind kind, const std::string& code, const std::string& next) {
  if (kind == Kind::kSignal) return code.ends_with(";");
  if (open_brackets(code) != 0) return false;
  if (kind == Kind::kParameter) {
    return code.ends_with(";") || code.ends_with(",") || next.starts_with(")");
  }
  return true;
}

/// The code from line `at` on that comes first.
std::string next_code(const std::vector<TextLine>& lines, std::size_t at) {
  while (at < lines.size() && lines[at].code.empty()) at++;
  return at < lines.size() ? lines[at].code : "";
}

/// The declaration at a line with all its lines; another kind of line if it has no end.
Row row_at(const std::vector<TextLine>& lines, std::size_t at) {
  Row row = begun_row(lines[at].code);
  if (row.kind == Kind::kOther) return row;
  std::string code;
  for (std::size_t k = at; k < lines.size() && !lines[k].code.empty(); k++) {
    code += lines[k].code;
    row.lines = k + 1 - at;
    if (is_complete(row.kind, code, next_code(lines, k + 1))) return row;
  }
  return {};
}

/// Puts cells at their columns.
std::string joined(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string code;
  for (std::size_t c = 0; c < cells.size(); c++) {
    code += cells[c];
    if (c + 1 == cells.size() || widths[c] == 0) continue;
    code += std::string(widths[c] - cells[c].size() + 1, ' ');
  }
  return code;
}

/// Breaks a declaration that is too wide: a value goes below its name, names below the first one.
std::vector<TextLine> broken(const Row& row, TextLine line, std::size_t last_cell) {
  std::vector<TextLine> parts;
  const std::size_t most = kMostColumns - line.indent;
  if (row.kind == Kind::kParameter && line.code.size() > most) {
    const std::string value = line.code.substr(last_cell + 2);
    parts.push_back({line.indent, line.code.substr(0, last_cell + 1), 0, ""});
    line = {line.indent + 4, value, line.gap, line.comment};
  }
  while (row.kind == Kind::kSignal && line.indent + line.code.size() > kMostColumns) {
    const std::size_t comma = line.code.rfind(", ", kMostColumns - line.indent - 1);
    if (comma == std::string::npos || (parts.empty() && comma < last_cell)) break;
    parts.push_back({line.indent, line.code.substr(0, comma + 1), 0, ""});
    const std::size_t names = parts.size() == 1 ? line.indent + last_cell : line.indent;
    line = {names, line.code.substr(comma + 2), line.gap, line.comment};
  }
  parts.push_back(line);
  return parts;
}

/// Declarations of one kind, and what stands between them.
class Block {
 public:
  /// Whether a line goes on with the block; it is then part of it.
  bool takes(const TextLine& line, const Row& row) {
    const bool between = line.code.empty() && in_list_;
    if (!rows_.empty() && !between && (row.kind != kind_ || line.indent != indent_)) return false;
    if (rows_.empty()) {
      kind_ = row.kind;
      indent_ = line.indent;
      in_list_ = kind_ == Kind::kPort || (kind_ == Kind::kParameter && line.code.ends_with(","));
    }
    rows_.push_back(row);
    return true;
  }

  /// The lines of the block, from `first` on, in their new places.
  std::vector<TextLine> aligned(const std::vector<TextLine>& lines, std::size_t first) const {
    const std::vector<std::size_t> widths = cell_widths();
    std::vector<TextLine> result;
    std::size_t run = 0;  // of comments that are aligned
    for (const Row& row : rows_) {
      if (row.kind == Kind::kOther) {
        align_comments(result, run);
        result.push_back(lines[first]);
        run = result.size();
      } else {
        place(row, &lines[first], widths, result);
      }
      first += row.lines;
    }
    align_comments(result, run);
    return result;
  }

 private:
  /// Widest cell of each column; the last one counts in no row, nor does one that stands alone.
  std::vector<std::size_t> cell_widths() const {
    std::vector<std::size_t> widths(4, 0);
    for (const Row& row : rows_) {
      for (std::size_t c = 0; c + 1 < row.cells.size(); c++) {
        widths[c] = std::max(widths[c], row.cells[c].size());
      }
    }
    return widths;
  }

  static void place(const Row& row, const TextLine* lines, const std::vector<std::size_t>& widths,
                    std::vector<TextLine>& result) {
    const TextLine& line = lines[0];
    const std::string code = joined(row.cells, widths);
    const std::size_t last_cell = code.size() - row.cells.back().size();
    const std::size_t last_cell_was = line.code.size() - row.cells.back().size();
    const TextLine placed{line.indent, code, line.gap, line.comment};
    const auto parts = broken(row, placed, last_cell);
    result.insert(result.end(), parts.begin(), parts.end());
    for (std::size_t k = 1; k < row.lines; k++) {
      TextLine next = lines[k];
      const std::size_t shifted = next.indent + last_cell;  // kept in step with the last cell
      next.indent = std::max(line.indent, shifted - std::min(shifted, last_cell_was));
      result.push_back(next);
    }
  }

  /// Comments behind code begin at one column, from line `run` on.
  static void align_comments(std::vector<TextLine>& lines, std::size_t run) {
    std::size_t column = 0;
    for (std::size_t k = run; k < lines.size(); k++) {
      if (lines[k].comment.empty() || lines[k].code.empty()) continue;
      column = std::max(column, lines[k].indent + lines[k].code.size() + 2);
    }
    for (std::size_t k = run; k < lines.size(); k++) {
      TextLine& line = lines[k];
      if (!line.comment.empty() && !line.code.empty()) {
        line.gap = column - line.indent - line.code.size();
      }
    }
  }

  Kind kind_ = Kind::kOther;
  std::size_t indent_ = 0;
  bool in_list_ = false;  // of a module's header
  std::vector<Row> rows_;
};

}  // namespace

std::vector<TextLine> align_declarations(const std::vector<TextLine>& lines) {
  std::vector<TextLine> result;
  for (std::size_t at = 0; at < lines.size();) {
    Row row = row_at(lines, at);
    if (row.kind == Kind::kOther) {
      result.push_back(lines[at++]);
      continue;
    }
    const std::size_t first = at;
    Block block;
    while (at < lines.size() && block.takes(lines[at], row)) {
      at += row.lines;
      if (at < lines.size()) row = row_at(lines, at);
    }
    const std::vector<TextLine> aligned = block.aligned(lines, first);
    result.insert(result.end(), aligned.begin(), aligned.end());
  }
  return result;
}

}  // namespace sluice
