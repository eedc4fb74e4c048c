<%! SPDX-License-Identifier: Apache-2.0 %>
#include "<%name%>_host.h"

#include "<%name%>_host_steps.h"

enum {
  IMAGE_WORDS = 48,
  IMAGE_CONTENTS_WORD = 8,
  IMAGE_PLACES_WORD = 11,
  IMAGE_HEADER_WORD = 12,  // bytes of all that stands in front of the relocations
  IMAGE_HOST_WORD = 44,
  IMAGE_MORE_WORD = 45
};

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

// Whether a program of so many words, which begins with so many outputs at most, is sound.
static int program_is_sound(const uint8_t* program, uint64_t words, uint32_t outputs) {
  uint64_t left = words;
  const uint8_t* at;
  uint32_t k, values;
  if (left < PROGRAM_WORDS) return 0;
  left -= PROGRAM_WORDS;
  values = inputs_of(program);
  if (values == 0 || values > left / INPUT_WORDS) return 0;
  left -= (uint64_t)INPUT_WORDS * values;
  for (k = 0; k < values; k++) {
    const uint8_t* input = input_of(program, k);
    if (!is_count(size_of_input(input)) || output_of(input) >= outputs) return 0;
  }
  at = first_step(program);
  for (k = 0; k < steps_of(program); k++) {
    uint64_t needed = STEP_WORDS;
    step_parts step;
    if (left < STEP_WORDS || word_at(at, 0) < STEP_WORDS || word_at(at, 0) > left) return 0;
    needed += (uint64_t)word_at(at, 12) + 2 * (uint64_t)word_at(at, 13) + word_at(at, 14);
    if (needed != word_at(at, 0)) return 0;
    step = step_at(at);
    if (!step_is_sound(program, &step, values++)) return 0;
    left -= step.words;
    at = step.end;
  }
  return left == 0 && result_of(program) < values &&
         size_of_value(program, result_of(program)) == size_of_result(program);
}

// ---- From and to the device --------------------------------------------------------------------------

// Words of a program stand in front of it.
static const uint8_t* next_program(const uint8_t* program) {
  return program + (size_t)4 * word_at(program - 4, 0) + 4;
}

static const uint8_t* program_of(const <%name%>_host* host, size_t index) {
  const uint8_t* program = next_program(host->input);
  while (index-- > 0) program = next_program(program);
  return program;
}

// Whether `bytes` hold all programs, and nothing else.
static int programs_are_sound(const uint8_t* at, uint64_t bytes, uint32_t programs, uint32_t outputs) {
  uint64_t left = bytes / 4;
  uint32_t k;
  for (k = 0; k < programs; k++) {
    uint32_t words;
    if (left == 0) return 0;
    words = word_at(at, 0);
    if (words > left - 1 || !program_is_sound(at + 4, words, k == 0 ? 1 : outputs)) return 0;
    at += 4 + (size_t)4 * words;
    left -= 1 + (uint64_t)words;
  }
  return left == 0;
}

<%name%>_result <%name%>_host_open(<%name%>_host* host, const void* image, size_t bytes) {
  const uint8_t* file = (const uint8_t*)image;
  uint64_t before, host_bytes;
  uint32_t outputs, results;
  if (bytes < IMAGE_WORDS * 4) return <%name_upper%>_BAD_IMAGE;
  before = word_at(file, IMAGE_HEADER_WORD) + word_at(file, IMAGE_PLACES_WORD) * UINT64_C(4);
  host_bytes = word_at(file, IMAGE_HOST_WORD) * UINT64_C(4);
  outputs = word_at(file, IMAGE_MORE_WORD);
  if (word_at(file, IMAGE_CONTENTS_WORD + 1) != 0 || outputs > MOST_NUMBERS) return <%name_upper%>_BAD_IMAGE;
  before += word_at(file, IMAGE_CONTENTS_WORD);
  if (host_bytes < 8 || before > bytes || host_bytes != bytes - before) return <%name_upper%>_BAD_IMAGE;
  file += before;
  results = word_at(file, 0);
  if (!is_count(results) || !programs_are_sound(file + 4, host_bytes - 4, results + 1, outputs + 1)) {
    return <%name_upper%>_BAD_IMAGE;
  }
  host->input = file + 8;
  host->outputs = results;
  if (<%name%>_host_scratch_size(host) == 0) return <%name_upper%>_NO_MEMORY;
  return <%name_upper%>_OK;
}

