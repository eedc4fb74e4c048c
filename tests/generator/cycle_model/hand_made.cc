// SPDX-License-Identifier: Apache-2.0
#include "tests/generator/cycle_model/hand_made.h"

#include "generator/commands/encode.h"

namespace sluice::test {
namespace {

using commands::Field;

enum Opcode {
  kLoad = 1,
  kFill = 2,
  kLayer = 3,
  kFetch = 4,
  kRun = 5,
  kEnd = 6,
  kAddition = 7,
  kTable = 8
};

int divide_up(int value, int by) { return (value + by - 1) / by; }

int or_all(int part, int all) { return part == 0 ? all : part; }

}  // namespace

Plan small_plan(int segments) {
  Config config;
  config.name = "small";
  config.lanes = 1;
  config.columns = 4;
  config.rows = 4 * segments;
  config.segments = segments;
  config.dot = 4;
  config.atom = 4;
  config.precisions = {8};
  config.gating = true;
  config.post = 2;
  config.activation_table = false;
  config.accumulator.positions = 64;
  config.buffers = {4096, 1024 * segments};
  config.memory = {kSmallPlanWord, 32, 4, 4};
  Plan plan = make_plan(config);
  plan.addend_depth = 2 * config.memory.burst;  // so that waits for addends are easy to count
  return plan;
}

int HandMadeLayer::tiles() const {
  return divide_up(rows, or_all(tile_rows, rows)) *
         divide_up(columns, or_all(tile_columns, columns));
}

void ImageWriter::command(int opcode, Values values) {
  commands::Words words = {};
  words[0] = static_cast<std::uint32_t>(opcode);
  for (const auto& [field, value] : values) commands::set(words, field, value);
  const std::size_t end = bytes_.size() + plan_.command_bytes;
  for (const std::uint32_t word : words) {
    for (int b = 0; b < 4; ++b) bytes_.push_back(static_cast<std::uint8_t>(word >> 8 * b));
  }
  bytes_.resize(end);
}

void ImageWriter::load(int words) { command(kLoad, {{Field::kLoadCount, words}}); }

void ImageWriter::fill(int words) {
  command(kFill, {{Field::kFillDestination, 32}, {Field::kFillCount, words}});
}

void ImageWriter::addition(bool vector) { command(kAddition, {{Field::kAdditionVector, vector}}); }

void ImageWriter::table(int part) { command(kTable, {{Field::kTablePart, part}}); }

void ImageWriter::layer(const HandMadeLayer& layer) {
  const int tile_rows = or_all(layer.tile_rows, layer.rows);
  const int tile_columns = or_all(layer.tile_columns, layer.columns);
  const std::int64_t column_step = layer.out_column_step, row_step = column_step * layer.columns;
  const int lanes = plan_.config.lanes;
  command(kLayer,
          {{Field::kLayerGated, layer.gated()},
           {Field::kLayerPerOutput, layer.per_output},
           {Field::kLayerKeep, layer.keep},
           {Field::kLayerLocal, layer.local},
           {Field::kLayerAdd, layer.add},
           {Field::kLayerLookUp, layer.look_up},
           {Field::kLayerCirculant, layer.circulant},
           {Field::kLayerOutputWidth, layer.output_width == 8 ? 0 : 8 / layer.output_width / 2},
           {Field::kLayerBaseGroups, 1},
           {Field::kLayerConditionalWalks, layer.conditional_walks},
           {Field::kLayerGroups, 1 + layer.conditional_walks},
           {Field::kLayerGroupSteps, layer.steps},
           {Field::kLayerTileRows, tile_rows},
           {Field::kLayerTileColumns, tile_columns},
           {Field::kLayerOutColumnStep, column_step},
           {Field::kLayerOutRowStep, row_step},
           {Field::kLayerOutTileRowStep, row_step * tile_rows},
           {Field::kLayerOutTileColumnStep, column_step * tile_columns},
           {Field::kLayerRecordsEach, layer.records / lanes},
           {Field::kLayerRecordsExtra, layer.records % lanes},
           {Field::kLayerFold, layer.fold},
           {Field::kLayerWindows, layer.windows},
           {Field::kLayerWindowStep, layer.window_step},
           {Field::kLayerRecordBlocks, layer.record_blocks},
           {Field::kLayerUnitBlocks, layer.unit_blocks},
           {Field::kLayerStepSlots, layer.step_slots},
           {Field::kLayerLastSlots, layer.last_slots},
           {Field::kLayerConditionalSteps, layer.gated() ? layer.conditional_steps : 0},
           {Field::kLayerConditionalLastSlots, layer.conditional_last_slots},
           {Field::kLayerOutUnitStep, row_step * layer.rows}});
}

int ImageWriter::weight_words(const HandMadeLayer& layer) const {
  const int conditional = layer.record_blocks * layer.conditional_walks * layer.conditional_steps;
  const int columns = plan_.config.columns >> layer.circulant;
  return divide_up((layer.steps + conditional) * columns * plan_.column_bytes,
                   plan_.config.memory.bytes);
}

int ImageWriter::record_words(const HandMadeLayer& layer) const {
  return plan_.header_words + weight_words(layer);
}

int ImageWriter::lane_records(const HandMadeLayer& layer) const {
  return divide_up(layer.records, plan_.config.lanes);
}

void ImageWriter::fetch(const HandMadeLayer& layer, int commands) {
  const int lanes = plan_.config.lanes, word = plan_.config.memory.bytes;
  command(kFetch, {{Field::kFetchAddress, std::int64_t{commands} * plan_.command_bytes},
                   {Field::kFetchPitch, lane_records(layer) * record_words(layer) * word},
                   {Field::kFetchWords, weight_words(layer)},
                   {Field::kFetchRepeats, layer.keep ? 1 : layer.tiles()},
                   {Field::kFetchRecordsEach, layer.records / lanes},
                   {Field::kFetchRecordsExtra, layer.records % lanes}});
}

void ImageWriter::run(const HandMadeLayer& layer) {
  command(kRun, {{Field::kRunRows, layer.rows}, {Field::kRunColumns, layer.columns}});
}

void ImageWriter::end() { command(kEnd); }

void ImageWriter::records(const HandMadeLayer& layer) {
  std::uint64_t output = 0;
  commands::set(output, Field::kEntryColumns, layer.channels);
  commands::set(output, Field::kEntryUnits, layer.units);
  for (int record = 0; record < lane_records(layer) * plan_.config.lanes; ++record) {
    const std::size_t end = bytes_.size() + record_words(layer) * plan_.config.memory.bytes;
    for (int b = 0; b < 8; ++b) bytes_.push_back(static_cast<std::uint8_t>(output >> 8 * b));
    bytes_.resize(end);
  }
}

compiler::Program ImageWriter::program() const {
  compiler::Program program;
  program.image = compiler::MemoryImage(bytes_);
  return program;
}

compiler::Program ImageWriter::program(const HandMadeLayer& layer) const {
  compiler::Program result = program();
  compiler::LayerProgram described;
  described.gated = layer.gated();
  described.runs.assign(layer.runs, {layer.first_row, layer.rows});
  described.record_blocks = layer.record_blocks;
  described.blocks = layer.blocks;
  if (described.blocks.empty()) {
    for (int b = 0; b < layer.records * layer.record_blocks; ++b) {
      described.blocks.push_back({4 * b, 4});
    }
  }
  result.layers = {described};
  return result;
}

compiler::Program hand_made_program(const Plan& plan, const HandMadeLayer& layer) {
  ImageWriter writer(plan);
  if (layer.addition) writer.addition(layer.vector);
  writer.layer(layer);
  for (int run = 0; run < layer.runs; ++run) {
    writer.fetch(layer, 2 + 2 * layer.runs + (layer.addition ? 1 : 0));
    writer.run(layer);
  }
  writer.end();
  writer.records(layer);
  return writer.program(layer);
}

}  // namespace sluice::test
