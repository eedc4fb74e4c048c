// SPDX-License-Identifier: Apache-2.0
#include "generator/estimate/read_layers.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "generator/estimate/read_structure.h"
#include "generator/util/user_error.h"

namespace sluice::estimate {
namespace {

using net::From;
using net::ListedTraits;

constexpr int kLargest = 65535;
constexpr int kMostLayers = 4096;
constexpr std::int64_t kLargestMap = std::int64_t{1} << 26;  // values
constexpr std::int64_t kMostWeights = std::int64_t{1} << 28;

const std::vector<std::string> kHeadings = {
    "name",       "kind",    "height", "width",     "channels", "outputs",     "kernel",
    "stride",     "padding", "groups", "bits",      "input",    "weight_bits", "gate",
    "partitions", "density", "addend", "circulant", "hadamard"};

/// Makes layers of the rows of one file.
class LayerReader {
 public:
  explicit LayerReader(const std::string& file) : table_(file, kHeadings) {
    list_.name = std::filesystem::path(file).stem().string();
    for (const char* heading : {"name", "kind", "height", "width", "channels"}) {
      table_.require(heading);
    }
    if (table_.rows() == 0) throw UserError({file}, "holds no layers; write one row for each");
    if (table_.rows() > kMostLayers) {
      throw UserError({file},
                      fmt::format("holds {} layers; allowed are {}", table_.rows(), kMostLayers));
    }
  }

  LayerList read() {
    for (std::size_t row = 0; row < table_.rows(); ++row) read_row(row);
    return std::move(list_);
  }

 private:
  void read_row(std::size_t row) {
    ListedLayer layer;
    read_name(row, layer);
    const ListedTraits& kind = read_kind(row, layer);
    layer.height = table_.number(row, "height", 1, kLargest);
    layer.width = table_.number(row, "width", 1, kLargest);
    layer.channels = table_.number(row, "channels", 1, kLargest);
    read_window(row, kind, layer);
    read_channels(row, kind, layer);
    check_size(row, layer);
    layer.bits = read_bits(row, "bits", 8);
    layer.weight_bits = read_bits(row, "weight_bits", layer.bits);
    read_circulant(table_, row, kind, layer);
    read_gate(row, kind, layer);
    read_hadamard(table_, row, kind, layer);
    read_input(row, layer);
    read_addend(row, layer);
    list_.layers.push_back(layer);
  }

  void read_name(std::size_t row, ListedLayer& layer) {
    const Cell cell = table_.cell(row, "name");
    if (cell.text.empty()) table_.fail(cell, "no name; give each layer one");
    if (!names_.insert(cell.text).second) {
      table_.fail(cell, fmt::format("found name '{}' a second time; names must differ", cell.text));
    }
    layer.name = cell.text;
  }

  const ListedTraits& read_kind(std::size_t row, ListedLayer& layer) const {
    const Cell cell = table_.cell(row, "kind");
    const ListedTraits* kind = net::find_listed(cell.text);
    if (kind == nullptr) {
      table_.fail(cell, fmt::format("found '{}' as kind; allowed are {}", cell.text,
                                    listed(net::listed_spellings())));
    }
    layer.kind = kind->kind;
    return *kind;
  }

  // ---- kernel, stride, padding ----

  void read_window(std::size_t row, const ListedTraits& kind, ListedLayer& layer) const {
    if (kind.window == From::kInput) {
      for (const char* heading : {"kernel", "stride", "padding"})
        must_be_empty(row, heading, fmt::format("a {} layer", kind.spelling));
      layer.kernel_h = layer.height;
      layer.kernel_w = layer.width;
      return;
    }
    if (kind.window == From::kConstant) return;
    read_pair(row, "kernel", layer.kernel_h, layer.kernel_w);
    read_pair(row, "stride", layer.stride_h, layer.stride_w);
    layer.same = table_.cell(row, "padding").text == "same";
    if (layer.same) return;
    const int most = std::min(layer.kernel_h, layer.kernel_w) - 1;
    layer.padding = table_.number(row, "padding", 0, most, 0);
    const bool fits = layer.height + 2 * layer.padding >= layer.kernel_h &&
                      layer.width + 2 * layer.padding >= layer.kernel_w;
    if (!fits) {
      const Cell cell = table_.cell(row, "kernel");
      table_.fail(cell, fmt::format("found kernel '{}', larger than the map of {}x{} with padding "
                                    "{}; allowed are kernels that fit it",
                                    cell.text, layer.height, layer.width, layer.padding));
    }
  }

