// SPDX-License-Identifier: Apache-2.0
// How many bits the weights and the input of each layer get.
#pragma once

#include <string>
#include <vector>

namespace sluice::quantise {

struct Width {
  int weights = 8, input = 8;
  bool operator==(const Width&) const = default;
};

/// Entries in order; the last one that a layer's name matches counts.
class Widths {
 public:
  /// Reads "4", "conv1=8,fc=5", "*=4x4,conv1=8": bits of weights, then "x" and those of the layer's
  /// input where they are not 8; a name may have "*" and "?". Lines may take the place of commas,
  /// and "#" begins a comment. Throws UserError.
  static Widths parse(const std::string& text);

  Width of(const std::string& layer) const;
  void set(const std::string& layer, Width width);
  /// Throws UserError if an entry names none of these layers.
  void check(const std::vector<std::string>& layers) const;

 private:
  struct Entry {
    std::string pattern;
    Width width;
  };
  std::vector<Entry> entries_;
};

}  // namespace sluice::quantise
