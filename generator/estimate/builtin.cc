// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/builtin.h"

#include <fmt/format.h>

#include <utility>

namespace sluice::estimate {
namespace {

/// Adds layer after layer; knows the shape of the map that the last one wrote.
class Writer {
 public:
  Writer(const std::string& name, int size, int channels) : Writer(name, size, size, channels) {}
  Writer(const std::string& name, int height, int width, int channels)
      : height_(height), width_(width), channels_(channels) {
    list_.name = name;
  }

  LayerList take() { return std::move(list_); }
  int channels() const { return channels_; }

  ListedLayer& conv(const std::string& name, int outputs, int kernel, int stride, int padding) {
    ListedLayer& layer = add(name, Kind::kConv, outputs, kernel, stride, padding);
    if (list_.layers.size() > 1) layer.gate = GateShape{};
    return layer;
  }
  /// The first layer, padded to the size of its input over the stride.
  void first_same(const std::string& name, int outputs, int kernel_h, int kernel_w, int stride) {
    ListedLayer& layer = add(name, Kind::kConv, outputs, 1, stride, 0);
    layer.same = true;
    layer.kernel_h = kernel_h;
    layer.kernel_w = kernel_w;
  }
  void depthwise(const std::string& name, int stride, int kernel = 3) {
    ListedLayer& layer = add(name, Kind::kConv, channels_, kernel, stride, kernel / 2);
    layer.groups = channels_;
  }
  void max_pool(const std::string& name, int kernel, int stride, int padding) {
    add(name, Kind::kMaxPool, channels_, kernel, stride, padding);
  }
  void average_pool(const std::string& name) {
    ListedLayer& layer = add(name, Kind::kAveragePool, channels_, 1, 1, 0);
    cover(layer);
  }
  void dense(const std::string& name, int outputs) {
    ListedLayer& layer = add(name, Kind::kDense, outputs, 1, 1, 0);
    cover(layer);
  }
  /// The last layer.
  int last() const { return static_cast<int>(list_.layers.size()) - 1; }

  /// Adds the outputs of two layers.
  void residual_add(const std::string& name, int input, int addend, int addend_first = 0) {
    ListedLayer& layer = add(name, Kind::kAdd, channels_, 1, 1, 0);
    layer.input = input;
    layer.addend = addend;
    layer.addend_first = addend_first;
  }

  /// The next layer reads channels of a layer from `first` on, `count` of them.
  void read_slice(int layer, int first, int count) {
    parts_ = {{layer, first}};
    channels_ = count;
  }
  /// The next layer reads the outputs of layers beside each other.
  void read_together(const std::vector<int>& layers) {
    channels_ = 0;
    for (const int layer : layers) {
      parts_.push_back({layer});
      channels_ += list_.layers[layer].outputs;
    }
  }

  /// A shortcut's 1x1 convolution: reads the output of layer `input`; the shape of the last map
  /// stays.
  ListedLayer& shortcut(const std::string& name, int input, int stride) {
    const int height = height_, width = width_, outputs = channels_;
    height_ = list_.layers[input].out_height();
    width_ = list_.layers[input].out_width();
    channels_ = list_.layers[input].outputs;
    ListedLayer& layer = add(name, Kind::kConv, outputs, 1, stride, 0);
    layer.chained = false;
    layer.input = input;
    height_ = height;
    width_ = width;
    return layer;
  }

 private:
  /// The kernel takes the whole map.
  void cover(ListedLayer& layer) {
    layer.kernel_h = layer.height;
    layer.kernel_w = layer.width;
    height_ = width_ = 1;
  }

  ListedLayer& add(const std::string& name, Kind kind, int outputs, int kernel, int stride,
                   int padding) {
    ListedLayer layer;
    layer.name = name;
    layer.kind = kind;
    layer.chained = !list_.layers.empty() && parts_.empty();
    layer.parts = std::exchange(parts_, {});
    layer.height = height_;
    layer.width = width_;
    layer.channels = channels_;
    layer.outputs = outputs;
    layer.kernel_h = layer.kernel_w = kernel;
    layer.stride_h = layer.stride_w = stride;
    layer.padding = padding;
    height_ = layer.out_height();
    width_ = layer.out_width();
    channels_ = outputs;
    list_.layers.push_back(layer);
    return list_.layers.back();
  }