  /// "3" or "3x5" (height x width); 1 if empty.
  void read_pair(std::size_t row, const char* heading, int& height, int& width) const {
    const Cell cell = table_.cell(row, heading);
    if (cell.text.empty()) return;
    const auto by = cell.text.find('x');
    const bool good = by == std::string::npos ? parse(cell.text, height) && parse(cell.text, width)
                                              : parse(cell.text.substr(0, by), height) &&
                                                    parse(cell.text.substr(by + 1), width);
    if (!good) {
      table_.fail(cell, fmt::format("found '{}' as {}; allowed is a number from 1 to 255, or two "
                                    "as in 3x5 for height and width",
                                    cell.text, heading));
    }
  }

  static bool parse(const std::string& text, int& value) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end && value >= 1 && value <= 255;
  }

  void must_be_empty(std::size_t row, const char* heading, const std::string& layer) const {
    estimate::must_be_empty(table_, row, heading, layer);
  }

  // ---- channels ----

  void read_channels(std::size_t row, const ListedTraits& kind, ListedLayer& layer) const {
    if (kind.outputs == From::kColumn) {
      layer.outputs = table_.number(row, "outputs", 1, kLargest);
    } else {
      layer.outputs = table_.number(row, "outputs", layer.channels, layer.channels, layer.channels);
    }
    if (kind.groups == From::kInput) layer.groups = layer.channels;
    if (kind.groups != From::kColumn) {
      return must_be_empty(row, "groups", fmt::format("a layer of kind {}", kind.spelling));
    }
    layer.groups = table_.number(row, "groups", 1, kLargest, 1);
    if (layer.channels % layer.groups != 0 || layer.outputs % layer.groups != 0) {
      table_.fail(table_.cell(row, "groups"),
                  fmt::format("found {} groups; allowed are numbers that divide the {} channels "
                              "and the {} outputs",
                              layer.groups, layer.channels, layer.outputs));
    }
  }

  void check_size(std::size_t row, const ListedLayer& layer) const {
    const std::int64_t in = std::int64_t{layer.height} * layer.width * layer.channels;
    const std::int64_t out = std::int64_t{layer.out_height()} * layer.out_width() * layer.outputs;
    const std::int64_t weights = std::int64_t{layer.kernel_h} * layer.kernel_w * layer.outputs *
                                 (layer.channels / layer.groups);
    if (std::max(in, out) > kLargestMap) {
      table_.fail(table_.cell(row, "height"),
                  fmt::format("found a map of {} values; allowed are {}; use a smaller one",
                              std::max(in, out), kLargestMap));
    }
    if (layer.macs() > 0 && weights > kMostWeights) {
      table_.fail(table_.cell(row, "channels"),
                  fmt::format("found a layer of {} weights; allowed are {}; use a smaller one",
                              weights, kMostWeights));
    }
  }

  int read_bits(std::size_t row, const char* heading, int otherwise) const {
    const int bits = table_.number(row, heading, 2, 8, otherwise);
    if (bits == 2 || bits == 4 || bits == 8) return bits;
    const Cell cell = table_.cell(row, heading);
    table_.fail(cell, fmt::format("found '{}' as {}; allowed are 8, 4 or 2", cell.text, heading));
  }

  // ---- gates ----

  void read_gate(std::size_t row, const ListedTraits& kind, ListedLayer& layer) const {
    const Cell cell = table_.cell(row, "gate");
    if (cell.text.empty() || cell.text == "none") {
      for (const char* heading : {"partitions", "density"}) {
        must_be_empty(row, heading, "a layer without gates");
      }
      return;
    }
    if (!kind.gates || layer.groups != 1) {
      table_.fail(cell, fmt::format("found a gate of a {}; only a conv without groups can have "
                                    "one; leave it empty",
                                    kind.spelling));
    }
    GateShape gate;
    if (cell.text != "lane") gate.block = read_block(row);
    read_partitions(row, layer, gate);
    check_block(row, gate, layer.outputs / (gate.plane_bits > 0 ? 1 : gate.partitions));
    if (!table_.cell(row, "density").text.empty()) gate.density = table_.share(row, "density");
    layer.gate = gate;
  }

