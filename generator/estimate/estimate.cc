// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/estimate.h"

#include <algorithm>

namespace sluice::estimate {

const char* text_of(Bound bound) {
  switch (bound) {
    case Bound::kCompute:
      return "compute";
    case Bound::kShort:
      return "short steps";
    case Bound::kWeights:
      return "weights";
    case Bound::kGate:
      return "gate latency";
    case Bound::kPost:
      return "post-processing";
    case Bound::kWrites:
      return "writes";
    case Bound::kBalance:
      return "balance";
    case Bound::kMemory:
      return "memory";
    case Bound::kOther:
      return "start and drain";
  }
  return "";
}

double LayerEstimate::utilisation() const {
  if (with.cycles == 0 || peak == 0) return 0;
  return static_cast<double>(macs_done) / (static_cast<double>(with.cycles) * peak);
}

double LayerEstimate::speedup() const {
  if (with.cycles == 0) return 0;
  return static_cast<double>(without.cycles) / static_cast<double>(with.cycles);
}

double LayerEstimate::theory() const {
  return macs_done > 0 ? static_cast<double>(macs) / static_cast<double>(macs_done) : 0;
}

int Estimate::off_accelerator() const {
  return static_cast<int>(std::count_if(layers.begin(), layers.end(),
                                        [](const auto& layer) { return !layer.on_accelerator; }));
}

}  // namespace sluice::estimate
