// SPDX-License-Identifier: Apache-2.0
#include "generator/config/remedies.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/config/number.h"
#include "generator/config/relations.h"
#include "generator/config/schema.h"
#include "generator/util/text.h"

namespace sluice {
namespace {

constexpr int kMostTried = 4096;

bool is_wide(const Key& key) {
  return key.choices.empty() && !key.power_of_two && key.most - key.least > kMostTried;
}

/// All values that a key may have, in order; of a wide range the powers of two.
std::vector<int> domain(const Key& key) {
  std::vector<int> values = key.choices;
  if (!values.empty()) {
    std::sort(values.begin(), values.end());
    return values;
  }
  if (key.power_of_two || is_wide(key)) {
    for (std::int64_t value = 1; value <= key.most; value *= 2) {
      if (value >= key.least) values.push_back(static_cast<int>(value));
    }
  } else {
    for (int value = key.least; value <= key.most; value++) values.push_back(value);
  }
  return values;
}

/// Whether a number is one that the key takes by itself.
bool takes(const Key& key, const std::string& text) {
  if (key.member.index() != 2) return true;
  const ParsedNumber number = parse_number(text);
  if (number.form != NumberForm::kDecimal || !number.fits) return false;
  if (is_wide(key)) {
    return number.value >= key.least && number.value <= key.most;
  }
  const std::vector<int> all = domain(key);
  return std::binary_search(all.begin(), all.end(), number.value);
}

/// Puts a value, written as value_text() gives it, into the config.
void put(const Key& key, const std::string& text, Config& config) {
  struct Putter {
    const std::string& text;
    void operator()(std::string& value) const { value = text; }
    void operator()(bool& value) const { value = text == "true"; }
    void operator()(int& value) const { value = static_cast<int>(parse_number(text).value); }
    void operator()(std::vector<int>& value) const {
      value.clear();
      for (const std::string& part : split(text.substr(1, text.size() - 2), ',')) {
        const std::size_t digits = part.find_first_not_of(' ');
        if (digits == std::string::npos) continue;
        value.push_back(static_cast<int>(parse_number(part.substr(digits)).value));
      }
      std::sort(value.rbegin(), value.rend());
    }
  };
  std::visit([&](auto member) { Putter{text}(member(config)); }, key.member);
}

std::vector<std::string> words_of(const std::vector<int>& numbers) {
  std::vector<std::string> words;
  for (const int number : numbers) words.push_back(std::to_string(number));
  return words;
}

}  // namespace

RemedySearch::RemedySearch(const ReadValues& values)
    : values_(values), broken_(broken_relations(values)) {}

bool RemedySearch::holds(const std::string& key, const std::string& value,
                         const std::string& mended) const {
  if (!takes(*find_key(key), value)) return false;
  ReadValues changed = values_;
  put(*find_key(key), value, changed.config);
  changed.bad.erase(key);
  const std::set<std::string> broken = broken_relations(changed);
  if (mended.empty()) return broken.empty();
  return !broken.contains(mended) &&
         std::includes(broken_.begin(), broken_.end(), broken.begin(), broken.end());
}

bool RemedySearch::accepted(const std::string& key, const std::string& value) const {
  return holds(key, value, "");
}

std::vector<int> RemedySearch::nearest(const std::string& key, int from, Change::Way way,
                                       const std::string& mended) const {
  const std::vector<int> all = domain(*find_key(key));
  const auto good = [&](int value) { return holds(key, std::to_string(value), mended); };
  std::vector<int> found;
  if (is_wide(*find_key(key)) && way == Change::Way::kLess) {
    // Too many to try: what is wanted is the end of a run of good ones from the least on
    int low = all.front(), high = from;
    if (!good(low)) return {};
    while (high - low > 1) (good(low + (high - low) / 2) ? low : high) = low + (high - low) / 2;
    return {low};
  }
  const auto middle = std::lower_bound(all.begin(), all.end(), from);
  if (way != Change::Way::kMore) {
    const auto below = std::find_if(std::make_reverse_iterator(middle), all.rend(), good);
    if (below != all.rend()) found.push_back(*below);
  }
  if (way != Change::Way::kLess) {
    const auto above = std::find_if(middle, all.end(), good);
    if (above != all.end()) found.push_back(*above);
  }
  return found;
}

std::string RemedySearch::changes_text(const std::vector<Change>& changes,
                                       const std::string& mended) const {
  for (const std::string& goal : {std::string(), mended}) {
    std::vector<std::string> parts;
    for (const Change& change : changes) {
      const Key& key = *find_key(change.key);
      const int now = static_cast<int>(parse_number(value_text(key, values_.config)).value);
      const std::vector<int> found = nearest(change.key, now, change.way, goal);
      if (found.empty()) continue;
      std::string text = fmt::format("{} to {}", change.key, join_words(words_of(found), "or"));
      const std::vector<int> all = domain(key);
      const bool beyond = std::all_of(all.begin(), all.end(), [&](int value) {
        const bool asked = change.way == Change::Way::kMore ? value > found[0] : value < found[0];
        return !asked || holds(change.key, std::to_string(value), goal);
      });
      const bool more = change.way == Change::Way::kMore && found[0] < all.back();
      const bool less = change.way == Change::Way::kLess && found[0] > all.front();
      if (beyond && (more || less)) text += more ? " or more" : " or less";
      parts.push_back(text);
    }
    if (!parts.empty()) return fmt::format("set {}", fmt::join(parts, ", or "));
  }
  return "";
}

std::vector<std::string> RemedySearch::accepted_of(const std::string& key,
                                                   const std::vector<std::string>& wanted) const {
  std::vector<std::string> good;
  for (const std::string& value : wanted) {
    if (accepted(key, value)) good.push_back(value);
  }
  const Key& known = *find_key(key);
  if (!good.empty() || known.member.index() != 2 || wanted.empty()) return good;
  const ParsedNumber first = parse_number(wanted.front());
  const std::int64_t least = domain(known).front(), most = domain(known).back();
  const std::int64_t from = first.fits ? first.value : first.text_is_negative ? least : most;
  return words_of(
      nearest(key, static_cast<int>(std::clamp(from, least, most)), Change::Way::kBoth, ""));
}

std::string RemedySearch::shortest_list(const std::string& key) const {
  std::vector<int> list;
  for (const int choice : find_key(key)->choices) {
    list.push_back(choice);
    const std::string text = fmt::format("[{}]", fmt::join(list, ", "));
    if (accepted(key, text)) return text;
  }
  return "";
}

void refine_remedies(const ReadValues& values, Diagnostics& diagnostics) {
  if (values.refused.empty()) return;
  const RemedySearch search(values);
  for (const Refused& refused : values.refused) {
    std::string& help = diagnostics.at(refused.error).help;
    std::vector<std::string> good;
    if (refused.shown.empty()) {
      good = search.accepted_of(refused.key, refused.wanted);
      if (good == refused.wanted) continue;
    } else {
      for (std::size_t k = 0; k < refused.shown.size(); k++) {
        if (search.accepted(refused.key, refused.wanted[k])) good.push_back(refused.shown[k]);
      }
      // If no item will do, the others do not suit the config either
      if (good.empty() && search.accepted(refused.key, refused.without)) {
        help = "remove it";
      } else if (const std::string list = search.shortest_list(refused.key);
                 good.empty() && !list.empty()) {
        help = fmt::format("write {}", list);
      }
    }
    if (!good.empty()) help = fmt::format("write {}", join_words(good, "or"));
  }
}

}  // namespace sluice
