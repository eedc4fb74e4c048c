// SPDX-License-Identifier: Apache-2.0
// Benchmark: how unevenly the gates of trained networks are open, over blocks, images and
// positions. What `estimate` draws gates by (generator/estimate/gates.h) is measured here.
//
//   build/bench_gate_spread verif/networks/fashion_block8.onnx --count 500
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>

#include "generator/estimate/gates.h"
#include "generator/network/import_network.h"
#include "verif/data/fashion_mnist.h"
#include "verif/golden/golden.h"
#include "verif/golden/images.h"

namespace {

using namespace sluice;

struct Options {
  std::vector<std::string> networks;
  int count = 500;
};

/// Sums of pairs of bits, for their correlation.
struct Pairs {
  double n = 0, both = 0, first = 0, second = 0;

  void add(int a, int b) {
    n += 1;
    both += a & b;
    first += a;
    second += b;
  }
  /// Covariance over variance; the pairs of one image and block, relative to their own means.
  double covariance() const { return n > 0 ? both / n - first / n * (second / n) : 0; }
};

/// One gated layer over all images.
struct Layer {
  std::string name;
  int blocks = 0, height = 0, width = 0;
  std::vector<std::vector<double>> open;            ///< [image][block], of height x width positions
  double along = 0, along_variance = 0;             ///< neighbours in a row or column
  double blocks_together = 0, blocks_variance = 0;  ///< blocks at one position

  double positions() const { return double(height) * width; }
};

/// Log-odds; half an open position more, so that none and all have some.
double log_odds(double open, double of) { return std::log((open + 0.5) / (of - open + 0.5)); }

struct Spread {
  double mean = 0, deviation = 0;
};

Spread spread_of(const std::vector<double>& values) {
  Spread spread;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) spread.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  if (values.size() > 1) spread.deviation = std::sqrt(squares / (n - 1));
  return spread;
}

/// Correlation of neighbours within the blocks' maps of one image, and of blocks at one position.
void add_correlations(const std::vector<std::uint8_t>& open, Layer& layer) {
  const int blocks = layer.blocks, width = layer.width;
  const auto at = [&](int y, int x, int b) { return open[(y * width + x) * blocks + b]; };
  std::vector<double> share(blocks);
  for (int b = 0; b < blocks; b++) {
    Pairs pairs;
    double ones = 0;
    for (int y = 0; y < layer.height; y++) {
      for (int x = 0; x < width; x++) {
        ones += at(y, x, b);
        if (x + 1 < width) pairs.add(at(y, x, b), at(y, x + 1, b));
        if (y + 1 < layer.height) pairs.add(at(y, x, b), at(y + 1, x, b));
      }
    }
    share[b] = ones / layer.positions();
    layer.along += pairs.covariance();
    layer.along_variance += share[b] * (1 - share[b]);
  }
  for (int y = 0; y < layer.height; y++) {
    for (int x = 0; x < width; x++) {
      double sum = 0, squares = 0;
      for (int b = 0; b < blocks; b++) {
        const double off = at(y, x, b) - share[b];
        sum += off;
        squares += off * off;
      }
      layer.blocks_together += (sum * sum - squares) / (blocks - 1);
      layer.blocks_variance += squares;
    }
  }
}

/// `open`: [y][x][block], of one image.
void add_image(const std::vector<std::uint8_t>& open, Layer& layer) {
  std::vector<double> counts(layer.blocks, 0);
  for (std::size_t i = 0; i < open.size(); i++) counts[i % layer.blocks] += open[i];
  layer.open.push_back(counts);
  add_correlations(open, layer);
}

/// The same of gates as `estimate` draws them.
Layer draw(const Layer& like, double share, int count) {
  Layer layer;
  layer.name = "drawn";
  layer.blocks = like.blocks;
  layer.height = like.height;
  layer.width = like.width;
  for (int image = 0; image < count; image++) {
    const auto map = estimate::draw_uneven_gates(layer.blocks, 1, layer.height, layer.width, share,
                                                 layer.blocks, image);
    std::vector<std::uint8_t> open;
    for (int y = 0; y < layer.height; y++) {
      for (int x = 0; x < layer.width; x++) {
        for (int b = 0; b < layer.blocks; b++) open.push_back(map.open(b, y, x));
      }
    }
    add_image(open, layer);
  }
  return layer;
}

std::vector<Layer> measure(const net::Network& network, const data::ImageSet& images, int count) {
  std::vector<Layer> layers(network.layers.size());
  for (int image = 0; image < count; image++) {
    const auto results =
        golden::evaluate(network, golden::input_tensor(network, images, image), true);
    for (std::size_t k = 0; k < results.size(); k++) {
      if (results[k].open.empty()) continue;
      const int block = network.layers[k].gate->block;
      Layer& layer = layers[k];
      layer.name = network.layers[k].name;
      layer.blocks = results[k].output.channels / block;
      layer.height = results[k].output.height;
      layer.width = results[k].output.width;
      std::vector<std::uint8_t> open;  // [y][x][block]
      for (std::size_t i = 0; i < results[k].open.size(); i += block) {
        open.push_back(results[k].open[i]);
      }
      add_image(open, layer);
    }
  }
  std::erase_if(layers, [](const Layer& layer) { return layer.open.empty(); });
  return layers;
}

