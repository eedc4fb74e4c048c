// SPDX-License-Identifier: Apache-2.0
// What a study found: a row for each network point on each config; as CSV, JSON and text.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "generator/results/sweep_result.h"
#include "generator/util/checked_json.h"

namespace sluice::study {

/// Empty where a row does not have it.
using Figure = std::optional<double>;

struct Figures {
  // Of the network
  Figure float_accuracy;    ///< of the float network, as the trainer has it
  Figure trained_accuracy;  ///< of the network that was trained, as the trainer has it
  Figure accuracy;          ///< of the golden model
  Figure mac_reduction;     ///< in gated layers, over the images of the accuracy
  // On the config
  Figure cycles, cycles_least, cycles_most;  ///< of a frame: mean, and the ends
  Figure frames_per_second, macs, macs_done, energy_uj;
  Figure area_nand2, memory_nand2, total_nand2, total_mm2;
};

/// A figure's name in tables.
struct FigureName {
  const char* name;
  Figure Figures::*member;
};

/// In the order of tables.
const std::vector<FigureName>& figure_names();

/// Reads those that are there. Throws UserError.
void read_figures(const json::Value& from, Figures& to);
void write_figures(const Figures& figures, json::Json& to);

/// Removes a kept result that says of a failure.
void drop_failed(const std::filesystem::path& file);

struct Row {
  std::string network, config, key;
  std::vector<results::Setting> settings;
  Figures figures;
  std::string error;                  ///< why there are no figures, or not all
  std::vector<std::string> commands;  ///< that repeat it, in the study's folder

  bool ok() const { return error.empty(); }
  /// "gates channels, share 0.15"; of these knobs.
  std::string settings_text(const std::vector<std::string>& knobs) const;
};

struct StudyResult {
  std::string title;
  std::vector<std::string> knobs;  ///< that rows have, in the order of tables
  double clock_mhz = 0;
  int count = 0, images = 0;
  bool area = false;
  std::string energy_note, area_note;  ///< what these rest on
  std::vector<Row> rows;

  /// Knobs whose value is not the same in all rows.
  std::vector<std::string> varied() const;
};

std::string results_csv(const StudyResult& study);
json::Json json_of(const StudyResult& study);

/// What accuracies are held against.
struct Cost {
  const char* title;  ///< "cycles of a frame"
  const char* word;   ///< "fewer cycles"
  Figure Figures::*member;
};
/// Those that some row has.
std::vector<Cost> costs_of(const StudyResult& study);

/// Rows that have both, and which of them no other beats: indices into the first.
struct Front {
  std::vector<std::size_t> rows, best;
};
Front front_of(const StudyResult& study, const Cost& cost);

/// Failures by message, and the fronts.
std::string results_text(const StudyResult& study);

}  // namespace sluice::study
