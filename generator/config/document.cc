// SPDX-License-Identifier: Apache-2.0
#include "generator/config/document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "generator/config/tree_builder.h"

namespace sluice {
namespace {

/// YAML refuses tabs in indentation, and its parser says so in ways that help nobody.
bool check_tabs(const Source& source, Diagnostics& diagnostics) {
  bool clean = true;
  int number = 0;
  std::istringstream lines(source.text());
  for (std::string line; std::getline(lines, line);) {
    number++;
    const std::size_t text = line.find_first_not_of(" \t\r");
    const std::size_t tab = line.find('\t');
    if (text == std::string::npos || line[text] == '#' || tab > text) continue;
    const Span span{&source, number, static_cast<int>(tab) + 1, 1};
    diagnostics.error(Code::kTabIndent, span, "this line is indented with a tab").help =
        "indent with two spaces instead";
    clean = false;
  }
  return clean;
}

struct SyntaxText {
  const char* reason;  ///< part of yaml-cpp's message
  const char* message;
  const char* help;
};

// What yaml-cpp means, in words for someone who wrote a config.
constexpr SyntaxText kSyntaxTexts[] = {
    {"end of sequence flow", "this list is not closed", "close the list with ']'"},
    {"end of map flow", "this map is not closed", "close the map with '}'"},
    {"illegal map value", "a second ':' in one line",
     "write one 'key: value' in a line; put a text that holds ': ' in quotes"},
    {"end of map not found", "this line is not aligned with the keys above it",
     "begin the keys of one section in the same column"},
};

void report_syntax(const YAML::Exception& failure, const TreeBuilder& builder,
                   Diagnostics& diagnostics) {
  Span span = builder.span_at(failure.mark);
  std::string message = fmt::format("this is not valid YAML: {}", failure.msg);
  std::string help = "write one 'key: value' in a line, and indent the keys of a section";
  for (const SyntaxText& text : kSyntaxTexts) {
    if (failure.msg.find(text.reason) == std::string::npos) continue;
    message = text.message;
    help = text.help;
  }
  // A list or map that is not closed is noticed lines later; what helps is where it begins.
  const bool is_list = failure.msg.find("end of sequence flow") != std::string::npos;
  const bool is_map = failure.msg.find("end of map flow") != std::string::npos;
  if (is_list || is_map) {
    const Span open = builder.innermost(is_list ? Node::Kind::kSequence : Node::Kind::kMap);
    if (open.source) span = open;
  }
  diagnostics.error(Code::kYamlSyntax, span, message).help = help;
}

std::optional<Node> parse(const Source& source, std::string_view text, int first_column,
                          Diagnostics& diagnostics) {
  TreeBuilder builder(source, first_column, diagnostics);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const TreeBuilder::Refused&) {
    return std::nullopt;
  } catch (const YAML::Exception& failure) {
    report_syntax(failure, builder, diagnostics);
    return std::nullopt;
  }
  if (builder.failed()) return std::nullopt;
  return builder.root();
}

}  // namespace

std::string kind_text(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "has no value";
    case Node::Kind::kSequence:
      return "is a list";
    case Node::Kind::kMap:
      return "is a section";
    case Node::Kind::kScalar:
      break;
  }
  return "";
}

std::optional<Node> parse_document(const Source& source, Diagnostics& diagnostics) {
  if (!check_tabs(source, diagnostics)) return std::nullopt;
  return parse(source, source.text(), 1, diagnostics);
}

std::optional<Node> parse_override_value(const Source& source, int first_column,
                                         Diagnostics& diagnostics) {
  const std::string_view value = std::string_view(source.text()).substr(first_column - 1);
  return parse(source, value, first_column, diagnostics);
}

}  // namespace sluice
