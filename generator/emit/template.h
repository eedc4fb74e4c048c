// SPDX-License-Identifier: Apache-2.0
// Strict Mustache: text with tags in <% %>, filled from a set of values. Mustache itself is silent
// about a name it does not know; here that is an error with the template's file and line.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sluice {

/// What the tags of a template stand for. Texts fill <%name%>; flags and lists switch and repeat
/// sections <%#name%> .. <%/name%>, flags and empty lists also <%^name%> .. <%/name%>.
class Values {
 public:
  using Rows = std::vector<Values>;

  void text(const std::string& name, std::string value) { map_[name] = std::move(value); }
  void number(const std::string& name, std::int64_t value) { map_[name] = std::to_string(value); }
  void flag(const std::string& name, bool value) { map_[name] = value; }
  void list(const std::string& name, Rows rows) { map_[name] = std::move(rows); }

  const std::map<std::string, std::variant<std::string, bool, Rows>>& map() const { return map_; }

 private:
  std::map<std::string, std::variant<std::string, bool, Rows>> map_;
};

/// A mistake in a template: ours, not the user's.
class TemplateError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Fills a template. A tag alone on its line takes the line with it. Throws TemplateError for a
/// name without a value (also in sections not taken), a text used as a section or the reverse, a
/// section not closed, and tags other than variables, sections and comments <%! %>.
std::string render_template(const std::string& file, std::string_view text, const Values& values);

/// The names that a template uses, for the test that no value is left without a use.
std::vector<std::string> template_names(const std::string& file, std::string_view text);

}  // namespace sluice
