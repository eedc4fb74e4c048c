// GENERATED - do not edit. Change tiny.yaml or templates/driver/host_steps.h.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
// Used by sluice_tiny_host.c and sluice_tiny_host_steps.c only: the programs of a host, words of 32 bits, little endian.
#ifndef SLUICE_TINY_HOST_STEPS_H
#define SLUICE_TINY_HOST_STEPS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
  PROGRAM_WORDS = 4,  // in front of its inputs
  INPUT_WORDS = 6,
  STEP_WORDS = 15,    // in front of its inputs
  MOST_DIMS = 8,
  MOST_NUMBERS = 1 << 26
};

// Kinds of steps, in the order of their numbers
enum { FUNCTION, JOIN, SOFTMAX, LOG_SOFTMAX, HARDMAX, REDUCE, PLACE, TOP, TOP_PLACES, NORMALISE, MOVE, CONCATENATE,
       QUANTISE, DEQUANTISE, MATRIX, KINDS };

// Functions of one number, and from ADD on of two
enum { ABS, CEIL, CELU, CLIP, ELU, ERF, EXP, FLOOR, GELU, GELU_TANH, HARD_SIGMOID, HARD_SWISH, LEAKY_RELU, LOG, MISH,
       NEG, QUICK_GELU, RECIPROCAL, ROUND, SELU, SIGMOID, SIGN, SOFTPLUS, SOFTSIGN, SQRT, TANH, TRUNCATE, ADD, SUB,
       MUL, DIV, MAX, MIN, POW, PRELU, FUNCTIONS };

enum { FLAG_SIGNED = 1, FLAG_REVERSED = 2, FLAG_LARGEST = 4, FLAG_LAST = 8 };

static inline uint32_t word_at(const uint8_t* at, size_t k) {
  at += 4 * k;
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline float real_at(const uint8_t* at, size_t k) {
  const uint32_t word = word_at(at, k);
  float real;
  memcpy(&real, &word, sizeof(real));
  return real;
}

// What stands in front of the steps: of the program, and of each input
static inline uint32_t inputs_of(const uint8_t* program) { return word_at(program, 0); }
static inline uint32_t size_of_result(const uint8_t* program) { return word_at(program, 1); }
static inline uint32_t steps_of(const uint8_t* program) { return word_at(program, 2); }
static inline uint32_t result_of(const uint8_t* program) { return word_at(program, 3); }
static inline const uint8_t* input_of(const uint8_t* program, uint32_t k) {
  return program + 4 * (PROGRAM_WORDS + (size_t)INPUT_WORDS * k);
}
static inline const uint8_t* first_step(const uint8_t* program) { return input_of(program, inputs_of(program)); }
static inline uint32_t size_of_input(const uint8_t* input) { return word_at(input, 0); }
static inline int has_scale(const uint8_t* input) { return (word_at(input, 1) & 1) != 0; }
static inline int is_signed(const uint8_t* input) { return (word_at(input, 1) & 2) != 0; }
static inline float scale_of(const uint8_t* input) { return real_at(input, 2); }
static inline float zero_of(const uint8_t* input) { return (float)(int32_t)word_at(input, 3); }
static inline int32_t offset_of(const uint8_t* input) { return (int32_t)word_at(input, 4); }
static inline uint32_t output_of(const uint8_t* input) { return word_at(input, 5); }

typedef struct {
  const uint8_t *inputs, *dims, *strides, *constants, *end;
  uint32_t words, kind, function, flags, size, length, inner, count, input_count, dim_count, constant_count;
  float a, b, zero;
  int32_t offset;
} step_parts;

// The step at `at`, as far as its first words say.
static inline step_parts step_at(const uint8_t* at) {
  step_parts step;
  step.words = word_at(at, 0);
  step.kind = word_at(at, 1);
  step.function = word_at(at, 2);
  step.flags = word_at(at, 3);
  step.size = word_at(at, 4);
  step.a = real_at(at, 5);
  step.b = real_at(at, 6);
  step.zero = (float)(int32_t)word_at(at, 7);
  step.length = word_at(at, 8);
  step.inner = word_at(at, 9);
  step.count = word_at(at, 10);
  step.offset = (int32_t)word_at(at, 11);
  step.input_count = word_at(at, 12);
  step.dim_count = word_at(at, 13);
  step.constant_count = word_at(at, 14);
  step.inputs = at + 4 * STEP_WORDS;
  step.dims = step.inputs + (size_t)4 * step.input_count;
  step.strides = step.dims + (size_t)4 * step.dim_count;
  step.constants = step.strides + (size_t)4 * step.dim_count;
  step.end = at + (size_t)4 * step.words;
  return step;
}

// Size of a value, which the program has
static inline uint32_t size_of_value(const uint8_t* program, uint32_t value) {
  const uint8_t* at = first_step(program);
  if (value < inputs_of(program)) return size_of_input(input_of(program, value));
  for (value -= inputs_of(program); value > 0; value--) at += (size_t)4 * word_at(at, 0);
  return word_at(at, 4);
}

// Numbers of the values before this one
static inline uint64_t numbers_before(const uint8_t* program, uint32_t value) {
  uint64_t numbers = 0;
  uint32_t k;
  const uint8_t* at = first_step(program);
  for (k = 0; k < value; k++) {
    if (k < inputs_of(program)) {
      numbers += size_of_input(input_of(program, k));
    } else {
      numbers += word_at(at, 4);
      at += (size_t)4 * word_at(at, 0);
    }
  }
  return numbers;
}

// Numbers of all values
static inline uint64_t numbers_of(const uint8_t* program) {
  return numbers_before(program, inputs_of(program) + steps_of(program));
}

static inline float limited(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

static inline float quantised(float x, float scale, float zero, int with_sign) {
  const float low = with_sign ? -128.0f : 0.0f;
  const float code = nearbyintf(x / scale) + zero;
  return code >= low ? (code > low + 255.0f ? low + 255.0f : code) : low;  // NaN: the lowest
}

// Runs a sound program, whose inputs stand at the beginning of `numbers`; returns its result.
const float* sluice_tiny_host_run_program(const uint8_t* program, float* numbers);

#endif
