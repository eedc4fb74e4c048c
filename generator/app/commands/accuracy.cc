// SPDX-License-Identifier: Apache-2.0
// sluice accuracy NETWORK.onnx: the golden model on many images.
#include "verif/golden/accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/host_note.h"
#include "generator/app/image_options.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/util/text.h"
#include "verif/golden/outputs.h"

namespace sluice::app {
namespace {

struct AccuracyOptions {
  std::vector<std::string> networks;
  ImageOptions images;
  std::string outputs;
  int count = 10000;
  bool json = false, ungated = false, no_host = false, every_map = false;
};

std::string report_text(const std::string& path, const golden::AccuracyReport& report) {
  std::string text =
      report.labelled
          ? fmt::format("{}: {:.2f} % of {} images", path, 100 * report.accuracy(), report.images)
          : fmt::format("{}: {} without labels", path, count_of(report.images, "image"));
  if (!report.gated_layers.empty()) {
    text +=
        fmt::format("; gated layers: {:.3f}x fewer multiply-accumulates\n", report.mac_reduction());
  } else {
    text += "\n";
  }
  for (const golden::GateStatistics& layer : report.gated_layers) {
    text += fmt::format("  {:<12} {:>5.1f} % of gates open, {:.3f}x\n", layer.name,
                        100 * layer.open_share(),
                        static_cast<double>(layer.all_macs()) / layer.done_macs());
  }
  return text;
}

nlohmann::ordered_json report_json(const std::string& path, const golden::AccuracyReport& report) {
  nlohmann::ordered_json json;
  json["network"] = path;
  json["images"] = report.images;
  if (report.labelled) {
    json["correct"] = report.correct;
    json["accuracy"] = report.accuracy();
  }
  json["mac_reduction"] = report.mac_reduction();
  for (const golden::GateStatistics& layer : report.gated_layers) {
    json["gated_layers"].push_back({{"name", layer.name},
                                    {"open_share", layer.open_share()},
                                    {"macs_all", layer.all_macs()},
                                    {"macs_done", layer.done_macs()}});
  }
  return json;
}

int run_accuracy(const AccuracyOptions& options) {
  if (!options.outputs.empty() && options.networks.size() > 1) {
    return fail("--outputs is for one network; this names several", options.json);
  }
  Progress progress;
  return guarded(options.json, [&]() -> int {
    if (!options.outputs.empty()) golden::Outputs::check(options.outputs);
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const std::string& path : options.networks) {
      const std::vector<net::Network> chain = load_chain(path, options.no_host);
      const data::ImageSet images = load_images(chain, path, options.images, options.count, 0);
      progress.show(fmt::format("{}: {} images", path, std::min(options.count, images.count)));
      golden::Outputs outputs(chain, options.every_map);
      const auto report =
          golden::measure(chain, images, options.count, !options.ungated,
                          [&](const std::vector<golden::LayerResult>& layers) {
                            if (options.outputs.empty()) return;
                            outputs.add(golden::results_of(chain.back(), layers), layers);
                          });
      progress.clear();
      if (!options.outputs.empty()) outputs.write(options.outputs);
      if (options.json) {
        json.push_back(report_json(path, report));
        add_host(json.back(), chain);
      } else {
        fmt::print("{}{}", report_text(path, report), host_text(chain));
        std::fflush(stdout);
      }
    }
    if (options.json) fmt::print("{}\n", json_text(json));
    return kExitOk;
  });
}

}  // namespace

void add_accuracy(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<AccuracyOptions>();
  CLI::App* command = program.add_subcommand(
      "accuracy",
      "Evaluate networks on images with the golden model: accuracy and work left by the gates");
  command->add_option("NETWORK", options->networks, "ONNX or TFLite files with integer weights")
      ->required();
  options->images.offers_labels = true;
  add_image_options(*command, options->images);
  command
      ->add_option("--outputs", options->outputs,
                   "NPZ file to write: for each image 'output', as the ONNX graph has it, and "
                   "'codes'")
      ->check(not_empty);
  add_every_map_option(*command, options->every_map);
  command->add_option("--count", options->count, "Images to evaluate (10000)")
      ->check(CLI::Range(1, 1000000));
  add_no_host_option(*command, options->no_host);
  command->add_flag("--ungated", options->ungated,
                    "Ignore the gates: every output gets its whole sum");
  command->add_flag("--json", options->json, "Print results and errors as JSON on standard output");
  command->footer("Example:\n  sluice accuracy verif/networks/fashion_block8.onnx --count 1000");
  command->callback([options, &exit_code] { exit_code = run_accuracy(*options); });
}

}  // namespace sluice::app
