// SPDX-License-Identifier: Apache-2.0
#include "generator/config/overrides.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/config/schema.h"
#include "generator/config/shape.h"
#include "generator/util/utf8.h"

namespace sluice {
namespace {

Node scalar(const std::string& text, const Span& span) {
  Node node;
  node.kind = Node::Kind::kScalar;
  node.text = text;
  node.span = span;
  return node;
}

std::optional<Override> parse_one(const std::string& text, Diagnostics& diagnostics) {
  const bool clean = !find_non_text(text) && text.find_first_of("\r\n\t") == std::string::npos;
  const Source& source =
      diagnostics.add_source(Source::Kind::kOverride, "--set", clean ? text : std::string());
  const std::size_t equals = text.find('=');
  if (!clean || equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    diagnostics
        .error(Code::kBadOverride, {&source, 1, 1, static_cast<int>(source.text().size())},
               clean ? fmt::format("'{}' is not of the form key=value", text)
                     : "the option holds line ends, tabs or bytes that are no text")
        .help = "write it like --set memory.bytes=32";
    return std::nullopt;
  }
  const std::string path = text.substr(0, equals);
  const Span key_span{&source, 1, 1, static_cast<int>(equals)};
  if (!find_key(path)) {
    report_unknown_key(path, "", key_span, diagnostics);
    return std::nullopt;
  }
  const int first_column = static_cast<int>(equals) + 2;
  std::optional<Node> value = parse_override_value(source, first_column, diagnostics);
  if (!value) return std::nullopt;
  return Override{path, scalar(path.substr(path.find('.') + 1), key_span), std::move(*value)};
}

void remove_key(Node& map, const std::string& key) {
  for (std::size_t i = map.keys.size(); i-- > 0;) {
    if (map.keys[i].text != key) continue;
    map.keys.erase(map.keys.begin() + static_cast<std::ptrdiff_t>(i));
    map.items.erase(map.items.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

/// The map of a section, added if the file has none. Null if the file has a single value there,
/// which check_shape will report.
Node* find_section(Node& root, const std::string& name, const Span& span) {
  for (std::size_t i = 0; i < root.keys.size(); i++) {
    if (root.keys[i].text != name) continue;
    Node& item = root.items[i];
    if (item.kind == Node::Kind::kNull) item.kind = Node::Kind::kMap;
    return item.kind == Node::Kind::kMap ? &item : nullptr;
  }
  root.keys.push_back(scalar(name, span));
  Node map;
  map.kind = Node::Kind::kMap;
  map.span = span;
  root.items.push_back(std::move(map));
  return &root.items.back();
}

}  // namespace

std::vector<Override> parse_overrides(const std::vector<std::string>& texts,
                                      Diagnostics& diagnostics) {
  std::vector<Override> overrides;
  for (const std::string& text : texts) {
    if (auto one = parse_one(text, diagnostics)) overrides.push_back(std::move(*one));
  }
  return overrides;
}

void apply_overrides(const std::vector<Override>& overrides, Node& root) {
  for (const Override& setting : overrides) {
    const std::size_t dot = setting.path.find('.');
    Node* map = &root;
    if (dot != std::string::npos) {
      map = find_section(root, setting.path.substr(0, dot), setting.key.span);
      if (!map) continue;
    }
    remove_key(*map, setting.key.text);
    map->keys.push_back(setting.key);
    map->items.push_back(setting.value);
  }
}

}  // namespace sluice