  LayerList list_;
  int height_, width_, channels_;
  std::vector<ListedPart> parts_;
};

/// Two 3x3 convolutions and their sum with the input. Where shapes differ the input goes through a
/// 1x1 convolution, which if not `projected` has no weights: every second position, new channels
/// zero.
void basic_block(Writer& net, const std::string& name, int outputs, int stride, bool projected) {
  const int input = net.last(), channels = net.channels();
  net.conv(name + ".conv1", outputs, 3, stride, 1);
  net.conv(name + ".conv2", outputs, 3, 1, 1);
  const int branch = net.last();
  const bool same = stride == 1 && channels == outputs;
  if (!same) net.shortcut(name + ".shortcut", input, stride).copies = !projected;
  net.residual_add(name + ".add", branch, same ? input : net.last());
}

/// Projects to few channels, filters those with 3x3, which has the stride, and expands them to
/// `outputs`; the sum with the input, or with its 1x1 convolution.
void bottleneck(Writer& net, const std::string& name, int outputs, int stride) {
  const int input = net.last(), channels = net.channels();
  net.conv(name + ".conv1", outputs / 4, 1, 1, 0);
  net.conv(name + ".conv2", outputs / 4, 3, stride, 1);
  net.conv(name + ".conv3", outputs, 1, 1, 0);
  const int branch = net.last();
  const bool same = stride == 1 && channels == outputs;
  if (!same) net.shortcut(name + ".shortcut", input, stride);
  net.residual_add(name + ".add", branch, same ? input : net.last());
}

void stages(Writer& net, const std::vector<int>& widths, int blocks, bool projected) {
  for (std::size_t stage = 0; stage < widths.size(); ++stage) {
    for (int block = 0; block < blocks; ++block) {
      basic_block(net, fmt::format("stage{}.{}", stage + 1, block + 1), widths[stage],
                  stage > 0 && block == 0 ? 2 : 1, projected);
    }
  }
}

LayerList resnet18() {
  Writer net("resnet18", 224, 3);
  net.conv("conv1", 64, 7, 2, 3);
  net.max_pool("pool1", 3, 2, 1);
  stages(net, {64, 128, 256, 512}, 2, true);
  net.average_pool("pool2");
  net.dense("fc", 1000);
  return net.take();
}

LayerList resnet50() {
  Writer net("resnet50", 224, 3);
  net.conv("conv1", 64, 7, 2, 3);
  net.max_pool("pool1", 3, 2, 1);
  constexpr int kBlocks[] = {3, 4, 6, 3};
  for (int stage = 0; stage < 4; ++stage) {
    for (int block = 0; block < kBlocks[stage]; ++block)
      bottleneck(net, fmt::format("stage{}.{}", stage + 1, block + 1), 256 << stage,
                 stage > 0 && block == 0 ? 2 : 1);
  }
  net.average_pool("pool2");
  net.dense("fc", 1000);
  return net.take();
}

LayerList resnet20_cifar() {
  Writer net("resnet20-cifar", 32, 3);
  net.conv("conv1", 16, 3, 1, 1);
  stages(net, {16, 32, 64}, 3, false);
  net.average_pool("pool");
  net.dense("fc", 10);
  return net.take();
}

/// With 1 / `narrower` of the channels.
LayerList mobilenet_v1(const std::string& name, int size, int narrower, int classes) {
  struct Pair {
    int stride, outputs;
  };
  constexpr Pair kPairs[] = {{1, 64},  {2, 128}, {1, 128}, {2, 256}, {1, 256},  {2, 512}, {1, 512},
                             {1, 512}, {1, 512}, {1, 512}, {1, 512}, {2, 1024}, {1, 1024}};
  Writer net(name, size, 3);
  net.conv("conv1", 32 / narrower, 3, 2, 1);
  int number = 2;
  for (const Pair& pair : kPairs) {
    net.depthwise(fmt::format("conv{}.dw", number), pair.stride);
    net.conv(fmt::format("conv{}.pw", number), pair.outputs / narrower, 1, 1, 0);
    ++number;
  }
  net.average_pool("pool");
  net.dense("fc", classes);
  return net.take();
}

/// Expands the channels, filters each for itself and projects to few, without an activation:
/// nothing tells a gate there what would come to zero.
void inverted_residual(Writer& net, const std::string& name, int expansion, int outputs, int stride,
                       int kernel) {
  const int input = net.last(), channels = net.channels();
  if (expansion > 1) net.conv(name + ".expand", expansion * channels, 1, 1, 0);
  net.depthwise(name + ".dw", stride, kernel);
  net.conv(name + ".project", outputs, 1, 1, 0).gate.reset();
  if (stride == 1 && channels == outputs) net.residual_add(name + ".add", net.last(), input);
}

struct InvertedStage {
  int expansion, outputs, blocks, stride, kernel;
};

/// Stages of inverted residuals at 224x224, 32 channels before and 1280 behind.
LayerList inverted_residuals(const std::string& name, const std::vector<InvertedStage>& stages) {
  Writer net(name, 224, 3);
  net.conv("conv1", 32, 3, 2, 1);
  int number = 1;
  for (const InvertedStage& stage : stages) {
    for (int block = 0; block < stage.blocks; ++block) {
      inverted_residual(net, fmt::format("block{}", number), stage.expansion, stage.outputs,
                        block == 0 ? stage.stride : 1, stage.kernel);
      ++number;
    }
  }
  net.conv("conv2", 1280, 1, 1, 0);
  net.average_pool("pool");
  net.dense("fc", 1000);
  return net.take();
}

LayerList mobilenet_v2() {
  return inverted_residuals("mobilenet-v2", {{1, 16, 1, 1, 3},
                                             {6, 24, 2, 2, 3},
                                             {6, 32, 3, 2, 3},
                                             {6, 64, 4, 2, 3},
                                             {6, 96, 3, 1, 3},
                                             {6, 160, 3, 2, 3},
                                             {6, 320, 1, 1, 3}});
}

LayerList efficientnet_lite0() {
  return inverted_residuals("efficientnet-lite0", {{1, 16, 1, 1, 3},
                                                   {6, 24, 2, 2, 3},
                                                   {6, 40, 2, 2, 5},
                                                   {6, 80, 3, 2, 3},
                                                   {6, 112, 3, 1, 5},
                                                   {6, 192, 4, 2, 5},
                                                   {6, 320, 1, 1, 3}});
}

/// Of MLPerf Tiny: image classification.
LayerList resnet8() {
  Writer net("resnet8", 32, 3);
  net.conv("conv1", 16, 3, 1, 1);
  stages(net, {16, 32, 64}, 1, true);
  net.average_pool("pool");
  net.dense("fc", 10);
  return net.take();
}

/// Of MLPerf Tiny: anomalies in sound.
LayerList autoencoder() {
  Writer net("autoencoder", 1, 640);
  constexpr int kWidths[] = {128, 128, 128, 128, 8, 128, 128, 128, 128, 640};
  int number = 1;
  for (const int width : kWidths) net.dense(fmt::format("fc{}", number++), width);
  return net.take();
}

LayerList vgg16() {
  Writer net("vgg16", 224, 3);
  const std::vector<std::vector<int>> stages = {
      {64, 64}, {128, 128}, {256, 256, 256}, {512, 512, 512}, {512, 512, 512}};
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    for (std::size_t k = 0; k < stages[stage].size(); ++k) {
      net.conv(fmt::format("conv{}.{}", stage + 1, k + 1), stages[stage][k], 3, 1, 1);
    }
    net.max_pool(fmt::format("pool{}", stage + 1), 2, 2, 0);
  }
  net.dense("fc1", 4096);
  net.dense("fc2", 4096);
  net.dense("fc3", 1000);
  return net.take();
}

/// Of MLPerf Tiny: keywords in 49 windows of 10 coefficients.
LayerList ds_cnn() {
  Writer net("ds-cnn", 49, 10, 1);
  net.first_same("conv1", 64, 10, 4, 2);
  for (int number = 2; number <= 5; ++number) {
    net.depthwise(fmt::format("conv{}.dw", number), 1);
    net.conv(fmt::format("conv{}.pw", number), 64, 1, 1, 0);
  }
  net.average_pool("pool");
  net.dense("fc", 12);
  return net.take();
}

/// A 1x1 convolution, of whose outputs one half goes through residual blocks; both halves and the
/// output of each block go into another one. The last layer.
void split_block(Writer& net, const std::string& name, int outputs, int blocks) {
  const int half = outputs / 2;
  net.conv(name + ".cv1", outputs, 1, 1, 0);
  std::vector<int> all = {net.last()};
  for (int block = 0; block < blocks; ++block) {
    const std::string own = fmt::format("{}.m{}", name, block);
    const int input = net.last();
    if (block == 0) net.read_slice(input, half, half);
    net.conv(own + ".cv1", half, 3, 1, 1);
    net.conv(own + ".cv2", half, 3, 1, 1);
    net.residual_add(own + ".add", net.last(), input, block == 0 ? half : 0);
    all.push_back(net.last());
  }
  net.read_together(all);
  net.conv(name + ".cv2", outputs, 1, 1, 0);
}

/// The backbone of YOLOv8n, at 640x640, up to its pools of pools.
LayerList yolov8n_backbone() {
  Writer net("yolov8n-backbone", 640, 3);
  net.conv("conv0", 16, 3, 2, 1);
  constexpr int kBlocks[] = {1, 2, 2, 1};
  for (int stage = 0; stage < 4; ++stage) {
    net.conv(fmt::format("conv{}", 2 * stage + 1), 32 << stage, 3, 2, 1);
    split_block(net, fmt::format("c2f{}", 2 * stage + 2), 32 << stage, kBlocks[stage]);
  }
  net.conv("sppf.cv1", 128, 1, 1, 0);
  std::vector<int> all = {net.last()};
  for (int pool = 1; pool <= 3; ++pool) {
    net.max_pool(fmt::format("sppf.pool{}", pool), 5, 1, 2);
    all.push_back(net.last());
  }
  net.read_together(all);
  net.conv("sppf.cv2", 256, 1, 1, 0);
  return net.take();
}

}  // namespace

