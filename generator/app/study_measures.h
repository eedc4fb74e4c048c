// SPDX-License-Identifier: Apache-2.0
// What a study measures of networks that are there: accuracies, and costs on configs; kept.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "generator/app/study_networks.h"
#include "generator/app/sweep_area.h"
#include "generator/study/result.h"
#include "synth/energy/network_energy.h"

namespace sluice::app {

/// Hashes of files' contents, each computed once. May be called by several threads.
class ContentHashes {
 public:
  /// Of a folder names and sizes are taken; of a name that is no file the name. Throws UserError.
  std::string of(const std::string& path);

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> known_;
};

class StudyMeasures {
 public:
  /// Throws UserError if tables of memories are none, or if Yosys is missing for areas.
  StudyMeasures(const study::Spec& spec, const std::filesystem::path& folder,
                const std::function<void(const std::string&)>& tell);

  /// The rows of a network point, one for each config, without areas. `there_before` gets how many
  /// of them had all that they need. May be called by several threads.
  std::vector<study::Row> rows_of(const study::NetworkPoint& point, const StudyNetwork& network,
                                  std::size_t& there_before);

  /// Maps a config to cells, if the study has areas. May be called by several threads.
  void measure_area(std::size_t config);
  /// Adds the area of a row's config.
  void add_area(std::size_t config, study::Row& row);

  /// "Memories of cacti65 (65 nm), LPDDR4, ..": what energies rest on.
  std::string energy_note() const;
  std::string area_note() const;

 private:
  class Loaded;
  struct Design {
    std::string hash;
    std::optional<synth::EnergyRates> rates;
  };

  std::string accuracy_key(const StudyNetwork& network);
  std::string cost_key(const StudyNetwork& network, std::size_t config);
  json::Json accuracy_of(Loaded& loaded) const;
  json::Json cost_of(Loaded& loaded, std::size_t config) const;
  void measure_row(Loaded& loaded, std::size_t config, study::Row& row, bool& there);
  std::vector<std::string> commands_of(const StudyNetwork& network, std::size_t config) const;

  const study::Spec& spec_;
  std::filesystem::path folder_;
  synth::KeptResults kept_;
  ContentHashes contents_;
  std::optional<AreaCache> area_;
  std::vector<Design> designs_;
};

}  // namespace sluice::app
