// SPDX-License-Identifier: Apache-2.0
// Values that would mend a config: each is tried on all checks before a message names it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "generator/config/values.h"

namespace sluice {

/// A key whose value could be changed, and which way. kMore and kLess are said as "16 or more" if
/// all values beyond hold as well.
struct Change {
  enum class Way { kBoth, kMore, kLess };
  std::string key;
  Way way = Way::kBoth;
};

class RemedySearch {
 public:
  explicit RemedySearch(const ReadValues& values);

  /// "set rows to 8 or 12, or dot to 2": values nearest to those there with which the config passes
  /// all checks. If there are none, as more is wrong, those with which only `mended` (a name as
  /// broken_relations() gives it) is no longer broken and nothing else is. Empty if there are none.
  std::string changes_text(const std::vector<Change>& changes, const std::string& mended) const;

  /// Of these values of a key that was refused, those with which the config passes all checks; else
  /// the nearest ones to the first. Empty if the key alone cannot mend the config.
  std::vector<std::string> accepted_of(const std::string& key,
                                       const std::vector<std::string>& wanted) const;

  /// The fewest of a list's choices, from the first on, with which the config passes all checks.
  std::string shortest_list(const std::string& key) const;

  /// Whether the config passes all checks with this value, as value_text() gives it.
  bool accepted(const std::string& key, const std::string& value) const;

 private:
  bool holds(const std::string& key, const std::string& value, const std::string& mended) const;
  std::vector<int> nearest(const std::string& key, int from, Change::Way way,
                           const std::string& mended) const;

  const ReadValues& values_;
  std::set<std::string> broken_;
};

/// Tells for each refused value which allowed ones the other keys take, too.
void refine_remedies(const ReadValues& values, Diagnostics& diagnostics);

}  // namespace sluice