struct Figures {
  double share = 0, least = 1, most = 0, blocks = 0, images = 0, both = 0, along = 0, together = 0;
};

/// Shares of blocks and images in log-odds, as if they added up: l(block, image) = layer + block +
/// image + rest.
Figures figures_of(const Layer& layer) {
  const auto images = static_cast<double>(layer.open.size());
  std::vector<double> of_block(layer.blocks, 0), of_image, rest;
  Figures figures;
  for (const std::vector<double>& counts : layer.open) {
    double sum = 0;
    for (int b = 0; b < layer.blocks; b++) {
      of_block[b] += counts[b];
      sum += counts[b];
    }
    of_image.push_back(log_odds(sum, layer.blocks * layer.positions()));
    figures.share += sum / images / layer.blocks / layer.positions();
  }
  std::vector<double> blocks;
  for (const double open : of_block) {
    const double share = open / images / layer.positions();
    figures.least = std::min(figures.least, share);
    figures.most = std::max(figures.most, share);
    blocks.push_back(log_odds(open, images * layer.positions()));
  }
  figures.blocks = spread_of(blocks).deviation;
  figures.images = spread_of(of_image).deviation;
  // What is left of block and image, less what counting so few positions gives by chance
  double variance = 0;
  std::vector<double> mean_of_block(layer.blocks, 0), mean_of_image;
  for (const auto& counts : layer.open) {
    mean_of_image.push_back(0);
    for (int b = 0; b < layer.blocks; b++) {
      const double value = log_odds(counts[b], layer.positions());
      mean_of_block[b] += value / images;
      mean_of_image.back() += value / layer.blocks;
    }
  }
  const double all = spread_of(mean_of_block).mean;
  for (std::size_t i = 0; i < layer.open.size(); i++) {
    for (int b = 0; b < layer.blocks; b++) {
      const double off =
          log_odds(layer.open[i][b], layer.positions()) - mean_of_block[b] - mean_of_image[i] + all;
      variance += off * off;
    }
  }
  figures.both = std::sqrt(variance / ((images - 1) * (layer.blocks - 1)));
  figures.along = layer.along / layer.along_variance;
  figures.together = layer.blocks_together / layer.blocks_variance;
  return figures;
}

/// Means over layers: of spreads, those of their squares.
class Sum {
 public:
  void add(const Figures& one) {
    layers_++;
    squares_.blocks += one.blocks * one.blocks;
    squares_.images += one.images * one.images;
    squares_.both += one.both * one.both;
    squares_.along += one.along;
    squares_.together += one.together;
  }
  void print(const char* name) const {
    fmt::print("{:<58} {:>7.2f} {:>7.2f} {:>7.2f} {:>7.2f} {:>7.2f}\n", name,
               std::sqrt(squares_.blocks / layers_), std::sqrt(squares_.images / layers_),
               std::sqrt(squares_.both / layers_), squares_.along / layers_,
               squares_.together / layers_);
  }

 private:
  Figures squares_;
  int layers_ = 0;
};

void print_row(const std::string& network, const Layer& layer, const Figures& one) {
  fmt::print(
      "{:<15} {:<12} {:>6} {:>6.1f} % {:>6.2f} to {:>5.1f} {:>7.2f} {:>7.2f} {:>7.2f} {:>7.2f} "
      "{:>7.2f}\n",
      network, fmt::format("{} {}x{}", layer.name, layer.height, layer.width), layer.blocks,
      100 * one.share, 100 * one.least, 100 * one.most, one.blocks, one.images, one.both, one.along,
      one.together);
}

int run_all(const Options& options) {
  const data::ImageSet images = data::fashion_mnist(data::Split::kTest);
  const int count = std::min(options.count, images.count);
  fmt::print("{} images; spreads are standard deviations of log-odds\n", count);
  fmt::print("{:<15} {:<12} {:>6} {:>8} {:>15} {:>7} {:>7} {:>7} {:>7} {:>7}\n", "network", "layer",
             "blocks", "open", "least, most", "blocks", "images", "both", "along", "across");
  Sum measured, drawn;
  for (const std::string& file : options.networks) {
    const net::Network network = net::import_network(file);
    for (const Layer& layer : measure(network, images, count)) {
      const Figures one = figures_of(layer);
      print_row(network.name, layer, one);
      measured.add(one);
      const Layer like = draw(layer, one.share, count);
      const Figures other = figures_of(like);
      print_row("", like, other);
      drawn.add(other);
    }
  }
  measured.print("all layers, measured");
  drawn.print("all layers, drawn");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App program("How unevenly the gates of trained networks are open");
  program.add_option("NETWORKS", options.networks, "ONNX files, for Fashion-MNIST")->required();
  program.add_option("--count", options.count, "Test images (500)")->check(CLI::Range(2, 10000));
  CLI11_PARSE(program, argc, argv);
  try {
    return run_all(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
  }
  return 1;
}
