// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/buffer_maps.h"

#include <algorithm>

namespace sluice::compiler {

void BufferMaps::forget_read(std::size_t layer) {
  std::erase_if(live_, [&](const LiveMap& live) { return live.last_reader <= layer; });
}

std::int64_t BufferMaps::live_bytes() const {
  std::int64_t bytes = 0;
  for (const LiveMap& live : live_) bytes += live.region.bytes;
  return bytes;
}

std::optional<int> BufferMaps::largest_live() const {
  const auto largest = std::max_element(
      live_.begin(), live_.end(),
      [](const LiveMap& a, const LiveMap& b) { return a.region.bytes < b.region.bytes; });
  return largest == live_.end() ? std::nullopt : std::optional<int>(largest->map);
}

bool BufferMaps::is_taken(const Region& place) const {
  return std::any_of(live_.begin(), live_.end(),
                     [&](const LiveMap& live) { return place.overlaps(live.region); });
}

std::vector<Region> BufferMaps::gaps(const Region& taken) const {
  std::vector<Region> used = {taken};
  for (const LiveMap& live : live_) used.push_back(live.region);
  std::sort(used.begin(), used.end(),
            [](const Region& a, const Region& b) { return a.offset < b.offset; });
  std::vector<Region> result;
  int end = 0;
  for (const Region& region : used) {
    if (region.bytes == 0) continue;
    if (region.offset > end) result.push_back({end, region.offset - end});
    end = region.offset + region.bytes;
  }
  if (end < bytes_) result.push_back({end, bytes_ - end});
  return result;
}

Region BufferMaps::largest(const std::vector<Region>& regions) {
  Region best;
  for (const Region& region : regions) {
    if (region.bytes > best.bytes) best = region;
  }
  return best;
}

void BufferMaps::forget_padding(const Region& written) {
  std::erase_if(padded_, [&](const PaddedMap& old) { return old.region.overlaps(written); });
}

bool BufferMaps::has_padding(const MapLayout& layout, int height, int width) const {
  return std::any_of(padded_.begin(), padded_.end(), [&](const PaddedMap& old) {
    return old.layout == layout && old.height == height && old.width == width;
  });
}

}  // namespace sluice::compiler
