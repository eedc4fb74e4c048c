// SPDX-License-Identifier: Apache-2.0
// sluice quantise FLOAT.onnx -o OUT.onnx: post-training quantisation.
#include "generator/quantise/quantise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "generator/app/command.h"
#include "generator/app/errors.h"
#include "generator/app/float_images.h"
#include "generator/app/image_options.h"
#include "generator/app/json_text.h"
#include "generator/app/progress.h"
#include "generator/app/quantise_search.h"
#include "generator/app/quantise_table.h"
#include "generator/config/reader.h"
#include "generator/network/import_network.h"
#include "generator/plan/plan.h"
#include "generator/quantise/evaluate.h"
#include "generator/util/input_file.h"
#include "generator/util/write_file.h"
#include "verif/golden/accuracy.h"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;

struct QuantiseOptions {
  std::string network, output, bits = "8";
  std::string clip = "mse", clip_weights, activations = "uint8";
  ImageOptions images;
  int count = 100, test_count = 1000;
  std::string search;  ///< a config; empty: none
  double drop = 0.01, split = 0;
  bool per_tensor = false, json = false;
};

/// ONNX files that this command wrote: the producer's name stands behind the version, of a byte.
const OwnFile& own_file() {
  static const OwnFile own = {"network that Sluice quantised", [](std::string_view head) {
                                return head.starts_with("\x08") && head.size() > 2 &&
                                       head.substr(2).starts_with("\x12\x06sluice");
                              }};
  return own;
}

quantise::Widths widths_of(const std::string& bits) {
  if (!fs::is_regular_file(bits)) return quantise::Widths::parse(bits);
  try {
    return quantise::Widths::parse(read_input(bits, input::kTable, "give bits of layers"));
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", bits, error.what()));
  }
}

quantise::Options method_of(const QuantiseOptions& options) {
  quantise::Options method;
  method.clip = *quantise::clip_named(options.clip);
  method.clip_weights = quantise::clip_named(options.clip_weights);
  method.is_signed = options.activations == "int8";
  method.per_tensor = options.per_tensor;
  method.split = options.split;
  method.widths = widths_of(options.bits);
  return method;
}

quantise::Progress shown(Progress& progress, const std::string& what) {
  return [&progress, what](std::size_t done, std::size_t all) {
    progress.show(fmt::format("{}: {} of {} images", what, done, all));
  };
}

/// Images that the float network classifies as their labels say.
int correct_in_float(const quantise::FloatNetwork& network, const data::ImageSet& images,
                     const quantise::Progress& progress) {
  const quantise::Evaluator evaluator(network);
  const quantise::Images all = float_images(network, images, images.count);
  int correct = 0;
  for (std::size_t i = 0; i < all.count; ++i) {
    const auto result = evaluator.run(all.image(i)).reals;
    const auto largest = std::max_element(result.begin(), result.end()) - result.begin();
    correct += largest == images.labels[i] ? 1 : 0;
    progress(i + 1, all.count);
  }
  return correct;
}

/// A network on its way from float to codes.
class Work {
 public:
  Work(const QuantiseOptions& options, Progress& progress)
      : options_(options),
        progress_(progress),
        method_(method_of(options)),
        quantiser_(options.network),
        images_(load_float_images(quantiser_.network(), options.network, options.images,
                                  options.count, options.test_count)) {
    method_.widths.check(quantiser_.layers());
    result_.network = options.network;
    result_.output = options.output;
    result_.images = images_.count;
    result_.left = quantiser_.left();
  }

  void calibrate() { quantiser_.calibrate(calibration(), shown(progress_, "calibrating")); }

  /// Replaces the bits by those with which a design takes the fewest cycles.
  void search(const Plan& plan) {
    if (!images_.labelled())
      throw UserError("--search needs labels, to measure accuracies: give --labels FILE");
    const int real = in_float();
    const double least = real - options_.drop * images_.test.count;
    result_.search = search_widths(quantiser_, method_, images_, plan,
                                   static_cast<int>(std::ceil(least - 1e-9)), progress_);
    result_.search->config = options_.search;
    method_.widths = result_.search->widths;
  }

  void write() {
    const quantise::QdqNetwork quantised = quantiser_.quantised(method_);
    result_.layers = quantiser_.report(method_, quantised, calibration(),
                                       shown(progress_, "comparing with float"));
    write_output(options_.output, quantise::onnx_file(quantised.network), own_file());
  }

