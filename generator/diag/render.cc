// SPDX-License-Identifier: Apache-2.0
#include "generator/diag/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "generator/util/printable.h"
#include "generator/util/text.h"

namespace sluice {
namespace {

// More errors than this are counted, not printed: nobody reads on, and a broken file of a
// megabyte must not print a hundred.
constexpr std::size_t kMostShown = 50;
// Longer source lines are shown as the part around the error.
constexpr std::size_t kLongestLine = 96;

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string place_text(const Span& span) {
  if (!span.source) return {};
  if (span.line == 0 || span.source->kind() != Source::Kind::kFile) {
    return printable_line(span.source->name()) + ": ";
  }
  return fmt::format("{}:{}:{}: ", printable_line(span.source->name()), span.line, span.column);
}

/// The part of `line` to show, as [first, last) bytes that never split a character.
std::pair<std::size_t, std::size_t> visible_part(std::string_view line, std::size_t column) {
  if (line.size() <= kLongestLine) return {0, line.size()};
  std::size_t first = column > kLongestLine / 2 ? column - kLongestLine / 2 : 0;
  std::size_t last = std::min(line.size(), first + kLongestLine);
  while (first > 0 && !starts_character(line[first])) first--;
  while (last < line.size() && !starts_character(line[last])) last++;
  return {first, last};
}

/// The source line and the underline below it.
std::string excerpt(const Span& span) {
  if (!span.source || span.line == 0 || span.source->kind() == Source::Kind::kPath) return {};
  const std::string_view line = span.source->line(span.line);
  const std::size_t column = std::min<std::size_t>(std::max(span.column, 1) - 1, line.size());
  const auto [first, last] = visible_part(line, column);
  std::string shown(line.substr(first, last - first));
  std::replace(shown.begin(), shown.end(), '\t', ' ');

  const std::size_t pad = count_characters(line.substr(first, column - first));
  const std::string_view marked =
      line.substr(column, std::min<std::size_t>(std::max(span.length, 1), last - column));
  const std::size_t width = std::max<std::size_t>(count_characters(marked), 1);
  const std::string number =
      span.source->kind() == Source::Kind::kFile ? std::to_string(span.line) : std::string();
  return fmt::format("{:>4} | {}\n     | {}^{}\n", number, shown, std::string(pad, ' '),
                     std::string(width - 1, '~'));
}

std::string render_one(const Diagnostic& diagnostic) {
  std::string text =
      fmt::format("{}error: {} [{}]\n{}", place_text(diagnostic.span), diagnostic.message,
                  code_text(diagnostic.code), excerpt(diagnostic.span));
  for (const Note& note : diagnostic.notes) {
    text += fmt::format("{}note: {}\n{}", place_text(note.span), note.message, excerpt(note.span));
  }
  if (!diagnostic.help.empty()) text += fmt::format("  help: {}\n", diagnostic.help);
  return text;
}

nlohmann::ordered_json span_json(const Span& span) {
  nlohmann::ordered_json json;
  json["file"] = span.source ? span.source->name() : std::string();
  json["line"] = span.line;
  json["column"] = span.column;
  json["length"] = span.length;
  return json;
}

}  // namespace

std::string render_text(const Diagnostics& diagnostics, const std::string& consequence) {
  std::string text;
  const std::vector<Diagnostic> list = diagnostics.sorted();
  for (std::size_t i = 0; i < std::min(list.size(), kMostShown); i++) text += render_one(list[i]);
  if (list.size() > kMostShown) {
    text += fmt::format("... and {} more\n", list.size() - kMostShown);
  }
  text += count_of(static_cast<long>(list.size()), "error");
  if (!consequence.empty()) text += "; " + consequence;
  return text + "\n";
}

std::string render_json(const Diagnostics& diagnostics) {
  nlohmann::ordered_json errors = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    nlohmann::ordered_json error;
    error["code"] = code_text(diagnostic.code);
    error["message"] = diagnostic.message;
    error.update(span_json(diagnostic.span));
    error["notes"] = nlohmann::ordered_json::array();
    for (const Note& note : diagnostic.notes) {
      nlohmann::ordered_json entry;
      entry["message"] = note.message;
      entry.update(span_json(note.span));
      error["notes"].push_back(entry);
    }
    error["help"] = diagnostic.help;
    errors.push_back(error);
  }
  // Invalid UTF-8 in a file name must not end in an exception.
  return errors.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace sluice