size_t <%name%>_host_input_size(const <%name%>_host* host) { return size_of_input(input_of(host->input, 0)); }

size_t <%name%>_host_output_count(const <%name%>_host* host) { return host->outputs; }

size_t <%name%>_host_output_size(const <%name%>_host* host) { return <%name%>_host_output_size_at(host, 0); }

size_t <%name%>_host_output_size_at(const <%name%>_host* host, size_t index) {
  return index < host->outputs ? size_of_result(program_of(host, index)) : 0;
}

// All values of a program, and codes behind them
static uint64_t scratch_of(const uint8_t* program, uint32_t codes) { return numbers_of(program) + codes / 4 + 1; }

// The most that a program needs; 0 if that is more than memory can hold.
size_t <%name%>_host_scratch_size(const <%name%>_host* host) {
  const uint8_t* program = host->input;
  uint64_t most = scratch_of(program, size_of_result(program));
  size_t i;
  uint32_t k;
  for (i = 0; i < host->outputs; i++) {
    program = next_program(program);
    for (k = 0; k < inputs_of(program); k++) {
      const uint64_t needed = scratch_of(program, size_of_input(input_of(program, k)));
      if (needed > most) most = needed;
    }
  }
  return most > SIZE_MAX / sizeof(float) ? 0 : (size_t)most;
}

<%name%>_result <%name%>_host_set_input(const <%name%>_host* host, <%name%>_device* device,
                                        const float* numbers, float* scratch) {
  const uint8_t *program = host->input, *format = input_of(program, 0);
  const uint32_t size = size_of_result(program), channels = device->input.channels;
  const float low = -(float)(1 << (device->input.bits - 1));
  const float* result;
  int8_t* values = (int8_t*)(scratch + numbers_of(program));
  uint32_t i;
  if (<%name%>_input_size(device) != size) return <%name_upper%>_NOT_LOADED;
  memcpy(scratch, numbers, size_of_input(format) * sizeof(*scratch));
  result = <%name%>_host_run_program(program, scratch);
  for (i = 0; i < size; i++) {
    const float real = result[(size_t)(i % channels) * (size / channels) + i / channels];
    const float code = has_scale(format) ? quantised(real, scale_of(format), zero_of(format), is_signed(format)) : real;
    const float value = code - (float)offset_of(format);
    values[i] = value >= low ? (int8_t)limited(value, low, -low - 1.0f) : (int8_t)low;
  }
  return <%name%>_set_input(device, values);
}

<%name%>_result <%name%>_host_get_output(const <%name%>_host* host, <%name%>_device* device,
                                         float* numbers, float* scratch) {
  return <%name%>_host_get_output_at(host, device, 0, numbers, scratch);
}

// The device's output that an input of a program is, as numbers
static <%name%>_result get_input(<%name%>_device* device, const uint8_t* input, float* numbers, int8_t* values) {
  const uint32_t size = size_of_input(input), index = output_of(input);
  <%name%>_result got;
  uint32_t i, channels;
  if (<%name%>_output_size_at(device, index) != size) return <%name_upper%>_NOT_LOADED;
  got = <%name%>_get_output_at(device, index, values);
  if (got != <%name_upper%>_OK) return got;
  channels = <%name%>_output_map(device, index).channels;
  for (i = 0; i < size; i++) {
    const float code = (float)values[i] + (float)offset_of(input);
    numbers[(size_t)(i % channels) * (size / channels) + i / channels] =
        has_scale(input) ? (code - zero_of(input)) * scale_of(input) : code;
  }
  return <%name_upper%>_OK;
}

<%name%>_result <%name%>_host_get_output_at(const <%name%>_host* host, <%name%>_device* device,
                                            size_t index, float* numbers, float* scratch) {
  const uint8_t* program;
  uint32_t k;
  if (index >= host->outputs) return <%name_upper%>_NOT_LOADED;
  program = program_of(host, index);
  for (k = 0; k < inputs_of(program); k++) {
    const <%name%>_result got = get_input(device, input_of(program, k), scratch + numbers_before(program, k),
                                          (int8_t*)(scratch + numbers_of(program)));
    if (got != <%name_upper%>_OK) return got;
  }
  memcpy(numbers, <%name%>_host_run_program(program, scratch), size_of_result(program) * sizeof(*numbers));
  return <%name_upper%>_OK;
}
