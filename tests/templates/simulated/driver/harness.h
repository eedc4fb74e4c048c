// SPDX-License-Identifier: Apache-2.0
/* Between a test and the driver of any design, which is compiled while the test runs. */
#ifndef SLUICE_TEST_HARNESS_H
#define SLUICE_TEST_HARNESS_H

#include <stddef.h>
#include <stdint.h>

/* The test's side of the platform. */
typedef struct {
  void* context;
  uint32_t (*read32)(void* context, uint32_t offset);
  void (*write32)(void* context, uint32_t offset, uint32_t value);
  void* (*allocate)(void* context, size_t bytes, size_t alignment, uint64_t* address);
  void (*release)(void* context, void* memory, size_t bytes);
  uint64_t (*microseconds)(void* context);
  void (*wait)(void* context, uint64_t most);
  int interrupts;
} HarnessHooks;

/* The driver's side. */
typedef struct {
  int (*probe)(const HarnessHooks* hooks);
  int (*load)(const void* image, size_t bytes);
  void (*unload)(void);
  size_t (*input_size)(void);
  size_t (*output_count)(void);
  size_t (*output_size)(void);
  size_t (*output_size_at)(size_t index);
  int (*set_input)(const int8_t* values);
  int (*get_output)(int8_t* values);
  int (*get_output_at)(size_t index, int8_t* values);
  int (*run)(uint64_t most);
  int (*start)(void);
  int (*wait)(uint64_t most);
  int (*abort)(uint64_t most);
  void (*set_watchdog)(uint32_t cycles);
  const char* (*fault)(unsigned* code, uint32_t* command, uint64_t* address);
  uint32_t (*cycles)(void);
  const char* (*result_text)(int result);
  int (*host_open)(const void* image, size_t bytes);
  size_t (*host_input_size)(void);
  size_t (*host_output_count)(void);
  size_t (*host_output_size)(void);
  size_t (*host_output_size_at)(size_t index);
  size_t (*host_scratch_size)(void);
  int (*host_set_input)(const float* numbers, float* scratch);
  int (*host_get_output)(float* numbers, float* scratch);
  int (*host_get_output_at)(size_t index, float* numbers, float* scratch);
} HarnessDriver;

const HarnessDriver* harness_driver(void);

#endif
