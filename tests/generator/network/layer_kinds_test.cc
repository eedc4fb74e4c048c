// SPDX-License-Identifier: Apache-2.0
// The table of layer kinds.
#include "generator/network/layer_kinds.h"

#include <catch2/catch.hpp>
#include <set>

namespace sluice::net {
namespace {

TEST_CASE("KindTable.HasARowForEachKind") {
  for (const LayerKind kind : {LayerKind::kConv, LayerKind::kMaxPool, LayerKind::kAdd}) {
    CHECK(traits_of(kind).kind == kind);
  }
  for (const ListedKind kind : {ListedKind::kConv, ListedKind::kDense, ListedKind::kMaxPool,
                                ListedKind::kAveragePool, ListedKind::kAdd}) {
    CHECK(traits_of(kind).kind == kind);
  }
}

TEST_CASE("KindTable.TellsKindsApartByTraits") {
  CHECK(traits_of(LayerKind::kConv).has_weights());
  CHECK_FALSE(traits_of(LayerKind::kMaxPool).has_weights());
  CHECK_FALSE(traits_of(LayerKind::kMaxPool).multiplies);
  CHECK(traits_of(LayerKind::kMaxPool).joined == Joined::kMax);
  CHECK(traits_of(LayerKind::kAdd).two_inputs());
  CHECK_FALSE(traits_of(LayerKind::kAdd).multiplies);
  CHECK_FALSE(traits_of(LayerKind::kAdd).has_weights());
  CHECK(traits_of(LayerKind::kAdd).reduction == Reduction::kTaps);
  CHECK(traits_of(ListedKind::kAveragePool).computed_as == LayerKind::kConv);
  CHECK(traits_of(ListedKind::kAveragePool).constant_bits == 2);
}

TEST_CASE("KindTable.FindsSpellingsThatAllDiffer") {
  const std::vector<std::string>& all = listed_spellings();
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == all.size());
  for (const std::string& spelling : all) {
    REQUIRE(find_listed(spelling) != nullptr);
    CHECK(find_listed(spelling)->spelling == spelling);
  }
  CHECK(find_listed("Conv") == nullptr);
  CHECK(find_listed("") == nullptr);
}

TEST_CASE("KindTable.SpellsTheMostSpecialRowThatFits") {
  const auto listed = [](ListedKind kind, int channels, int groups) {
    return std::string(spelling_of(kind, {channels, groups}));
  };
  CHECK(listed(ListedKind::kConv, 8, 1) == "conv");
  CHECK(listed(ListedKind::kConv, 8, 4) == "conv");
  CHECK(listed(ListedKind::kConv, 8, 8) == "depthwise");
  CHECK(listed(ListedKind::kConv, 1, 1) == "conv");
  CHECK(listed(ListedKind::kDense, 8, 1) == "dense");
  CHECK(listed(ListedKind::kAveragePool, 8, 1) == "average_pool");
  CHECK(listed(ListedKind::kAdd, 8, 1) == "add");
  const auto computed = [](LayerKind kind, int channels, int groups, bool whole) {
    return std::string(spelling_of(kind, {channels, groups, whole}));
  };
  CHECK(computed(LayerKind::kConv, 8, 1, false) == "conv");
  CHECK(computed(LayerKind::kConv, 8, 1, true) == "dense");
  CHECK(computed(LayerKind::kConv, 8, 2, true) == "dense");
  CHECK(computed(LayerKind::kConv, 8, 8, true) == "depthwise");
  CHECK(computed(LayerKind::kMaxPool, 8, 1, true) == "max_pool");
  CHECK(computed(LayerKind::kAdd, 8, 1, true) == "add");
}

}  // namespace
}  // namespace sluice::net
