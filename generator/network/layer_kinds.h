// SPDX-License-Identifier: Apache-2.0
// The kinds of layers and all that tells them apart: the rest of the product asks for a trait,
// never for a kind. docs/04_develop/new_layer_kind.md says what a new kind touches.
#pragma once

#include <string>
#include <vector>

namespace sluice::net {

/// What a layer computes. The first is that of a layer that says nothing.
enum class LayerKind { kConv, kMaxPool, kAdd, kMultiply };

/// A layer that hands values on: with a kernel of one position.
inline constexpr LayerKind kCopyingKind = LayerKind::kMaxPool;

/// What the steps of an output are; the compiler's reduction.cc has the walk and the weights of
/// each.
enum class Reduction {
  kKernelRows,  ///< atoms of kernel rows, as many as a step holds, with the layer's own weights:
                ///< sums over all channels of a group
  kTaps         ///< a tap of the kernel; output channel c reads channel c of the input
};

/// How the accumulators join the steps.
enum class Joined { kSum, kMax };

/// What post-processing makes of an output and the value of a second map.
enum class Second {
  kNone,  ///< there is none
  kSum,   ///< of both, each with a factor
  kProduct
};

struct KindTraits {
  LayerKind kind;
  const char* title;  ///< with its article, as messages name it
  /// Whether a layer reads a second map, Layer::addend beside Layer::input. Post-processing joins
  /// it: the steps and their join are those of one map that goes through the array.
  Second second;
  Reduction reduction;
  Joined joined;
  bool multiplies;  ///< by weights of Layer::weight_bits bits

  bool two_inputs() const { return second != Second::kNone; }
  /// Layer::weights, which sum over the channels of a group; else outputs stay in their channel.
  bool has_weights() const { return reduction == Reduction::kKernelRows; }
};

/// The row of a kind.
const KindTraits& traits_of(LayerKind kind);

/// What a list of layers calls a layer, in CSV files and tables. Each is computed as a LayerKind.
/// The first is that of a layer that says nothing.
enum class ListedKind { kConv, kDense, kMaxPool, kAveragePool, kAdd, kMultiply };

/// Where a number of a listed layer comes from.
enum class From {
  kColumn,    ///< a column of the file
  kInput,     ///< the input: its size is the kernel, its channels are the number
  kConstant,  ///< it is 1
};

struct ListedTraits {
  const char* spelling;  ///< as in CSV files and tables
  ListedKind kind;       ///< one kind may have several spellings: the first is the general one
  LayerKind computed_as;
  From window;   ///< kernel; stride and padding are columns only beside a kernel that is
  From outputs;  ///< output channels
  From groups;
  bool gates;         ///< may have gates, without groups
  bool own_weights;   ///< weights of its own, which multiply-accumulates count
  int constant_bits;  ///< of weights that are ones, for each channel alone; 0: no such weights
};

/// All spellings, in the order in which messages list them.
const std::vector<std::string>& listed_spellings();
/// The row of a spelling; null if there is none.
const ListedTraits* find_listed(const std::string& spelling);
/// The general row of a kind.
const ListedTraits& traits_of(ListedKind kind);

/// A layer as far as its spelling depends on it.
struct SpelledLayer {
  int channels = 0;  ///< of the input
  int groups = 1;
  bool whole = false;  ///< the kernel covers the input
};
/// Spelling of a listed layer: the most special one of its kind.
const char* spelling_of(ListedKind kind, const SpelledLayer& layer);
/// The same for a layer of a network, of which it is not known whether its weights are constants.
const char* spelling_of(LayerKind kind, const SpelledLayer& layer);

}  // namespace sluice::net