  void read_partitions(std::size_t row, const ListedLayer& layer, GateShape& gate) const {
    const Cell cell = table_.cell(row, "partitions");
    if (cell.text == "planes") return read_planes(row, layer, gate);
    gate.partitions = table_.number(row, "partitions", 2, 256, 4);
    if (layer.channels % gate.partitions == 0 && layer.outputs % gate.partitions == 0) return;
    table_.fail(cell, fmt::format("found {} partitions; allowed are numbers that divide the {} "
                                  "channels and the {} outputs, or `planes`",
                                  gate.partitions, layer.channels, layer.outputs));
  }

  /// Gates that split bits: inputs and weights.
  void read_planes(std::size_t row, const ListedLayer& layer, GateShape& gate) const {
    gate.partitions = 2;
    gate.plane_bits = layer.bits / 2;
    if (gate.plane_bits >= 2 && layer.weight_bits <= gate.plane_bits) return;
    table_.fail(table_.cell(row, "partitions"),
                fmt::format("found planes of a layer with {} bits and weights of {}; allowed are 8 "
                            "and 4, or 4 and 2",
                            layer.bits, layer.weight_bits));
  }

  int read_block(std::size_t row) const {
    const Cell cell = table_.cell(row, "gate");
    int block = 0;
    if (parse(cell.text, block)) return block;
    table_.fail(cell, fmt::format("found '{}' as gate; allowed are none, lane, or the number of "
                                  "output channels that share a gate, from 1 to 255",
                                  cell.text));
  }

  void check_block(std::size_t row, const GateShape& gate, int group) const {
    if (gate.block == 0 || group % gate.block == 0) return;
    table_.fail(table_.cell(row, "gate"),
                fmt::format("found {} channels that share a gate; allowed are numbers that divide "
                            "the {} outputs of a partition",
                            gate.block, group));
  }

  // ---- what it reads ----

  void read_input(std::size_t row, ListedLayer& layer) {
    const Cell cell = table_.cell(row, "input");
    const bool follows = !list_.layers.empty() && matches(list_.layers.back(), layer);
    layer.chained = follows && (cell.text.empty() || cell.text == "previous");
    if (cell.text.empty() || cell.text == "memory" || layer.chained) return;
    if (cell.text == "previous" && list_.layers.empty()) {
      table_.fail(cell, "found input 'previous' in the first layer; write memory, or nothing");
    }
    layer.input = cell.text == "previous" ? static_cast<int>(row) - 1 : find(cell.text);
    if (layer.input >= 0) return check_shape(cell, "input", layer.input, layer);
    layer.parts = read_parts(cell);
    if (layer.parts.empty()) {
      table_.fail(cell, fmt::format("found '{}' as input; allowed are previous (the layer before), "
                                    "memory, the name of a layer above, several as in a+b, or its "
                                    "channels from 8 on as in a:8",
                                    cell.text));
    }
    check_parts(cell, layer);
  }

  /// "a+b" or "a:8"; none if the text is neither.
  std::vector<ListedPart> read_parts(const Cell& cell) const {
    const auto plus = cell.text.find('+');
    if (plus == std::string::npos) {
      const auto slice = read_slice(cell.text);
      return slice ? std::vector<ListedPart>{*slice} : std::vector<ListedPart>{};
    }
    std::vector<ListedPart> parts;
    for (std::size_t begin = 0; begin <= cell.text.size();) {
      const std::size_t end = std::min(cell.text.find('+', begin), cell.text.size());
      parts.push_back({find(cell.text.substr(begin, end - begin))});
      if (parts.back().layer < 0) return {};
      begin = end + 1;
    }
    return parts;
  }

  /// "a:8"
  std::optional<ListedPart> read_slice(const std::string& text) const {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    ListedPart part{find(text.substr(0, colon))};
    const char *first = text.data() + colon + 1, *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(first, end, part.first);
    const bool good = part.layer >= 0 && error == std::errc() && stop == end && part.first >= 0;
    return good ? std::optional(part) : std::nullopt;
  }

