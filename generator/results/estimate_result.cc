// SPDX-License-Identifier: Apache-2.0
#include "generator/results/estimate_result.h"

#include <fmt/format.h>

#include <algorithm>

#include "generator/estimate/gate_note.h"
#include "generator/results/gains.h"

namespace sluice::results {
namespace {

using estimate::Bound;

LayerResult layer_result(const estimate::LayerEstimate& from, bool with_gains) {
  LayerResult layer;
  layer.name = from.name;
  layer.kind = from.kind;
  layer.on_accelerator = from.on_accelerator;
  layer.note = from.note;
  layer.computed_with = from.computed_with;
  const LayerFigures::Source source{from, with_gains};
  layer.figures = filled<LayerFigures>(source);
  if (!from.on_accelerator) return layer;
  layer.bound = text_of(from.with.bound);
  for (int k = 0; k < estimate::kBounds; ++k) {
    layer.shares.push_back({text_of(static_cast<Bound>(k)), from.with.share[k]});
  }
  layer.accesses = from.with.accesses;
  layer.work = from.with.work;
  if (source.compared()) layer.gain = filled<Gain>({from.speedup(), from.theory()});
  return layer;
}

/// Of the memories that the design uses.
Json accesses_json(const cycles::Accesses& accesses) {
  Json json = Json::object();
  for (std::size_t k = 0; k < kMemoryKinds; ++k) {
    if (accesses.reads[k] == 0 && accesses.writes[k] == 0) continue;
    json[key_of(static_cast<MemoryKind>(k))] = {{"reads", accesses.reads[k]},
                                                {"writes", accesses.writes[k]}};
  }
  return json;
}

Json work_json(const cycles::Work& work) {
  return {{"products_8", work.products_of(8)},
          {"products_4", work.products_of(4)},
          {"products_2", work.products_of(2)},
          {"accumulations", work.accumulations},
          {"gate_decisions", work.gate_decisions},
          {"requantisations", work.requantisations},
          {"additions", work.additions}};
}

Json layer_json(const LayerResult& layer) {
  Json json;
  json["name"] = layer.name;
  json["kind"] = layer.kind;
  json["on_accelerator"] = layer.on_accelerator;
  if (!layer.note.empty()) json["note"] = layer.note;
  if (!layer.computed_with.empty()) json["computed_with"] = layer.computed_with;
  write(json, layer.figures, Place::kWork);
  if (!layer.on_accelerator) return json;
  json["bound"] = layer.bound;
  for (const Share& share : layer.shares) json["shares"][share.name] = share.share;
  write(json, layer.figures, Place::kTraffic);
  json["accesses"] = accesses_json(layer.accesses);
  json["work"] = work_json(layer.work);
  write(json, layer.gain);
  return json;
}

/// For each multiply-accumulate that is done, in fJ.
double fj_per_mac(const Energy& energy, const std::optional<std::int64_t>& macs) {
  return macs.value_or(0) > 0 ? 1e9 * energy.total() / static_cast<double>(*macs) : 0;
}

Json energy_json(const EstimateResult& result) {
  const EnergyResult& energy = *result.energy;
  Json json = json_of(energy.with);
  json["fj_per_mac"] = fj_per_mac(energy.with, result.sums().macs_done);
  json["basis"] = json_of(energy.basis);
  return json;
}

Json gain_json(const Gain& gain) {
  Json json;
  write(json, gain);
  return json;
}

/// Sums over the layers on the accelerator: figures of the network if that is all of them.
Json sums_json(const EstimateResult& result) {
  Json json;
  write(json, result.sums(), Place::kSums);
  json["accesses"] = accesses_json(result.accesses);
  json["work"] = work_json(result.work);
  if (result.all_layers != Gain{}) {
    json["gated_layers"] = gain_json(result.gated_layers);
    json[result.whole() ? "whole_network" : "all_layers"] = gain_json(result.all_layers);
  }
  if (result.energy) {
    json["energy"] = energy_json(result);
    if (result.energy->without) {
      json["energy_without_gates"] = json_of(*result.energy->without);
      json["energy_without_gates"]["fj_per_mac"] =
          fj_per_mac(*result.energy->without, result.sums().macs);
    }
  }
  return json;
}

/// The sums at the top; or, if they are not of the network, in an object of their own.
void add_sums(Json& json, const EstimateResult& result) {
  if (result.whole()) {
    write(json, result.figures, Place::kSpeed);
    json.update(sums_json(result));
    return;
  }
  json["frames_per_second"] = nullptr;
  json["cycles"] = nullptr;
  json["layers_that_run"] = sums_json(result);
}

std::string text_if_there(const json::Value& from, const char* name) {
  const auto text = from.find(name);
  return text ? text->text() : "";
}

constexpr std::size_t kMostBounds = estimate::kBounds;  // pieces of a layer's bar

LayerResult layer_of(const json::Value& from) {
  LayerResult layer;
  layer.name = from.at("name").text();
  layer.on_accelerator = from.at("on_accelerator").flag();
  layer.kind = text_if_there(from, "kind");
  layer.note = text_if_there(from, "note");
  layer.computed_with = text_if_there(from, "computed_with");
  if (layer.on_accelerator) {
    for (const Place place : {Place::kWork, Place::kTraffic}) {
      require<LayerFigures>(from, place, kEstimateChart);
    }
    const auto shares = from.at("shares").members();
    if (shares.size() > kMostBounds)
      from.at("shares").fail(fmt::format("an object of at most {} shares", kMostBounds));
    for (const auto& [name, share] : shares) layer.shares.push_back({name, share.number(0, 1)});
  }
  layer.bound = text_if_there(from, "bound");
  read(from, layer.figures);
  read(from, layer.gain);
  return layer;
}

/// Reads sums into `figures`, and what gates gain into the result.
void read_sums(const json::Value& sums, EstimateResult& result, NetworkFigures& figures) {
  const bool any_layer = std::any_of(result.layers.begin(), result.layers.end(),
                                     [](const LayerResult& layer) { return layer.on_accelerator; });
  sums.at("cycles").integer(any_layer ? 1 : 0, static_cast<std::int64_t>(json::kLargest));
  require<NetworkFigures>(sums, Place::kSums, kEstimateChart);
  read(sums, figures, [](const Column<NetworkFigures>& one) { return one.place == Place::kSums; });
  if (const auto gain = sums.find("gated_layers")) read(*gain, result.gated_layers);
  const auto gain = sums.find(result.whole() ? "whole_network" : "all_layers");
  if (!gain) return;
  read(*gain, result.all_layers);
  if (!result.whole()) return;
  read(*gain, figures, [](const Column<NetworkFigures>& one) { return one.place == Place::kGain; });
}

}  // namespace

double LayerResult::share_of(const std::string& wanted) const {
  for (const Share& share : shares) {
    if (share.name == wanted) return share.share;
  }
  return 0;
}

std::string not_run_text(const estimate::Estimate& result) {
  const auto first =
      std::find_if(result.layers.begin(), result.layers.end(),
                   [](const estimate::LayerEstimate& layer) { return !layer.on_accelerator; });
  if (first == result.layers.end()) return "";
  return fmt::format("{} of {} layers NOT RUN; the first: {}: {}", result.off_accelerator(),
                     result.layers.size(), first->name, first->note);
}

NetworkFigures network_figures(const NetworkFigures::Source& of) {
  NetworkFigures figures = filled<NetworkFigures>(of);
  for (const Column<NetworkFigures>& one : columns<NetworkFigures>()) {
    if (one.place == Place::kSums && !of.result.whole()) one.clear(figures);
  }
  return figures;
}

EstimateResult estimate_result(const estimate::Estimate& estimate, const Plan& plan,
                               double megahertz) {
  EstimateResult result;
  result.design = plan.config.name;
  result.hash = plan.hash;
  result.network = estimate.network;
  result.not_run = not_run_text(estimate);
  result.gates_note = estimate::gates_note(estimate);
  const NetworkFigures::Source source{estimate, plan, megahertz, nullptr};
  result.figures = network_figures(source);
  if (!estimate.whole()) {
    result.layers_that_run.emplace();
    for (const Column<NetworkFigures>& one : columns<NetworkFigures>()) {
      if (one.place == Place::kSums) one.fill(source, *result.layers_that_run);
    }
  }
  if (has_gains(estimate)) {
    result.gated_layers = gated_layers_gain(estimate);
    result.all_layers = all_layers_gain(estimate);
  }
  result.accesses = estimate.accesses;
  result.work = estimate.work;
  for (const estimate::LayerEstimate& layer : estimate.layers) {
    result.layers.push_back(layer_result(layer, estimate.compared));
  }
  return result;
}

Json json_of(const EstimateResult& result) {
  Json json;
  json["ok"] = result.whole();
  if (!result.whole()) {
    json["not_run"] = result.not_run;
    json["errors"] = {{{"message", result.not_run}}};
  }
  write(json, result.figures, Place::kWhole);
  json["design"] = result.design;
  json["hash"] = result.hash;
  json["network"] = result.network;
  write(json, result.figures, Place::kDesign);
  add_sums(json, result);
  write(json, result.figures, Place::kGates);
  if (!result.gates_note.empty()) json["gates_note"] = result.gates_note;
  for (std::size_t k = 0; k < result.layers.size(); ++k) {
    json["layers"].push_back(layer_json(result.layers[k]));
    if (!result.energy || !result.layers[k].on_accelerator) continue;
    json["layers"].back()["energy_uj"] = levels_json(result.energy->layers[k]);
  }
  return json;
}

EstimateResult estimate_of(const json::Value& from) {
  EstimateResult result;
  result.network = from.at("network").text();
  result.design = from.at("design").text();
  result.hash = text_if_there(from, "hash");
  require<NetworkFigures>(from, Place::kDesign, kEstimateChart);
  for (const json::Value& layer : from.at("layers").items()) {
    result.layers.push_back(layer_of(layer));
  }
  result.not_run = text_if_there(from, "not_run");
  result.gates_note = text_if_there(from, "gates_note");
  const auto parts = from.find("layers_that_run");
  // What runs in part has no figures of the network
  const auto of_network = [&parts](const Column<NetworkFigures>& one) {
    return one.place != Place::kSums && (!parts || one.place != Place::kSpeed);
  };
  if (const auto frames = parts ? std::nullopt : from.find("frames_per_second")) {
    frames->positive();
  }
  if (parts) result.layers_that_run.emplace();
  read_sums(parts ? *parts : from, result, parts ? *result.layers_that_run : result.figures);
  read(from, result.figures, of_network);
  return result;
}

EstimateResult read_estimate(const std::string& file) {
  const std::string remedy = "make it with sluice estimate CONFIG NETWORK --json";
  const json::Document document(read_input(file, input::kJson, remedy), {file, remedy});
  return estimate_of(document.root());
}

}  // namespace sluice::results
