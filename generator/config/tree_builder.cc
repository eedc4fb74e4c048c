// SPDX-License-Identifier: Apache-2.0
#include "generator/config/tree_builder.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {
namespace {

// What a message underlines; a token that is longer is shown up to here.
constexpr std::size_t kLongestShown = 256;
// The schema nests two levels; anything near this is not a config.
constexpr std::size_t kDeepest = 16;

/// Bytes of the token at the start of `rest`, the remainder of its line.
std::size_t token_length(std::string_view rest) {
  if (rest.empty()) return 1;
  const char first = rest.front();
  if (first == '"' || first == '\'') {
    const std::size_t end = rest.find(first, 1);
    return end == std::string_view::npos ? rest.size() : end + 1;
  }
  if (first == '[' || first == '{') {
    const std::size_t end = rest.substr(0, kLongestShown).find(first == '[' ? ']' : '}');
    return end == std::string_view::npos ? 1 : end + 1;
  }
  // Not to the end of the line, which may hold very many tokens
  rest = rest.substr(0, kLongestShown);
  rest = rest.substr(0, std::min({rest.find(": "), rest.find(" #"), rest.find_first_of(",]}")}));
  if (rest.ends_with(':')) rest.remove_suffix(1);
  const std::size_t end = rest.find_last_not_of(" \t");
  return end == std::string_view::npos ? 1 : end + 1;
}

}  // namespace

Span TreeBuilder::span_at(const YAML::Mark& mark) const {
  Span span{&source_, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1, 1};
  if (span.line == 1) span.column += first_column_ - 1;
  const std::string_view line = source_.line(span.line);
  const std::size_t at = static_cast<std::size_t>(span.column) - 1;
  if (at < line.size()) span.length = static_cast<int>(token_length(line.substr(at)));
  return span;
}

Span TreeBuilder::innermost(Node::Kind kind) const {
  const auto found = std::find_if(open_.rbegin(), open_.rend(),
                                  [&](const Node& node) { return node.kind == kind; });
  return found == open_.rend() ? Span{} : found->span;
}

bool TreeBuilder::closes_in_line(const Span& span) const {
  const std::string_view token =
      source_.line(span.line).substr(static_cast<std::size_t>(span.column) - 1, span.length);
  return token.size() >= 2 && token.front() == token.back();
}

void TreeBuilder::refuse_feature(const YAML::Mark& mark, const std::string& what) {
  diagnostics_
      .error(Code::kYamlFeature, span_at(mark), fmt::format("configs do not use YAML's {}", what))
      .help = "write the value itself here";
  failed_ = true;
}

void TreeBuilder::check_plain(const YAML::Mark& mark, const std::string& tag,
                              YAML::anchor_t anchor) {
  if (anchor != YAML::NullAnchor) refuse_feature(mark, "anchors (&name)");
  if (!tag.empty() && tag != "?" && tag != "!") refuse_feature(mark, "tags (!type)");
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  documents_++;
  if (documents_ == 1) return;
  Span span = span_at(mark);
  diagnostics_.error(Code::kSecondDocument, span, "a second document begins here").help =
      "keep one design in a file: remove the '---' and what follows it";
  throw Refused();
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  check_plain(mark, "", anchor);
  Node node;
  node.span = span_at(mark);
  add(std::move(node));
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  refuse_feature(mark, "aliases (*name)");
  Node node;
  node.span = span_at(mark);
  add(std::move(node));
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  check_plain(mark, tag, anchor);
  Node node;
  node.kind = Node::Kind::kScalar;
  node.span = span_at(mark);
  node.text = value;
  node.quoted = tag == "!";
  if (node.quoted && !closes_in_line(node.span)) {
    diagnostics_.error(Code::kYamlSyntax, node.span, "these quotes are not closed in their line")
        .help = "close the quotes";
    throw Refused();
  }
  const bool is_key = !open_.empty() && open_.back().kind == Node::Kind::kMap &&
                      open_.back().keys.size() == open_.back().items.size();
  if (is_key && value == "<<") refuse_feature(mark, "merge keys (<<)");
  add(std::move(node));
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  open(Node::Kind::kSequence, mark, tag, anchor);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
  open(Node::Kind::kMap, mark, tag, anchor);
}

void TreeBuilder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
  check_plain(mark, tag, anchor);
  if (open_.size() == kDeepest) {
    diagnostics_
        .error(Code::kYamlTooDeep, span_at(mark),
               fmt::format("values nest more than {} levels deep here", kDeepest))
        .help = "keys nest in two levels: 'key: value', or 'section:' with keys below it";
    throw Refused();
  }
  Node node;
  node.kind = kind;
  node.span = span_at(mark);
  open_.push_back(std::move(node));
}

void TreeBuilder::close() {
  Node node = std::move(open_.back());
  open_.pop_back();
  add(std::move(node));
}

void TreeBuilder::add(Node node) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Node& parent = open_.back();
  const bool is_key = parent.kind == Node::Kind::kMap && parent.keys.size() == parent.items.size();
  // yaml-cpp places a value that is not there at the token after it.
  if (node.kind == Node::Kind::kNull && !parent.keys.empty()) node.span = parent.keys.back().span;
  (is_key ? parent.keys : parent.items).push_back(std::move(node));
}

}  // namespace sluice
