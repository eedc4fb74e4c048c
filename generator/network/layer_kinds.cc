// SPDX-License-Identifier: Apache-2.0
#include "generator/network/layer_kinds.h"

#include <algorithm>
#include <cassert>

namespace sluice::net {
namespace {

constexpr KindTraits kKinds[] = {
    {.kind = LayerKind::kConv,
     .title = "a convolution",
     .second = Second::kNone,
     .reduction = Reduction::kKernelRows,
     .joined = Joined::kSum,
     .multiplies = true},
    {.kind = LayerKind::kMaxPool,
     .title = "max pooling",
     .second = Second::kNone,
     .reduction = Reduction::kTaps,
     .joined = Joined::kMax,
     .multiplies = false},
    {.kind = LayerKind::kAdd,
     .title = "an addition",
     .second = Second::kSum,
     .reduction = Reduction::kTaps,
     .joined = Joined::kSum,
     .multiplies = false},
    {.kind = LayerKind::kMultiply,
     .title = "a product",
     .second = Second::kProduct,
     .reduction = Reduction::kTaps,
     .joined = Joined::kSum,
     .multiplies = false},
};

constexpr ListedTraits kListed[] = {
    {.spelling = "conv",
     .kind = ListedKind::kConv,
     .computed_as = LayerKind::kConv,
     .window = From::kColumn,
     .outputs = From::kColumn,
     .groups = From::kColumn,
     .gates = true,
     .own_weights = true,
     .constant_bits = 0},
    {.spelling = "depthwise",
     .kind = ListedKind::kConv,
     .computed_as = LayerKind::kConv,
     .window = From::kColumn,
     .outputs = From::kInput,
     .groups = From::kInput,
     .gates = false,
     .own_weights = true,
     .constant_bits = 0},
    {.spelling = "dense",
     .kind = ListedKind::kDense,
     .computed_as = LayerKind::kConv,
     .window = From::kInput,
     .outputs = From::kColumn,
     .groups = From::kConstant,
     .gates = false,
     .own_weights = true,
     .constant_bits = 0},
    {.spelling = "max_pool",
     .kind = ListedKind::kMaxPool,
     .computed_as = LayerKind::kMaxPool,
     .window = From::kColumn,
     .outputs = From::kInput,
     .groups = From::kConstant,
     .gates = false,
     .own_weights = false,
     .constant_bits = 0},
    {.spelling = "average_pool",
     .kind = ListedKind::kAveragePool,
     .computed_as = LayerKind::kConv,
     .window = From::kColumn,
     .outputs = From::kInput,
     .groups = From::kConstant,
     .gates = false,
     .own_weights = false,
     .constant_bits = 2},
    {.spelling = "add",
     .kind = ListedKind::kAdd,
     .computed_as = LayerKind::kAdd,
     .window = From::kConstant,
     .outputs = From::kInput,
     .groups = From::kConstant,
     .gates = false,
     .own_weights = false,
     .constant_bits = 0},
    {.spelling = "multiply",
     .kind = ListedKind::kMultiply,
     .computed_as = LayerKind::kMultiply,
     .window = From::kConstant,
     .outputs = From::kInput,
     .groups = From::kConstant,
     .gates = false,
     .own_weights = false,
     .constant_bits = 0},
};

/// How special a row is that fits a layer; 0 if it does not fit, 1 for a general one.
int rank_of(const ListedTraits& row, const SpelledLayer& layer) {
  const bool depthwise = layer.groups > 1 && layer.groups == layer.channels;
  if (row.groups == From::kInput) return depthwise ? 3 : 0;
  if (row.window == From::kInput) return layer.whole ? 2 : 0;
  return 1;
}

/// The most special row that fits among those that `considered` is true for.
template <typename Considered>
const char* most_special(const SpelledLayer& layer, Considered considered) {
  const char* best = "";
  int most = 0;
  for (const ListedTraits& row : kListed) {
    const int rank = considered(row) ? rank_of(row, layer) : 0;
    if (rank <= most) continue;
    most = rank;
    best = row.spelling;
  }
  return best;
}

}  // namespace

const KindTraits& traits_of(LayerKind kind) {
  const auto row = std::find_if(std::begin(kKinds), std::end(kKinds),
                                [&](const KindTraits& traits) { return traits.kind == kind; });
  assert(row != std::end(kKinds) && "each kind has a row");
  return *row;
}

const std::vector<std::string>& listed_spellings() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> spellings;
    for (const ListedTraits& row : kListed) spellings.push_back(row.spelling);
    return spellings;
  }();
  return all;
}

const ListedTraits* find_listed(const std::string& spelling) {
  const auto row =
      std::find_if(std::begin(kListed), std::end(kListed),
                   [&](const ListedTraits& traits) { return traits.spelling == spelling; });
  return row == std::end(kListed) ? nullptr : row;
}

const ListedTraits& traits_of(ListedKind kind) {
  const auto row = std::find_if(std::begin(kListed), std::end(kListed),
                                [&](const ListedTraits& traits) { return traits.kind == kind; });
  assert(row != std::end(kListed) && "each kind has a row");
  return *row;
}

const char* spelling_of(ListedKind kind, const SpelledLayer& layer) {
  const bool whole = traits_of(kind).window == From::kInput;
  return most_special({layer.channels, layer.groups, whole},
                      [&](const ListedTraits& row) { return row.kind == kind; });
}

const char* spelling_of(LayerKind kind, const SpelledLayer& layer) {
  return most_special(layer, [&](const ListedTraits& row) {
    return row.computed_as == kind && row.constant_bits == 0;
  });
}

}  // namespace sluice::net
