// GENERATED - do not edit. Change edge.yaml or templates/driver/host.c.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
#include "sluice_edge_host.h"

#include "sluice_edge_host_steps.h"

enum { IMAGE_WORDS = 48, IMAGE_CONTENTS_WORD = 8, IMAGE_PLACES_WORD = 11, IMAGE_HOST_WORD = 44 };

// ---- Checks ----------------------------------------------------------------------------------------

static int is_count(uint32_t numbers) { return numbers > 0 && numbers <= MOST_NUMBERS; }

// Whether all numbers that a MOVE reads are among `size`.
static int moves_within(const step_parts* step, uint32_t size) {
  int64_t low = step->offset, high = step->offset;
  uint64_t numbers = 1;
  uint32_t k;
  if (step->dim_count > MOST_DIMS) return 0;
  for (k = 0; k < step->dim_count; k++) {
    const uint32_t dim = word_at(step->dims, k);
    const int32_t stride = (int32_t)word_at(step->strides, k);
    if (!is_count(dim) || stride > MOST_NUMBERS || stride < -MOST_NUMBERS) return 0;
    numbers *= dim;
    if (numbers > MOST_NUMBERS) return 0;
    if (stride < 0) low += (int64_t)stride * (dim - 1);
    if (stride > 0) high += (int64_t)stride * (dim - 1);
  }
  return numbers == step->size && low >= 0 && high < size;
}

static int concatenates(const uint8_t* program, const step_parts* step) {
  uint64_t numbers = 0;
  uint32_t k;
  if (!is_count(step->count)) return 0;
  for (k = 0; k < step->input_count; k++) {
    const uint32_t size = size_of_value(program, word_at(step->inputs, k));
    if (size % step->count != 0) return 0;
    numbers += size;
  }
  return numbers == step->size;
}

// Whether `size` numbers become those of a step along an axis.
static int axis_fits(const step_parts* step, uint32_t size) {
  const uint64_t numbers = (uint64_t)step->length * step->inner;
  uint32_t places = step->length;
  if (!is_count(step->length) || !is_count(step->inner) || size % numbers != 0) return 0;
  if (step->kind == REDUCE || step->kind == PLACE) places = 1;
  if (step->kind == TOP || step->kind == TOP_PLACES) {
    if (step->count == 0 || step->count > step->length) return 0;
    places = step->count;
  }
  if (step->kind == MATRIX) {
    if (!is_count(step->count) || (uint64_t)step->count * step->length != step->constant_count) return 0;
    places = step->count;
  }
  if (step->kind == REDUCE && (step->function < ADD || step->function >= FUNCTIONS)) return 0;
  return size / step->length * (uint64_t)places == step->size;
}

static int joins(const uint8_t* program, const step_parts* step) {
  const uint32_t second =
      step->input_count > 1 ? size_of_value(program, word_at(step->inputs, 1)) : step->constant_count;
  return step->function >= ADD && step->function < FUNCTIONS && is_count(step->length) && is_count(step->inner) &&
         step->length <= second;
}

static int step_is_sound(const uint8_t* program, const step_parts* step, uint32_t values) {
  uint32_t size, k;
  if (step->kind >= KINDS || !is_count(step->size) || step->input_count == 0) return 0;
  for (k = 0; k < step->input_count; k++) {
    if (word_at(step->inputs, k) >= values) return 0;
  }
  size = size_of_value(program, word_at(step->inputs, 0));
  switch (step->kind) {
    case FUNCTION:
      return step->function < ADD && size == step->size;
    case JOIN:
      return size == step->size && joins(program, step);
    case MOVE:
      return moves_within(step, size);
    case CONCATENATE:
      return concatenates(program, step);
    case QUANTISE:
    case DEQUANTISE:
      return size == step->size;
    default:
      return axis_fits(step, size);
  }
}

// Whether a program of so many words is sound.
static int program_is_sound(const uint8_t* program, uint64_t words) {
  uint64_t left = words - PROGRAM_WORDS;
  const uint8_t* at = program + 4 * PROGRAM_WORDS;
  uint32_t k;
  if (words < PROGRAM_WORDS || !is_count(size_of_input(program))) return 0;
  for (k = 0; k < steps_of(program); k++) {
    uint64_t needed = STEP_WORDS;
    step_parts step;
    if (left < STEP_WORDS || word_at(at, 0) < STEP_WORDS || word_at(at, 0) > left) return 0;
    needed += (uint64_t)word_at(at, 12) + 2 * (uint64_t)word_at(at, 13) + word_at(at, 14);
    if (needed != word_at(at, 0)) return 0;
    step = step_at(at);
    if (!step_is_sound(program, &step, k + 1)) return 0;
    left -= step.words;
    at = step.end;
  }
  return left == 0 && result_of(program) <= steps_of(program) &&
         size_of_value(program, result_of(program)) == size_of_result(program);
}

