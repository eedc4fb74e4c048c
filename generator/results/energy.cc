// SPDX-License-Identifier: Apache-2.0
#include "generator/results/energy.h"

#include <numeric>

namespace sluice::results {
namespace {

struct PartRow {
  const char* name;
  EnergyLevel level;
  EnergyTensor tensor;
};

constexpr PartRow kParts[] = {
#define ENERGY_PART(name, level, tensor, meaning) {#name, EnergyLevel::level, EnergyTensor::tensor},
#include "generator/results/energy.def"
};

}  // namespace

const char* text_of(EnergyLevel level) {
  constexpr const char* kTexts[kEnergyLevels] = {"dram", "sram", "logic"};
  return kTexts[static_cast<int>(level)];
}

const char* text_of(EnergyTensor tensor) {
  constexpr const char* kTexts[kEnergyTensors] = {"weights", "maps", "partial_sums", "control",
                                                  "none"};
  return kTexts[static_cast<int>(tensor)];
}

Energy& Energy::operator+=(const Energy& other) {
  for (std::size_t k = 0; k < uj.size(); ++k) uj[k] += other.uj[k];
  return *this;
}

double Energy::total() const { return std::accumulate(uj.begin(), uj.end(), 0.0); }

double Energy::of(EnergyLevel level) const {
  double sum = 0;
  for (std::size_t k = 0; k < uj.size(); ++k) sum += kParts[k].level == level ? uj[k] : 0;
  return sum;
}

double Energy::of(EnergyTensor tensor) const {
  double sum = 0;
  for (std::size_t k = 0; k < uj.size(); ++k) sum += kParts[k].tensor == tensor ? uj[k] : 0;
  return sum;
}

json::Json levels_json(const Energy& energy) {
  json::Json json;
  for (int k = 0; k < kEnergyLevels; ++k) {
    const auto level = static_cast<EnergyLevel>(k);
    json[text_of(level)] = energy.of(level);
  }
  return json;
}

json::Json json_of(const Energy& energy) {
  json::Json json;
  json["total_uj"] = energy.total();
  json["by_level"] = levels_json(energy);
  for (int k = 0; k < kEnergyTensors; ++k) {
    const auto tensor = static_cast<EnergyTensor>(k);
    json["by_tensor"][text_of(tensor)] = energy.of(tensor);
  }
  for (int k = 0; k < kEnergyParts; ++k) {
    json["parts"][kParts[k].name] = energy.uj[static_cast<std::size_t>(k)];
  }
  return json;
}

json::Json json_of(const EnergyBasis& basis) {
  json::Json scale = nullptr;
  if (basis.logic_scale) scale = *basis.logic_scale;
  return {{"memories", basis.memories},
          {"memories_from_fit", basis.memories_of_fit},
          {"dram", basis.dram},
          {"dram_pj_per_bit", basis.dram_pj_per_bit},
          {"logic", basis.logic},
          {"logic_measured", basis.logic_measured},
          {"logic_library", basis.logic_library},
          {"logic_scale", scale},
          {"clock_mhz", basis.clock_mhz}};
}

}  // namespace sluice::results
