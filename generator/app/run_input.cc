// SPDX-License-Identifier: Apache-2.0
#include "generator/app/run_input.h"

#include "generator/app/host_note.h"
#include "generator/estimate/read_layers.h"
#include "generator/network/import_network.h"
#include "verif/run/drawn_network.h"

namespace sluice::app {
namespace {

constexpr int kOnnxImages = 20, kListImages = 1;

RunInput read_onnx(const RunInputOptions& options) {
  RunInput input;
  input.chain = load_chain(options.network, options.no_host);
  input.count = options.count > 0 ? options.count : kOnnxImages;
  input.images =
      load_images(input.chain, options.network, options.images, input.count, options.seed);
  if (options.calibrate > 0 && options.images.fashion_mnist()) {
    input.density = training_density(input.chain, options.network, options.calibrate);
  }
  return input;
}

RunInput draw_list(const Plan& plan, const RunInputOptions& options) {
  run::DrawOptions draw;
  draw.images = options.count > 0 ? options.count : kListImages;
  draw.density = options.density;
  draw.seed = options.seed;
  const estimate::Densities densities = estimate::densities_of(options.densities);
  draw.spread = densities.spread;
  run::DrawnNetwork drawn =
      run::draw_network(plan, estimate::list_of(options.network, densities.file), draw);
  return {{std::move(drawn.network)},
          std::move(drawn.images),
          draw.images,
          std::move(drawn.density),
          draw.spread};
}

}  // namespace

RunInput load_run_input(const Plan& plan, const RunInputOptions& options) {
  return net::is_network_file(options.network) ? read_onnx(options) : draw_list(plan, options);
}

}  // namespace sluice::app