// ---- From and to the device --------------------------------------------------------------------------

sluice_edge_result sluice_edge_host_open(sluice_edge_host* host, const void* image, size_t bytes) {
  const uint8_t* file = (const uint8_t*)image;
  uint64_t before, host_bytes, first;
  if (bytes < IMAGE_WORDS * 4) return SLUICE_EDGE_BAD_IMAGE;
  before = IMAGE_WORDS * 4 + word_at(file, IMAGE_PLACES_WORD) * UINT64_C(4);
  host_bytes = word_at(file, IMAGE_HOST_WORD) * UINT64_C(4);
  if (word_at(file, IMAGE_CONTENTS_WORD + 1) != 0) return SLUICE_EDGE_BAD_IMAGE;
  before += word_at(file, IMAGE_CONTENTS_WORD);
  if (host_bytes < 4 || before > bytes || host_bytes != bytes - before) return SLUICE_EDGE_BAD_IMAGE;
  file += before;
  first = word_at(file, 0);
  if (first > host_bytes / 4 - 1) return SLUICE_EDGE_BAD_IMAGE;
  host->input = file + 4;
  host->output = host->input + (size_t)first * 4;
  if (!program_is_sound(host->input, first) || !program_is_sound(host->output, host_bytes / 4 - 1 - first)) {
    return SLUICE_EDGE_BAD_IMAGE;
  }
  if (sluice_edge_host_scratch_size(host) == 0) return SLUICE_EDGE_NO_MEMORY;
  return SLUICE_EDGE_OK;
}

size_t sluice_edge_host_input_size(const sluice_edge_host* host) { return size_of_input(host->input); }

size_t sluice_edge_host_output_size(const sluice_edge_host* host) { return size_of_result(host->output); }

// All values, and codes behind them; 0 if that is more than memory can hold.
size_t sluice_edge_host_scratch_size(const sluice_edge_host* host) {
  const uint64_t in = numbers_before(host->input, steps_of(host->input) + 1) + size_of_result(host->input) / 4 + 1;
  const uint64_t out = numbers_before(host->output, steps_of(host->output) + 1) + size_of_input(host->output) / 4 + 1;
  const uint64_t most = in > out ? in : out;
  return most > SIZE_MAX / sizeof(float) ? 0 : (size_t)most;
}

sluice_edge_result sluice_edge_host_set_input(const sluice_edge_host* host, sluice_edge_device* device,
                                        const float* numbers, float* scratch) {
  const uint8_t* program = host->input;
  const uint32_t size = size_of_result(program), channels = device->input.channels;
  const float low = -(float)(1 << (device->input.bits - 1));
  const float* result;
  int8_t* values = (int8_t*)(scratch + numbers_before(program, steps_of(program) + 1));
  uint32_t i;
  if (sluice_edge_input_size(device) != size) return SLUICE_EDGE_NOT_LOADED;
  memcpy(scratch, numbers, size_of_input(program) * sizeof(*scratch));
  result = sluice_edge_host_run_program(program, scratch);
  for (i = 0; i < size; i++) {
    const float real = result[(size_t)(i % channels) * (size / channels) + i / channels];
    const float code = has_scale(program) ? quantised(real, scale_of(program), zero_of(program), is_signed(program))
                                          : real;
    const float value = code - (float)offset_of(program);
    values[i] = value >= low ? (int8_t)limited(value, low, -low - 1.0f) : (int8_t)low;
  }
  return sluice_edge_set_input(device, values);
}

sluice_edge_result sluice_edge_host_get_output(const sluice_edge_host* host, sluice_edge_device* device,
                                         float* numbers, float* scratch) {
  const uint8_t* program = host->output;
  const uint32_t size = size_of_input(program), channels = device->output.channels;
  int8_t* values = (int8_t*)(scratch + numbers_before(program, steps_of(program) + 1));
  sluice_edge_result got;
  uint32_t i;
  if (sluice_edge_output_size(device) != size) return SLUICE_EDGE_NOT_LOADED;
  got = sluice_edge_get_output(device, values);
  if (got != SLUICE_EDGE_OK) return got;
  for (i = 0; i < size; i++) {
    const float code = (float)values[i] + (float)offset_of(program);
    scratch[(size_t)(i % channels) * (size / channels) + i / channels] =
        has_scale(program) ? (code - zero_of(program)) * scale_of(program) : code;
  }
  memcpy(numbers, sluice_edge_host_run_program(program, scratch), size_of_result(program) * sizeof(*numbers));
  return SLUICE_EDGE_OK;
}
