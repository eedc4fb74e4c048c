// SPDX-License-Identifier: Apache-2.0
#include "generator/app/checked_results.h"

#include <algorithm>

#include "generator/sweep/point_estimate.h"

namespace sluice::app {
namespace {

using json::Value;

constexpr std::size_t kMostSweepValues = 64'000'000;
constexpr std::size_t kMostBounds = 8;  // pieces of a layer's bar

/// Names of all figures that any sweep has.
const std::vector<std::string>& all_figures() {
  static const std::vector<std::string> names = [] {
    sweep::Spec spec;
    spec.estimate.compare = spec.area.measure = true;
    return sweep::figure_names(spec);
  }();
  return names;
}

constexpr const char* kFlags[] = {"runs_whole", "gates_even_by_construction"};

bool is_flag(const std::string& name) {
  return std::find(std::begin(kFlags), std::end(kFlags), name) != std::end(kFlags);
}

/// What a network without gates, or one that fits only with them, does not have.
bool is_optional(const std::string& name) {
  return name == "gates_even_by_construction" || name == "cycles_without_gates" ||
         name == "measured_speedup" || name == "theoretical_speedup";
}

double amount(const Value& value) { return value.number(0, json::kLargest); }

void check_layer(const Value& layer) {
  layer.at("name").text();
  if (!layer.at("on_accelerator").flag()) return;
  for (const char* name : {"cycles", "macs_done", "read_bytes", "write_bytes"}) {
    amount(layer.at(name));
  }
  layer.at("gated").flag();
  const auto shares = layer.at("shares").members();
  if (shares.size() > kMostBounds) layer.at("shares").fail("an object of at most 8 shares");
  for (const auto& [name, share] : shares) share.number(0, 1);
}

void check_block(const Value& block) {
  amount(block.at("nand2"));
  block.at("percent").number(0, 100.001);  // rounded sums
  block.at("flip_flops").count();
}

/// Reads a file within the limits of its kind, and checks it.
json::Json read_checked(const std::string& file, const InputKind& kind, const std::string& remedy,
                        std::size_t most_values, void (*check)(const Value&)) {
  json::Document document(read_input(file, kind, remedy), {file, remedy}, most_values);
  check(document.root());
  return document.take();
}

}  // namespace

void check_point(const Value& point) {
  point.at("network").text();
  point.at("set").members();
  const auto off = point.find("layers_off_accelerator");
  const bool whole = !off || off->count() == 0;
  for (const char* name : kFlags) {
    if (const auto flag = point.find(name)) flag->flag();
  }
  for (const std::string& name : all_figures()) {
    const auto figure = point.find(name);
    if (figure && !is_flag(name)) amount(*figure);
  }
  if (!point.at("ok").flag()) {
    point.at("error").text();
    return;
  }
  point.at("macs_per_cycle_8").positive();
  if (!whole) return;
  point.at("frames_per_second").positive();
  amount(point.at("utilisation"));
}

bool has_figures(const json::Json& point, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [&point](const std::string& name) {
    return is_optional(name) || point.contains(name);
  });
}

void check_sweep(const Value& sweep) {
  if (const auto base = sweep.find("base")) base->text();
  for (const Value& key : sweep.at("keys").items()) key.text();
  sweep.at("clock_mhz").positive();
  for (const Value& point : sweep.at("points").items()) check_point(point);
}

void check_estimate(const Value& estimate) {
  estimate.at("network").text();
  estimate.at("design").text();
  for (const char* name : {"macs_per_cycle_8", "memory_bytes_per_cycle", "clock_mhz"}) {
    estimate.at(name).positive();
  }
  bool any_layer = false;
  for (const Value& layer : estimate.at("layers").items()) {
    check_layer(layer);
    any_layer = any_layer || layer.at("on_accelerator").flag();
  }
  for (const char* name : {"not_run", "gates_note"}) {
    if (const auto note = estimate.find(name)) note->text();
  }
  // Of a network that does not run whole, sums are those of its layers that run
  const auto parts = estimate.find("layers_that_run");
  const auto frames = estimate.find("frames_per_second");
  if (!parts && frames) frames->positive();
  const Value& sums = parts ? *parts : estimate;
  sums.at("cycles").integer(any_layer ? 1 : 0, static_cast<std::int64_t>(json::kLargest));
  amount(sums.at("utilisation"));
}

void check_area(const Value& area) {
  area.at("design").text();
  for (const auto& [name, block] : area.at("blocks").members()) check_block(block);
  amount(area.at("total").at("nand2"));
  amount(area.at("nand2_per_mac"));
  area.at("memory_bits").count();
  area.at("library").text();
  area.at("recipe").text();
}

json::Json read_sweep(const std::string& file) {
  return read_checked(file, input::kSweepJson, "make it with sluice sweep SWEEP.yaml -o DIR",
                      kMostSweepValues, check_sweep);
}

json::Json read_estimate(const std::string& file) {
  return read_checked(file, input::kJson, "make it with sluice estimate CONFIG NETWORK --json",
                      SIZE_MAX, check_estimate);
}

json::Json read_area(const std::string& file) {
  return read_checked(file, input::kJson, "make it with sluice area CONFIG --json", SIZE_MAX,
                      check_area);
}

}  // namespace sluice::app
