// SPDX-License-Identifier: Apache-2.0
/* Compiled with the driver of a design; the test puts the design's name for NAME. */
#include "harness.h"

#include "NAME_driver.h"
#include "NAME_host.h"

static NAME_device device;
static NAME_platform platform;
static NAME_host host;

static int probe(const HarnessHooks* hooks) {
  platform.context = hooks->context;
  platform.read32 = hooks->read32;
  platform.write32 = hooks->write32;
  platform.allocate = hooks->allocate;
  platform.release = hooks->release;
  platform.microseconds = hooks->microseconds;
  platform.wait = hooks->wait;
  platform.interrupts = hooks->interrupts;
  return NAME_probe(&device, &platform);
}

static int load(const void* image, size_t bytes) { return NAME_load(&device, image, bytes); }
static void unload(void) { NAME_unload(&device); }
static size_t input_size(void) { return NAME_input_size(&device); }
static size_t output_count(void) { return NAME_output_count(&device); }
static size_t output_size(void) { return NAME_output_size(&device); }
static size_t output_size_at(size_t index) { return NAME_output_size_at(&device, index); }
static int set_input(const int8_t* values) { return NAME_set_input(&device, values); }
static int get_output(int8_t* values) { return NAME_get_output(&device, values); }
static int get_output_at(size_t index, int8_t* values) {
  return NAME_get_output_at(&device, index, values);
}
static int run(uint64_t most) { return NAME_run(&device, most); }
static int start(void) { return NAME_start(&device); }
static int wait(uint64_t most) { return NAME_wait(&device, most); }
static int abort_run(uint64_t most) { return NAME_abort(&device, most); }
static void set_watchdog(uint32_t cycles) { NAME_set_watchdog(&device, cycles); }
static uint32_t cycles(void) { return NAME_read_counters(&device).cycles; }
static const char* result_text(int result) { return NAME_result_text((NAME_result)result); }

static const char* fault(unsigned* code, uint32_t* command, uint64_t* address) {
  const NAME_fault_info info = NAME_fault(&device);
  *code = info.code;
  *command = info.command;
  *address = info.address;
  return info.text;
}

static int host_open(const void* image, size_t bytes) {
  return NAME_host_open(&host, image, bytes);
}
static size_t host_input_size(void) { return NAME_host_input_size(&host); }
static size_t host_output_count(void) { return NAME_host_output_count(&host); }
static size_t host_output_size(void) { return NAME_host_output_size(&host); }
static size_t host_output_size_at(size_t index) { return NAME_host_output_size_at(&host, index); }
static size_t host_scratch_size(void) { return NAME_host_scratch_size(&host); }
static int host_set_input(const float* numbers, float* scratch) {
  return NAME_host_set_input(&host, &device, numbers, scratch);
}
static int host_get_output(float* numbers, float* scratch) {
  return NAME_host_get_output(&host, &device, numbers, scratch);
}
static int host_get_output_at(size_t index, float* numbers, float* scratch) {
  return NAME_host_get_output_at(&host, &device, index, numbers, scratch);
}

const HarnessDriver* harness_driver(void) {
  static const HarnessDriver driver = {probe,
                                       load,
                                       unload,
                                       input_size,
                                       output_count,
                                       output_size,
                                       output_size_at,
                                       set_input,
                                       get_output,
                                       get_output_at,
                                       run,
                                       start,
                                       wait,
                                       abort_run,
                                       set_watchdog,
                                       fault,
                                       cycles,
                                       result_text,
                                       host_open,
                                       host_input_size,
                                       host_output_count,
                                       host_output_size,
                                       host_output_size_at,
                                       host_scratch_size,
                                       host_set_input,
                                       host_get_output,
                                       host_get_output_at};
  return &driver;
}
