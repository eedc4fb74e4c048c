// SPDX-License-Identifier: Apache-2.0
// What the activation buffer holds while a program is laid out: maps that are still to be read, and
// padding that earlier maps have left.
#pragma once

#include <optional>
#include <vector>

#include "generator/compiler/mapping.h"

namespace sluice::compiler {

/// A map whose padding still lies in the buffer.
struct PaddedMap {
  Region region;
  MapLayout layout;
  int height = 0, width = 0;
};

/// A map in the buffer that is still to be read.
struct LiveMap {
  int map = 0;
  Region region;
  std::size_t last_reader = 0;  ///< index of a layer
};

class BufferMaps {
 public:
  explicit BufferMaps(int bytes) : bytes_(bytes) {}

  int bytes() const { return bytes_; }

  // ---- live maps ----

  const std::vector<LiveMap>& live() const { return live_; }
  void keep(const LiveMap& map) { live_.push_back(map); }
  /// Lets the maps go that no layer after `layer` reads.
  void forget_read(std::size_t layer);
  std::int64_t live_bytes() const;
  /// The map that takes most; none if none is live.
  std::optional<int> largest_live() const;
  /// A live map lies in some byte of `place`.
  bool is_taken(const Region& place) const;
  /// What live maps and `taken` leave of the buffer, in order.
  std::vector<Region> gaps(const Region& taken) const;
  /// The first of the largest; empty if there is none.
  static Region largest(const std::vector<Region>& regions);

  // ---- padding ----

  const std::vector<PaddedMap>& padded() const { return padded_; }
  void keep_padding(const PaddedMap& map) { padded_.push_back(map); }
  /// Padding that `written` overwrites is no longer there.
  void forget_padding(const Region& written);
  /// Outputs never overwrite padding, so that a map in the place of an equal one finds it intact.
  bool has_padding(const MapLayout& layout, int height, int width) const;

 private:
  int bytes_;
  std::vector<LiveMap> live_;
  std::vector<PaddedMap> padded_;
};

}  // namespace sluice::compiler
