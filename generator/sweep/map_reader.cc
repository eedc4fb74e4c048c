// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/map_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "generator/config/number.h"
#include "generator/util/text.h"

namespace sluice::sweep {
namespace {

std::string found_text(const Node& node) {
  if (node.kind != Node::Kind::kScalar) return kind_text(node.kind);
  return fmt::format("is '{}'", node.text.substr(0, 40));
}

}  // namespace

void MapReader::read(const Node& map, const std::string& name, const std::vector<Entry>& entries) {
  std::vector<std::string> words;
  for (const Entry& entry : entries) words.push_back(entry.key);
  if (map.kind != Node::Kind::kMap) {
    wrong(map, name, "a section", fmt::format("write keys below it: {}", join_words(words, "or")));
    return;
  }
  std::map<std::string, Span> seen;
  for (std::size_t k = 0; k < map.keys.size(); k++) {
    const Node& key = map.keys[k];
    const auto [first, is_new] = seen.emplace(key.text, key.span);
    if (!is_new) {
      Diagnostic& error = diagnostics_.error(Code::kDuplicateKey, key.span,
                                             fmt::format("'{}' is given a second time", key.text));
      error.notes.push_back({first->second, "it is first given here"});
      error.help = "keep one of the two";
      continue;
    }
    bool known = false;
    for (const Entry& entry : entries) {
      if (entry.key != key.text) continue;
      entry.read(map.items[k]);
      known = true;
    }
    if (known) continue;
    const std::string near = nearest_word(key.text, words);
    diagnostics_
        .error(Code::kUnknownKey, key.span, fmt::format("there is no key '{}' here", key.text))
        .help = near.empty() ? fmt::format("the keys here are {}", join_words(words, "and"))
                             : fmt::format("did you mean '{}'?", near);
  }
}

void MapReader::wrong(const Node& node, const std::string& name, const std::string& allowed,
                      const std::string& help) {
  diagnostics_
      .error(Code::kWrongType, node.span,
             fmt::format("'{}' {}, but must be {}", name, found_text(node), allowed))
      .help = help;
}

std::function<void(const Node&)> MapReader::flag(const std::string& name, bool& value) {
  return [this, name, &value](const Node& node) {
    if (node.kind != Node::Kind::kScalar || (node.text != "true" && node.text != "false")) {
      wrong(node, name, "true or false", fmt::format("write '{}: true' or leave it out", name));
      return;
    }
    value = node.text == "true";
  };
}

std::function<void(const Node&)> MapReader::real(const std::string& name, double low, double high,
                                                 double usual, std::function<void(double)> take) {
  return [this, name, low, high, usual, take](const Node& node) {
    char* end = nullptr;
    const double value = std::strtod(node.text.c_str(), &end);
    const bool whole = node.kind == Node::Kind::kScalar && !node.text.empty() && *end == '\0';
    if (whole && std::isfinite(value) && value >= low && value <= high) {
      take(value);
      return;
    }
    const double near = !whole || std::isnan(value) ? usual : std::clamp(value, low, high);
    wrong(node, name, fmt::format("a number from {:g} to {:g}", low, high),
          fmt::format("write '{}: {:g}' or leave it out", name, near));
  };
}

std::function<void(const Node&)> MapReader::number(const std::string& name, std::int64_t low,
                                                   std::int64_t high, std::int64_t usual,
                                                   std::function<void(std::int64_t)> take) {
  return [this, name, low, high, usual, take](const Node& node) {
    const ParsedNumber value =
        node.kind == Node::Kind::kScalar ? parse_number(node.text) : ParsedNumber{};
    if (value.form == NumberForm::kDecimal && value.fits && value.value >= low &&
        value.value <= high) {
      take(value.value);
      return;
    }
    std::int64_t near = usual;
    if (value.form == NumberForm::kDecimal) {
      near = value.fits ? std::clamp(value.value, low, high) : value.text_is_negative ? low : high;
    }
    wrong(node, name, fmt::format("a whole number from {} to {}", low, high),
          fmt::format("write '{}: {}'", name, near));
  };
}

std::function<void(const Node&)> MapReader::word(const std::string& name,
                                                 const std::vector<std::string>& allowed,
                                                 std::string& value) {
  return [this, name, allowed, &value](const Node& node) {
    bool good = node.kind == Node::Kind::kScalar && !node.text.empty() && allowed.empty();
    for (const std::string& one : allowed) good = good || node.text == one;
    if (good) {
      value = node.text;
      return;
    }
    const std::string what = allowed.empty() ? "a text" : join_words(allowed, "or");
    wrong(node, name, what, fmt::format("write {}", what));
  };
}

std::optional<MapFile> read_map_file(const std::string& path, const std::string& what,
                                     const std::string& example, Diagnostics& diagnostics) {
  const std::optional<std::string> text = read_config_text(path, diagnostics);
  if (!text) return std::nullopt;
  const Source& source = diagnostics.add_source(Source::Kind::kFile, path, *text);
  std::optional<Node> root = parse_document(source, diagnostics);
  if (!root) return std::nullopt;
  if (root->kind != Node::Kind::kMap) {
    diagnostics
        .error(Code::kFileEmpty, {&source}, fmt::format("the file holds no keys of {}", what))
        .help = "start from " + example;
    return std::nullopt;
  }
  return MapFile{&source, std::move(*root)};
}

std::string value_text(const Node& node) {
  if (node.kind == Node::Kind::kScalar) {
    return node.quoted ? fmt::format("\"{}\"", node.text) : node.text;
  }
  std::vector<std::string> items;
  for (const Node& item : node.items) items.push_back(value_text(item));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

}  // namespace sluice::sweep
