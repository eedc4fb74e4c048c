// SPDX-License-Identifier: Apache-2.0
#include "generator/config/schema.h"

#include <catch2/catch.hpp>
#include <set>

namespace sluice {
namespace {

TEST_CASE("Schema.PathsAreUniqueAndSectionsTogether") {
  std::set<std::string> paths;
  for (const Key& key : schema()) CHECK(paths.insert(key.path).second);
  const auto& sections = schema_sections();
  CHECK(std::set<std::string>(sections.begin(), sections.end()).size() == sections.size());
}

TEST_CASE("Schema.EveryNumberHasARangeAUnitAndAMeaning") {
  for (const Key& key : schema()) {
    INFO(key.path);
    CHECK(!key.meaning.empty());
    const bool is_number = key.member.index() >= 2;
    if (!is_number) continue;
    CHECK(!key.unit.empty());
    CHECK((key.most > key.least || !key.choices.empty()));
  }
}

TEST_CASE("Schema.DefaultsAreAllowedValues") {
  Config defaults;
  for (const Key& key : schema()) {
    INFO(key.path);
    const auto* member = std::get_if<int& (*)(Config&)>(&key.member);
    if (!member || key.required || !key.choices.empty()) continue;
    const int value = (*member)(defaults);
    CHECK(value >= key.least);
    CHECK(value <= key.most);
    if (key.power_of_two) CHECK((value & (value - 1)) == 0);
  }
}

TEST_CASE("AllowedText.NamesRangeOrChoices") {
  CHECK(allowed_text(*find_key("lanes")) == "1 to 64");
  CHECK(allowed_text(*find_key("atom")) == "4, 8 or 16");
  CHECK(allowed_text(*find_key("memory.bytes")) == "8 to 256, a power of two");
  CHECK(allowed_text(*find_key("bus.ordering")) == "in_order or by_id");
}

}  // namespace
}  // namespace sluice
