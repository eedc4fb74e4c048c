#include "app/energy.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "estimate/text_file.h"

namespace sluice::app {
namespace {

using estimate::FileError;
using nlohmann::json;

constexpr const char* kRemedy = "give what `sluice power CONFIG NETWORK --json` printed";

/// Place of a byte, from 1.
FileError error_at(const std::string& file, const std::string& text, std::size_t byte,
                   const std::string& message) {
  const auto before = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
  const int line = 1 + static_cast<int>(std::count(text.begin(), before, '\n'));
  const std::size_t start = text.rfind('\n', byte == 0 ? 0 : byte - 1);
  const std::size_t column = start == std::string::npos || line == 1 ? byte : byte - start - 1;
  return {file, line, static_cast<int>(std::max<std::size_t>(column, 1)), message};
}

json read_json(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw FileError{file, 0, 0, std::string("cannot be read; ") + kRemedy};
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    throw error_at(file, text, error.byte, std::string("found no JSON here; ") + kRemedy);
  }
}

EnergyRates rates_of(const json& mode, double period_ps) {
  const double cycles = mode.at("cycles"), macs = mode.at("macs_done");
  const auto per_cycle_pj = [&](const char* name) {
    return mode.at(name).get<double>() * period_ps * 1e-3;  // mW x ps
  };
  EnergyRates rates;
  rates.cycle_pj = per_cycle_pj("clock_mw") + per_cycle_pj("leakage_mw");
  rates.mac_pj = per_cycle_pj("data_mw") * cycles / macs;
  rates.memory_pj = per_cycle_pj("memories_mw") * cycles / macs;
  return rates;
}

EnergyModel model_of(const json& report) {
  EnergyModel model;
  model.network = report.at("network");
  const json& modes = report.at("modes");
  model.with = model.without = rates_of(modes.at(0), report.at("period_ps"));
  for (const json& mode : modes) {
    (mode.at("gated") ? model.with : model.without) = rates_of(mode, report.at("period_ps"));
  }
  return model;
}

}  // namespace

EnergyModel read_energy(const std::string& file, const Plan& plan) {
  const json report = read_json(file);
  try {
    const std::string hash = report.at("hash");
    if (hash != plan.hash) {
      throw FileError{
          file, 0, 0,
          fmt::format("is of design '{}' with config {}, this is '{}' with {}; run "
                      "`sluice power` on this config",
                      report.at("design").get<std::string>(), hash, plan.config.name, plan.hash)};
    }
    return model_of(report);
  } catch (const json::exception& error) {
    throw FileError{file, 0, 0,
                    fmt::format("is no report of power ({}); {}", error.what(), kRemedy)};
  }
}

Energy energy_of(const EnergyRates& rates, double cycles, double macs) {
  return {1e-6 * (rates.cycle_pj * cycles + rates.mac_pj * macs), 1e-6 * rates.memory_pj * macs};
}

}  // namespace sluice::app
