// SPDX-License-Identifier: Apache-2.0
// Energy of a network on a design: by part, level of memory and tensor.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "generator/util/checked_json.h"

namespace sluice::results {

/// The parts of energy.def: kDramWeights is dram_weights.
enum class EnergyPart {
#define ENERGY_PART(name, ...) name,
#include "generator/results/energy.def"
};
inline constexpr int kEnergyParts = 0
#define ENERGY_PART(...) +1
#include "generator/results/energy.def"
    ;

enum class EnergyLevel { kDram, kSram, kLogic };
inline constexpr int kEnergyLevels = 3;
const char* text_of(EnergyLevel level);

/// kNone: of no tensor, such as clock pins.
enum class EnergyTensor { kWeights, kMaps, kPartialSums, kControl, kNone };
inline constexpr int kEnergyTensors = 5;
const char* text_of(EnergyTensor tensor);

struct Energy {
  std::array<double, kEnergyParts> uj{};  ///< by EnergyPart

  double& operator[](EnergyPart part) { return uj[static_cast<std::size_t>(part)]; }
  double operator[](EnergyPart part) const { return uj[static_cast<std::size_t>(part)]; }
  Energy& operator+=(const Energy& other);
  double total() const;
  double of(EnergyLevel level) const;
  double of(EnergyTensor tensor) const;
};

/// What the energies rest on.
struct EnergyBasis {
  std::string memories;  ///< the table: "cacti65 (65 nm)"
  std::string dram;      ///< "LPDDR4"
  double dram_pj_per_bit = 0;
  std::string logic;            ///< "sluice power with fashion_block8.onnx", or the example design
  bool logic_measured = false;  ///< on this very design; else taken from an example design
  std::string logic_library;    ///< that the logic was measured with; empty: not known
  /// Logic is multiplied with, to stand beside memories of another node; none: it is as measured.
  std::optional<double> logic_scale;
  double clock_mhz = 0;     ///< for leakage
  int memories_of_fit = 0;  ///< kinds whose figures lie between lines of the table
};

/// Energy of the layers on the accelerator and of the commands, with gates and without.
struct EnergyResult {
  EnergyBasis basis;
  Energy with;                    ///< of all, with commands
  std::optional<Energy> without;  ///< gates ignored, if that was estimated
  std::vector<Energy> layers;     ///< of each layer, zeros where it is not on the accelerator
};

/// "total_uj", "by_level", "by_tensor" and "parts", in uJ.
json::Json json_of(const Energy& energy);
/// "dram", "sram" and "logic".
json::Json levels_json(const Energy& energy);
json::Json json_of(const EnergyBasis& basis);

}  // namespace sluice::results
