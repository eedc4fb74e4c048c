#include "app/run_input.h"

#include "estimate/builtin.h"
#include "estimate/read_layers.h"
#include "network/import_onnx.h"
#include "run/drawn_network.h"
#include "run/network_run.h"

namespace sluice::app {
namespace {

constexpr int kOnnxImages = 20, kListImages = 1;

void keep_first(data::ImageSet& images, int count) {
  if (count >= images.count) return;
  images.count = count;
  images.pixels.resize(images.image_size() * count);
  if (!images.labels.empty()) images.labels.resize(count);
}

RunInput read_onnx(const RunInputOptions& options) {
  RunInput input;
  input.network = net::import_onnx(options.network);
  input.images = options.images.empty() ? data::fashion_mnist(data::Split::kTest)
                                        : data::read_images(options.images, options.labels);
  keep_first(input.images, options.count > 0 ? options.count : kOnnxImages);
  if (options.calibrate > 0 && options.images.empty()) {
    input.density = run::measure_density(input.network, data::fashion_mnist(data::Split::kTrain),
                                         options.calibrate);
  }
  return input;
}

RunInput draw_list(const Plan& plan, const RunInputOptions& options) {
  auto list = estimate::builtin(options.network);
  if (!list) list = estimate::read_layers(options.network);
  if (!options.densities.empty()) estimate::read_densities(options.densities, *list);
  run::DrawOptions draw;
  draw.images = options.count > 0 ? options.count : kListImages;
  draw.density = options.density;
  draw.seed = options.seed;
  run::DrawnNetwork drawn = run::draw_network(plan, *list, draw);
  return {std::move(drawn.network), std::move(drawn.images), std::move(drawn.density)};
}

}  // namespace

RunInput load_run_input(const Plan& plan, const RunInputOptions& options) {
  return options.network.ends_with(".onnx") ? read_onnx(options) : draw_list(plan, options);
}

}  // namespace sluice::app
