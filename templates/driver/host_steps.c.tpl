<%! SPDX-License-Identifier: Apache-2.0 %>
#include "<%name%>_host_steps.h"

// ---- Numbers ---------------------------------------------------------------------------------------

static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

static float softplus(float x) { return x > 0 ? x + log1pf(expf(-x)) : log1pf(expf(x)); }

static float function_of(const step_parts* step, float x) {
  switch (step->function) {
    case ABS: return fabsf(x);
    case CEIL: return ceilf(x);
    case CELU: return x > 0 ? x : step->a * expm1f(x / step->a);
    case CLIP: return limited(x, step->a, step->b);
    case ELU: return x > 0 ? x : step->a * expm1f(x);
    case ERF: return erff(x);
    case EXP: return expf(x);
    case FLOOR: return floorf(x);
    case GELU: return 0.5f * x * (1.0f + erff(x * 0.70710678f));
    case GELU_TANH: return 0.5f * x * (1.0f + tanhf(0.79788456f * (x + 0.044715f * x * x * x)));
    case HARD_SIGMOID: return limited(step->a * x + step->b, 0.0f, 1.0f);
    case HARD_SWISH: return x * limited(x / 6.0f + 0.5f, 0.0f, 1.0f);
    case LEAKY_RELU: return x >= 0 ? x : step->a * x;
    case LOG: return logf(x);
    case MISH: return x * tanhf(softplus(x));
    case NEG: return -x;
    case QUICK_GELU: return x * sigmoid(step->a * x);
    case RECIPROCAL: return 1.0f / x;
    case ROUND: return nearbyintf(x);
    case SELU: return step->b * (x > 0 ? x : step->a * expm1f(x));
    case SIGMOID: return sigmoid(x);
    case SIGN: return (float)((x > 0) - (x < 0));
    case SOFTPLUS: return softplus(x);
    case SOFTSIGN: return x / (1.0f + fabsf(x));
    case SQRT: return sqrtf(x);
    case TANH: return tanhf(x);
    default: return truncf(x);
  }
}

static float joined(uint32_t function, float x, float z) {
  switch (function) {
    case ADD: return x + z;
    case SUB: return x - z;
    case MUL: return x * z;
    case DIV: return x / z;
    case MAX: return x < z ? z : x;
    case MIN: return z < x ? z : x;
    case POW: return powf(x, z);
    default: return x >= 0 ? x : x * z;
  }
}

// ---- Steps -----------------------------------------------------------------------------------------

// An axis: `length` numbers, `inner` apart
typedef struct {
  const float* x;
  uint32_t length, inner;
} axis_parts;

static float along(const axis_parts* axis, uint32_t k) { return axis->x[(size_t)k * axis->inner]; }

// The place of the number that comes first, or, behind `before`, next; of equal ones the first.
static uint32_t best_place(const axis_parts* axis, int largest, const uint32_t* before) {
  uint32_t best = axis->length, k;
  for (k = 0; k < axis->length; k++) {
    const float x = largest ? along(axis, k) : -along(axis, k);
    if (before != NULL) {
      const float last = largest ? along(axis, *before) : -along(axis, *before);
      if (x > last || (x == last && k <= *before)) continue;
    }
    if (best == axis->length || x > (largest ? along(axis, best) : -along(axis, best))) best = k;
  }
  return best < axis->length ? best : 0;
}

static uint32_t last_of_equal(const axis_parts* axis, uint32_t place) {
  uint32_t k;
  for (k = axis->length - 1; k > place; k--) {
    if (along(axis, k) == along(axis, place)) return k;
  }
  return place;
}

static void softmax(const step_parts* step, const axis_parts* axis, float* y) {
  const float largest = along(axis, best_place(axis, 1, NULL));
  float sum = 0;
  uint32_t k;
  for (k = 0; k < axis->length; k++) sum += expf(along(axis, k) - largest);
  for (k = 0; k < axis->length; k++) {
    const float difference = along(axis, k) - largest;
    y[(size_t)k * axis->inner] = step->kind == SOFTMAX ? expf(difference) / sum : difference - logf(sum);
  }
}

static void normalise(const step_parts* step, const axis_parts* axis, float* y) {
  const float length = (float)axis->length;
  float mean = 0, variance = 0;
  uint32_t k;
  for (k = 0; k < axis->length; k++) mean += along(axis, k) / length;
  for (k = 0; k < axis->length; k++) variance += (along(axis, k) - mean) * (along(axis, k) - mean) / length;
  for (k = 0; k < axis->length; k++) {
    y[(size_t)k * axis->inner] = (along(axis, k) - mean) / sqrtf(variance + step->a);
  }
}

static void top(const step_parts* step, const axis_parts* axis, float* y) {
  uint32_t place = 0, k;
  for (k = 0; k < step->count; k++) {
    const uint32_t before = place;
    place = best_place(axis, (step->flags & FLAG_LARGEST) != 0, k == 0 ? NULL : &before);
    y[(size_t)k * axis->inner] = step->kind == TOP ? along(axis, place) : (float)place;
  }
}