  /// Imports the file that was written, and classifies the images with the golden model.
  void try_network() {
    std::optional<net::Network> network;
    try {
      network = net::import_network(options_.output);
    } catch (const UserError& error) {
      result_.refused = error;
    }
    if (!images_.labelled()) return;
    Accuracies found{images_.test.count, in_float(), std::nullopt, images_.test_what};
    progress_.show(fmt::format("accuracy, quantised: {} images", found.images));
    if (network) found.codes = golden::measure(*network, images_.test, found.images, true).correct;
    result_.accuracies = found;
  }

  const QuantiseResult& result() const { return result_; }

 private:
  quantise::Images calibration() const {
    return float_images(quantiser_.network(), images_.calibration, images_.count);
  }

  int in_float() {
    if (!in_float_)
      in_float_ = correct_in_float(quantiser_.network(), images_.test,
                                   shown(progress_, "accuracy in float"));
    return *in_float_;
  }

  const QuantiseOptions& options_;
  Progress& progress_;
  quantise::Options method_;
  quantise::Quantiser quantiser_;
  FloatImages images_;
  QuantiseResult result_;
  std::optional<int> in_float_;
};

int run_quantise(const QuantiseOptions& options) {
  Diagnostics diagnostics;
  std::optional<Config> config;
  if (!options.search.empty()) {
    config = load_config(options.search, {}, diagnostics);
    if (!config) return report(diagnostics, options.json, "");
  }
  return guarded(options.json, [&]() -> int {
    Progress progress;
    require_replaceable(options.output, own_file());
    progress.show(fmt::format("reading {}", options.network));
    Work work(options, progress);
    work.calibrate();
    if (config) work.search(make_plan(*config));
    work.write();
    work.try_network();
    progress.clear();
    if (options.json)
      fmt::print("{}\n", json_text(quantise_json(work.result())));
    else
      fmt::print("{}", quantise_text(work.result()));
    return kExitOk;
  });
}

void add_search_options(CLI::App& command, QuantiseOptions& options) {
  CLI::Option* search =
      command
          .add_option("--search", options.search,
                      "Find the bits of each layer with which this design, a YAML file, takes the "
                      "fewest cycles; needs labels")
          ->type_name("CONFIG")
          ->check(not_empty);
  command
      .add_option("--drop", options.drop,
                  "How much of the float network's accuracy --search may lose (0.01)")
      ->check(CLI::Range(0.0, 1.0))
      ->needs(search);
}

void add_method_options(CLI::App& command, QuantiseOptions& options) {
  const auto methods = CLI::IsMember({"max", "mse", "aciq", "kl"});
  command
      .add_option("--clip", options.clip,
                  "How the range of a map is chosen: max (all values), mse (least squared error), "
                  "aciq (closed form) or kl (least divergence) (mse)")
      ->check(methods);
  command
      .add_option("--clip-weights", options.clip_weights,
                  "The same of weights (max of 8 bits, mse of 4)")
      ->check(methods);
  command
      .add_option("--bits", options.bits,
                  "Bits of weights, 2 to 8: of all layers, as NAME=BITS,.. or a file of these; 4x4 "
                  "is 4 bits of weights and of the layer's input (8)")
      ->type_name("BITS|FILE")
      ->check(not_empty);
  command
      .add_option("--split", options.split,
                  "Share of a layer's input channels whose large weights are split in two, in "
                  "layers of less than 8 bits (0)")
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--activations", options.activations, "Type of maps: uint8 or int8 (uint8)")
      ->check(CLI::IsMember({"uint8", "int8"}));
  command.add_flag("--per-tensor", options.per_tensor,
                   "One scale for all weights of a layer, not one for each output channel");
}

}  // namespace

void add_quantise(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<QuantiseOptions>();
  CLI::App* command = program.add_subcommand(
      "quantise", "Quantise a float network: integer weights and maps, calibrated on images");
  command->add_option("NETWORK", options->network, "ONNX file with float weights")
      ->required()
      ->check(not_empty);
  command->add_option("-o,--output", options->output, "ONNX file to write")
      ->required()
      ->check(not_empty);
  options->images.offers_labels = true;
  options->images.without = "Fashion-MNIST training images";
  add_image_options(*command, options->images);
  command->add_option("--count", options->count, "Images to calibrate with (100)")
      ->check(CLI::Range(1, 1000000));
  command
      ->add_option("--test-count", options->test_count,
                   "Images with labels to measure accuracies on: those behind the ones that "
                   "calibrate (1000)")
      ->check(CLI::Range(1, 1000000));
  add_method_options(*command, *options);
  add_search_options(*command, *options);
  command->add_flag("--json", options->json, "Print results and errors as JSON on standard output");
  command->footer(
      "Example:\n  sluice quantise float.onnx -o net.onnx --images images.npy --labels labels.npy");
  command->callback([options, &exit_code] { exit_code = run_quantise(*options); });
}

}  // namespace sluice::app
