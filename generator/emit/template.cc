// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <set>

namespace sluice {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::string_view kOpen = "<%";
constexpr std::string_view kClose = "%>";
// Stands for a line end while kainjow renders: it drops blank lines after a section tag, and keeps
// lines of sections not taken. Lines are settled before (strip_tag_lines) instead.
constexpr char kLineEnd = '\x1e';

struct Tag {
  char kind = ' ';  ///< ' ' variable, '#', '^', '/', '!'
  std::string name;
  std::size_t begin = 0;  ///< of "<%"
  std::size_t end = 0;    ///< past "%>"
  int line = 0;
};

[[noreturn]] void fail(const std::string& file, int line, const std::string& message) {
  throw TemplateError(fmt::format("{}:{}: {}", file, line, message));
}

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Tag parse_tag(const std::string& file, std::string_view content, int line) {
  Tag tag;
  tag.line = line;
  content = trim(content);
  if (!content.empty() && std::string_view("#^/!").find(content[0]) != std::string_view::npos) {
    tag.kind = content[0];
    content = trim(content.substr(1));
  }
  tag.name = content;
  if (tag.kind != '!' && !is_name(tag.name)) {
    fail(file, line, fmt::format("'<%{}%>' is no tag: names are lower_snake_case", content));
  }
  return tag;
}

/// All tags in order, with sections closed in the order they were opened.
std::vector<Tag> scan(const std::string& file, std::string_view text) {
  std::vector<Tag> tags;
  std::vector<Tag> open;
  int line = 1;
  std::size_t counted = 0;
  for (std::size_t at = text.find(kOpen); at != std::string_view::npos;) {
    line += static_cast<int>(std::count(text.begin() + counted, text.begin() + at, '\n'));
    counted = at;
    const std::size_t close = text.find(kClose, at + kOpen.size());
    if (close == std::string_view::npos) fail(file, line, "'<%' without '%>'");
    const std::size_t inside = at + kOpen.size();
    Tag tag = parse_tag(file, text.substr(inside, close - inside), line);
    tag.begin = at;
    tag.end = close + kClose.size();
    if (tag.kind == '#' || tag.kind == '^') open.push_back(tag);
    if (tag.kind == '/') {
      if (open.empty() || open.back().name != tag.name) {
        fail(file, line, fmt::format("'<%/{}%>' closes a section that is not open", tag.name));
      }
      open.pop_back();
    }
    at = text.find(kOpen, tag.end);
    tags.push_back(std::move(tag));
  }
  if (!open.empty()) {
    fail(file, open.back().line, fmt::format("section '{}' is not closed", open.back().name));
  }
  return tags;
}

/// Removes comments, and the rest of lines that hold nothing but one section or comment tag.
std::string strip_tag_lines(std::string_view text, const std::vector<Tag>& tags) {
  std::string result;
  std::size_t done = 0;
  for (const Tag& tag : tags) {
    if (tag.kind == ' ') continue;
    std::size_t line_start = tag.begin;
    while (line_start > 0 && text[line_start - 1] == ' ') line_start--;
    const std::size_t line_end = std::min(text.find_first_not_of(' ', tag.end), text.size());
    const bool alone = (line_start == 0 || text[line_start - 1] == '\n') &&
                       (line_end == text.size() || text[line_end] == '\n');
    const std::size_t from = alone ? line_start : tag.begin;
    const std::size_t to = alone ? std::min(line_end + 1, text.size()) : tag.end;
    result += text.substr(done, from - done);
    if (tag.kind != '!') result += text.substr(tag.begin, tag.end - tag.begin);
    done = to;
  }
  return result += text.substr(done);
}

/// Checks tags against values, section by section. `scopes` holds the values in sight, innermost
/// last.
class NameCheck {
 public:
  NameCheck(const std::string& file, const std::vector<Tag>& tags) : file_(file), tags_(tags) {}

  void run(const Values& values) {
    scopes_.push_back(&values);
    while (next_ < tags_.size()) visit(tags_[next_++]);
  }

 private:
  using Value = std::variant<std::string, bool, Values::Rows>;

  const Value& find(const Tag& tag) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); scope++) {
      const auto found = (*scope)->map().find(tag.name);
      if (found != (*scope)->map().end()) return found->second;
    }
    fail(file_, tag.line, fmt::format("no value is named '{}'", tag.name));
  }

  void visit(const Tag& tag) {
    if (tag.kind == '!') return;
    const Value& value = find(tag);
    const bool is_text = std::holds_alternative<std::string>(value);
    if (tag.kind == ' ') {
      if (!is_text) fail(file_, tag.line, fmt::format("'{}' is a section, not a text", tag.name));
      return;
    }
    if (is_text) fail(file_, tag.line, fmt::format("'{}' is a text, not a section", tag.name));
    const Values::Rows* rows = std::get_if<Values::Rows>(&value);
    const bool enters_rows = tag.kind == '#' && rows;
    if (enters_rows && rows->empty()) return skip_section();
    if (enters_rows) scopes_.push_back(&rows->front());
    while (tags_[next_].kind != '/') visit(tags_[next_++]);
    next_++;
    if (enters_rows) scopes_.pop_back();
  }

  /// Passes over the body of a list without rows: the names of its rows are not known.
  void skip_section() {
    for (int depth = 1; depth > 0; next_++) {
      if (tags_[next_].kind == '#' || tags_[next_].kind == '^') depth++;
      if (tags_[next_].kind == '/') depth--;
    }
  }

  const std::string& file_;
  const std::vector<Tag>& tags_;
  std::vector<const Values*> scopes_;
  std::size_t next_ = 0;
};

mustache::data to_data(const Values& values) {
  mustache::data data(mustache::data::type::object);
  for (const auto& [name, value] : values.map()) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      data.set(name, *text);
    } else if (const bool* flag = std::get_if<bool>(&value)) {
      data.set(name, mustache::data(*flag));
    } else {
      mustache::data list(mustache::data::type::list);
      for (const Values& row : std::get<Values::Rows>(value)) list << to_data(row);
      data.set(name, list);
    }
  }
  return data;
}

}  // namespace

std::string render_template(const std::string& file, std::string_view text, const Values& values) {
  const std::vector<Tag> tags = scan(file, text);
  NameCheck(file, tags).run(values);
  std::string prepared = strip_tag_lines(text, tags);
  std::replace(prepared.begin(), prepared.end(), '\n', kLineEnd);

  mustache::mustache engine("{{=<% %>=}}" + prepared);
  if (!engine.is_valid()) throw TemplateError(file + ": " + engine.error_message());
  engine.set_custom_escape([](const std::string& raw) { return raw; });
  std::string rendered = engine.render(to_data(values));
  std::replace(rendered.begin(), rendered.end(), kLineEnd, '\n');
  return rendered;
}

std::vector<std::string> template_names(const std::string& file, std::string_view text) {
  std::set<std::string> names;
  for (const Tag& tag : scan(file, text)) {
    if (tag.kind != '!') names.insert(tag.name);
  }
  return {names.begin(), names.end()};
}

}  // namespace sluice