static void multiply(const step_parts* step, const axis_parts* axis, float* y) {
  uint32_t j, k;
  for (j = 0; j < step->count; j++) {
    float sum = 0;
    for (k = 0; k < axis->length; k++) sum += along(axis, k) * real_at(step->constants, (size_t)j * axis->length + k);
    y[(size_t)j * axis->inner] = sum;
  }
}

static void over_axis(const step_parts* step, const axis_parts* axis, float* y) {
  uint32_t k, place;
  switch (step->kind) {
    case SOFTMAX:
    case LOG_SOFTMAX:
      softmax(step, axis, y);
      break;
    case HARDMAX:
      place = best_place(axis, 1, NULL);
      for (k = 0; k < axis->length; k++) y[(size_t)k * axis->inner] = k == place ? 1.0f : 0.0f;
      break;
    case REDUCE:
      *y = along(axis, 0);
      for (k = 1; k < axis->length; k++) *y = joined(step->function, *y, along(axis, k));
      break;
    case PLACE:
      place = best_place(axis, (step->flags & FLAG_LARGEST) != 0, NULL);
      *y = (float)((step->flags & FLAG_LAST) != 0 ? last_of_equal(axis, place) : place);
      break;
    case NORMALISE:
      normalise(step, axis, y);
      break;
    case MATRIX:
      multiply(step, axis, y);
      break;
    default:
      top(step, axis, y);
  }
}

static void over_axes(const step_parts* step, const float* x, uint32_t size, float* y) {
  const uint32_t outer = size / step->length / step->inner, places = step->size / outer / step->inner;
  axis_parts axis = {NULL, step->length, step->inner};
  uint32_t o, i;
  for (o = 0; o < outer; o++) {
    for (i = 0; i < step->inner; i++) {
      axis.x = x + (size_t)o * step->length * step->inner + i;
      over_axis(step, &axis, y + (size_t)o * places * step->inner + i);
    }
  }
}

static void move(const step_parts* step, const float* x, float* y) {
  uint32_t i, d;
  for (i = 0; i < step->size; i++) {
    int64_t at = step->offset;
    uint32_t rest = i;
    for (d = step->dim_count; d-- > 0;) {
      const uint32_t dim = word_at(step->dims, d);
      at += (int64_t)(rest % dim) * (int32_t)word_at(step->strides, d);
      rest /= dim;
    }
    y[i] = x[at];
  }
}

static void concatenate(const uint8_t* program, const step_parts* step, const float* numbers, float* y) {
  uint32_t k, i;
  for (k = 0; k < step->count; k++) {
    for (i = 0; i < step->input_count; i++) {
      const uint32_t input = word_at(step->inputs, i), part = size_of_value(program, input) / step->count;
      const float* x = numbers + numbers_before(program, input) + (size_t)k * part;
      memcpy(y, x, part * sizeof(*y));
      y += part;
    }
  }
}

static void join(const uint8_t* program, const step_parts* step, const float* numbers, const float* x, float* y) {
  const float* second = NULL;
  uint32_t i;
  if (step->input_count > 1) second = numbers + numbers_before(program, word_at(step->inputs, 1));
  for (i = 0; i < step->size; i++) {
    const uint32_t place = i / step->inner % step->length;
    const float z = second != NULL ? second[place] : real_at(step->constants, place);
    y[i] = (step->flags & FLAG_REVERSED) != 0 ? joined(step->function, z, x[i]) : joined(step->function, x[i], z);
  }
}

static void run_step(const uint8_t* program, const step_parts* step, float* numbers, float* y) {
  const uint32_t input = word_at(step->inputs, 0);
  const float* x = numbers + numbers_before(program, input);
  uint32_t i;
  switch (step->kind) {
    case FUNCTION:
      for (i = 0; i < step->size; i++) y[i] = function_of(step, x[i]);
      break;
    case JOIN:
      join(program, step, numbers, x, y);
      break;
    case MOVE:
      move(step, x, y);
      break;
    case CONCATENATE:
      concatenate(program, step, numbers, y);
      break;
    case QUANTISE:
      for (i = 0; i < step->size; i++) y[i] = quantised(x[i], step->a, step->zero, (step->flags & FLAG_SIGNED) != 0);
      break;
    case DEQUANTISE:
      for (i = 0; i < step->size; i++) y[i] = (x[i] - step->zero) * step->a;
      break;
    default:
      over_axes(step, x, size_of_value(program, input), y);
  }
}

const float* <%name%>_host_run_program(const uint8_t* program, float* numbers) {
  const uint8_t* at = first_step(program);
  float* y = numbers + numbers_before(program, inputs_of(program));
  uint32_t k;
  for (k = 0; k < steps_of(program); k++) {
    const step_parts step = step_at(at);
    run_step(program, &step, numbers, y);
    y += step.size;
    at = step.end;
  }
  return numbers + numbers_before(program, result_of(program));
}
