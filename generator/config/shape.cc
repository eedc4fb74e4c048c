// SPDX-License-Identifier: Apache-2.0
#include "generator/config/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "generator/config/schema.h"
#include "generator/util/text.h"

namespace sluice {
namespace {

std::string join_path(const std::string& section, const std::string& key) {
  return section.empty() ? key : section + "." + key;
}

/// The words that may stand in a section: its keys, and at the top the names of the sections.
std::vector<std::string> words_of(const std::string& section) {
  std::vector<std::string> words;
  for (const Key& key : schema()) {
    const std::size_t dot = key.path.find('.');
    const std::string owner = dot == std::string::npos ? "" : key.path.substr(0, dot);
    if (owner == section) words.push_back(key.path.substr(dot + 1));
  }
  if (section.empty()) {
    words.insert(words.end(), schema_sections().begin(), schema_sections().end());
  }
  return words;
}

/// The path of the key that was most likely meant, or an empty text.
std::string guess_path(const std::string& key, const std::string& section) {
  const std::string near = nearest_word(key, words_of(section));
  if (!near.empty()) return join_path(section, near);
  std::vector<std::string> paths;
  for (const Key& known : schema()) {
    if (known.path.substr(known.path.find('.') + 1) == key) return known.path;
    paths.push_back(known.path);
  }
  return nearest_word(join_path(section, key), paths);
}

/// A walk over the tree that collects the known values and reports the rest.
class ShapeCheck {
 public:
  ShapeCheck(const Source& source, Diagnostics& diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  GivenValues run(const Node& root) {
    visit_map(root, "");
    report_missing();
    return std::move(given_);
  }

 private:
  void visit_map(const Node& map, const std::string& section) {
    std::map<std::string, const Node*> seen;
    for (std::size_t i = 0; i < map.keys.size(); i++) {
      const Node& key = map.keys[i];
      if (key.kind != Node::Kind::kScalar) {
        diagnostics_.error(Code::kWrongType, key.span, "a key must be a plain word").help =
            "write 'key: value'";
        continue;
      }
      const auto [first, is_new] = seen.emplace(key.text, &key);
      if (is_new) {
        visit_entry(key, map.items[i], section);
      } else {
        report_duplicate(key, *first->second, section);
      }
    }
  }

  void visit_entry(const Node& key, const Node& value, const std::string& section) {
    const std::string path = join_path(section, key.text);
    const auto& sections = schema_sections();
    if (find_key(path)) {
      given_[path] = &value;
    } else if (std::find(sections.begin(), sections.end(), path) != sections.end()) {
      visit_section(key, value, path);
    } else {
      report_unknown_key(key.text, section, key.span, diagnostics_);
      excused_.insert(guess_path(key.text, section));
    }
  }

  void visit_section(const Node& key, const Node& value, const std::string& path) {
    section_spans_[path] = key.span;
    if (value.kind == Node::Kind::kMap) {
      visit_map(value, path);
      return;
    }
    // A section without keys is the same as no section; missing keys are reported by themselves.
    if (value.kind == Node::Kind::kNull) return;
    excused_.insert(path);
    diagnostics_
        .error(Code::kWrongType, value.span,
               fmt::format("'{}' must be a section with keys below it", path))
        .help = fmt::format("write '{}:' and, indented below it, {}", path,
                            join_words(words_of(path), "or"));
  }

  void report_duplicate(const Node& key, const Node& first, const std::string& section) {
    Diagnostic& error = diagnostics_.error(
        Code::kDuplicateKey, key.span,
        fmt::format("'{}' is given a second time", join_path(section, key.text)));
    error.notes.push_back({first.span, "it is first given here"});
    error.help = "keep one of the two";
  }

  void report_missing() {
    for (const Key& key : schema()) {
      if (!key.required || given_.contains(key.path)) continue;
      const std::size_t dot = key.path.find('.');
      const std::string section = dot == std::string::npos ? "" : key.path.substr(0, dot);
      // One mistake, one message: a misspelt key or section has already been reported.
      if (excused_.contains(key.path) || (!section.empty() && excused_.contains(section))) continue;
      const auto place = section_spans_.find(section);
      const Span span = place == section_spans_.end() ? Span{&source_} : place->second;
      diagnostics_.error(Code::kMissingKey, span, fmt::format("'{}' is missing", key.path)).help =
          missing_help(key, section);
    }
  }

  static std::string missing_help(const Key& key, const std::string& section) {
    const std::string word = key.path.substr(key.path.find('.') + 1);
    const std::string what = allowed_text(key);
    const std::string where = section.empty() ? "" : fmt::format(" below '{}:'", section);
    const std::string value = key.path == "name"         ? "a name for the design"
                              : key.path == "precisions" ? "a list such as [8, 4, 2]"
                                                         : "a number from " + what;
    return fmt::format("add '{}:'{} with {}", word, where, value);
  }

  const Source& source_;
  Diagnostics& diagnostics_;
  GivenValues given_;
  std::map<std::string, Span> section_spans_;
  std::set<std::string> excused_;  ///< keys and sections that an error already speaks of
};

}  // namespace

bool check_root(const Node& root, const Source& source, Diagnostics& diagnostics) {
  if (root.kind == Node::Kind::kMap) return true;
  if (root.kind == Node::Kind::kNull) {
    diagnostics.error(Code::kFileEmpty, {&source}, "the file holds no keys").help =
        "start from one of the example configs, such as configs/edge.yaml";
  } else {
    diagnostics.error(Code::kWrongType, root.span, "a config must be a map of keys").help =
        "write one 'key: value' in a line";
  }
  return false;
}

GivenValues check_shape(const Node& root, const Source& source, Diagnostics& diagnostics) {
  return ShapeCheck(source, diagnostics).run(root);
}

void report_unknown_key(const std::string& key, const std::string& section, const Span& span,
                        Diagnostics& diagnostics) {
  const auto& sections = schema_sections();
  if (section.empty() && std::find(sections.begin(), sections.end(), key) != sections.end()) {
    std::vector<std::string> paths;
    for (const std::string& word : words_of(key)) paths.push_back(join_path(key, word));
    diagnostics
        .error(Code::kUnknownKey, span,
               fmt::format("'{}' is a section and has no value of its own", key))
        .help = fmt::format("give one of its keys: {}", join_words(paths, "or"));
    return;
  }
  const std::string shown = shortened(key, 64);
  Diagnostic& error = diagnostics.error(
      Code::kUnknownKey, span, fmt::format("there is no key '{}'", join_path(section, shown)));
  const std::string guess = guess_path(key, section);
  if (!guess.empty()) {
    error.help = fmt::format("did you mean '{}'?", guess);
  } else {
    error.help = fmt::format("the keys {} are {}",
                             section.empty() ? "here" : fmt::format("of '{}'", section),
                             join_words(words_of(section), "and"));
  }
}

}  // namespace sluice