const std::vector<std::string>& builtin_names() {
  static const std::vector<std::string> names = {
      "resnet18",         "resnet20-cifar",     "resnet50", "mobilenet-v1",
      "mobilenet-v2",     "efficientnet-lite0", "vgg16",    "resnet8",
      "mobilenet-v1-vww", "autoencoder",        "ds-cnn",   "yolov8n-backbone"};
  return names;
}

std::optional<LayerList> builtin(const std::string& name) {
  if (name == "resnet18") return resnet18();
  if (name == "resnet20-cifar") return resnet20_cifar();
  if (name == "resnet50") return resnet50();
  if (name == "mobilenet-v1") return mobilenet_v1("mobilenet-v1", 224, 1, 1000);
  if (name == "mobilenet-v2") return mobilenet_v2();
  if (name == "efficientnet-lite0") return efficientnet_lite0();
  if (name == "vgg16") return vgg16();
  if (name == "resnet8") return resnet8();
  if (name == "mobilenet-v1-vww") return mobilenet_v1("mobilenet-v1-vww", 96, 4, 2);
  if (name == "autoencoder") return autoencoder();
  if (name == "ds-cnn") return ds_cnn();
  if (name == "yolov8n-backbone") return yolov8n_backbone();
  return std::nullopt;
}

}  // namespace sluice::estimate
