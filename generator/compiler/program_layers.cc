// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/program_layers.h"

#include <algorithm>

namespace sluice::compiler {
namespace {

using net::Layer;

/// Output channels, without those that are given again behind the last one.
int channels_of(const Mapping& m, int last) {
  int channels = 0;
  for (const Block& block : m.natural_blocks)
    channels += std::clamp(last - block.first_channel, 0, block.channels);
  return channels;
}

/// Those of the original, of which channels that are given again are no part.
std::int64_t useful_macs(const Mapping& m, const net::Network& original, int layer) {
  if (layer < 0 || !m.layer->traits().has_weights()) return 0;
  const Layer& counted = original.layers[layer];
  const std::int64_t inputs = original.maps[counted.input].channels / counted.groups;
  return inputs * counted.kernel_h * counted.kernel_w * m.out_rows * m.out_columns *
         channels_of(m, original.maps[counted.output].channels);
}

std::uint64_t stream_words(const Mapping& m, const Plan& plan) {
  std::uint64_t fetches = 0;
  for (int band = 0; band < m.bands.count; ++band) fetches += m.keep ? 1 : m.tiles(band);
  return fetches * m.records() * (m.record_words + plan.header_words);
}

LayerProgram describe(const Mapping& m, const FittedNetwork& fitted, const SplitNetwork& split,
                      const Plan& plan) {
  LayerProgram result;
  result.name = m.layer->name;
  if (m.addition && !m.only_adds()) result.name += " + " + m.addition->layer->name;
  const auto original = [&](int layer) { return original_layer(fitted, split, layer); };
  result.layer = original(m.index);
  result.copies = result.layer < 0;
  result.result = m.addition ? original(m.addition->index) : result.layer;
  result.gated = m.gated;
  result.mode = m.mode;
  result.split_channels =
      result.copies ? 0 : split.added_for_weights_of(fitted.original_layer(m.index));
  result.input = m.in;
  result.output = m.out;
  if (result.result >= 0)
    result.output.places = split.places_in(split.original().layers[result.result].output);
  result.fold = m.folding.fold;
  result.record_blocks = m.folding.record_blocks;
  result.positions = m.folding.positions.windows;
  result.blocks = m.blocks;
  for (int band = 0; band < m.bands.count; ++band) {
    result.runs.push_back(
        {m.band_row(band), m.band_rows(band), m.band_column(band), m.band_columns(band)});
  }
  result.useful_macs = useful_macs(m, split.original(), result.layer);
  result.tile_rows = m.tile.rows;
  result.tile_columns = m.tile.columns;
  result.keep = m.keep;
  result.base_steps = m.walk.base_steps();
  result.conditional_steps = m.walk.conditional_steps();
  result.circulant = m.circulant;
  result.hadamard = m.layer->hadamard;
  result.stream_words = stream_words(m, plan);
  result.activation_bytes = m.activation_bytes;
  return result;
}

/// Copies belong to the layer before; the first ones, of the input, to the layer behind.
void attribute_copies(std::vector<LayerProgram>& layers) {
  int layer = 0;
  for (LayerProgram& each : layers) {
    if (each.copies) each.layer = each.result = layer;
    layer = each.layer;
  }
}

void count_loads(const std::vector<Command>& commands, std::vector<LayerProgram>& layers) {
  std::size_t count = 0;
  for (const Command& command : commands) {
    if (command.opcode() == Opcode::kLayer) ++count;
    if (command.opcode() == Opcode::kLoad) {
      layers[count - 1].load_words += command.words[4];
    }
  }
}

}  // namespace

int original_layer(const FittedNetwork& fitted, const SplitNetwork& split, int layer) {
  const int own = fitted.original_layer(layer);
  return own < 0 ? own : split.original_layer(own);
}

std::vector<LayerProgram> describe_layers(const std::vector<Mapping>& mappings,
                                          const std::vector<Command>& commands,
                                          const FittedNetwork& fitted, const SplitNetwork& split,
                                          const Plan& plan) {
  std::vector<LayerProgram> layers;
  for (const Mapping& m : mappings) layers.push_back(describe(m, fitted, split, plan));
  attribute_copies(layers);
  count_loads(commands, layers);
  return layers;
}

}  // namespace sluice::compiler