  /// Parts must make up the input. Where they are several, each is in no other concatenation: a map
  /// lies in one place.
  void check_parts(const Cell& cell, const ListedLayer& layer) {
    int channels = 0;
    for (const ListedPart& part : layer.parts) {
      const ListedLayer& from = list_.layers[part.layer];
      if (from.out_height() != layer.height || from.out_width() != layer.width)
        fail_shape(cell, "input", from, layer);
      channels += from.outputs;
      if (layer.parts.size() == 1 && part.first + layer.channels <= from.outputs) return;
      const auto [joined, is_new] = joined_.insert({part.layer, cell.text});
      if (!is_new && joined->second != cell.text)
        table_.fail(cell, fmt::format("found '{}' in a second concatenation; a layer's output may "
                                      "be in one: add a copy, a max_pool with a kernel of 1",
                                      from.name));
    }
    if (channels == layer.channels && layer.parts.size() > 1) return;
    table_.fail(cell, fmt::format("found '{}' as input, which has {} channels; the layer reads {}",
                                  cell.text, channels, layer.channels));
  }

  void read_addend(std::size_t row, ListedLayer& layer) const {
    if (!layer.two_inputs()) {
      return must_be_empty(row, "addend",
                           fmt::format("a layer of kind {}", layer.traits().spelling));
    }
    const Cell cell = table_.cell(row, "addend");
    if (cell.text.empty()) return;
    layer.addend = find(cell.text);
    if (const auto slice = read_slice(cell.text); slice && layer.addend < 0) {
      layer.addend = slice->layer;
      layer.addend_first = slice->first;
      const ListedLayer& from = list_.layers[layer.addend];
      if (from.out_height() == layer.height && from.out_width() == layer.width &&
          slice->first + layer.channels <= from.outputs)
        return;
      fail_shape(cell, "addend", from, layer);
    }
    if (layer.addend < 0) {
      table_.fail(cell, fmt::format("found '{}' as addend; allowed is the name of a layer above",
                                    cell.text));
    }
    if (layer.second() != net::Second::kProduct || !is_vector(list_.layers[layer.addend], layer)) {
      check_shape(cell, "addend", layer.addend, layer);
    }
  }

  /// What is multiplied may have one position.
  static bool is_vector(const ListedLayer& from, const ListedLayer& layer) {
    return from.out_height() == 1 && from.out_width() == 1 && from.outputs == layer.channels;
  }

  /// A layer above; -1 if none has this name.
  int find(const std::string& name) const {
    for (std::size_t k = 0; k < list_.layers.size(); ++k) {
      if (list_.layers[k].name == name) return static_cast<int>(k);
    }
    return -1;
  }

  void check_shape(const Cell& cell, const char* heading, int source,
                   const ListedLayer& layer) const {
    const ListedLayer& from = list_.layers[source];
    if (!matches(from, layer)) fail_shape(cell, heading, from, layer);
  }

  [[noreturn]] void fail_shape(const Cell& cell, const char* heading, const ListedLayer& from,
                               const ListedLayer& layer) const {
    table_.fail(cell, fmt::format("found {} '{}', but '{}' writes a map of {}; correct the shape, "
                                  "or write {}",
                                  heading, cell.text, from.name, shape(from),
                                  layer.two_inputs() ? "another layer" : "memory"));
  }

  static std::string shape(const ListedLayer& layer) {
    return fmt::format("{}x{}x{}", layer.out_height(), layer.out_width(), layer.outputs);
  }

  static bool matches(const ListedLayer& before, const ListedLayer& layer) {
    const bool flat = layer.traits().window == From::kInput && layer.height == 1 &&
                      layer.width == 1 && before.out_height() == 1 && before.out_width() == 1;
    return before.outputs == layer.channels &&
           (flat || (before.out_height() == layer.height && before.out_width() == layer.width));
  }

  TextTable table_;
  LayerList list_;
  std::set<std::string> names_;
  std::map<int, std::string> joined_;  ///< by layer, the concatenation that it is in
};

}  // namespace

LayerList read_layers(const std::string& file) { return LayerReader(file).read(); }

}  // namespace sluice::estimate
