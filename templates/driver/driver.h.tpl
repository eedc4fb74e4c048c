<%! SPDX-License-Identifier: Apache-2.0 %>
#ifndef <%name_upper%>_DRIVER_H
#define <%name_upper%>_DRIVER_H

#include <stddef.h>
#include <stdint.h>

#include "../<%name%>.h"

#ifdef __cplusplus
extern "C" {
#endif

// Driver of <%name%>: C99 without dependencies. What it needs of the system comes through the functions of
// a <%name%>_platform. A device is used by one thread at a time.

// What functions return. A run that the hardware stopped returns <%name_upper%>_STOPPED; <%name%>_fault says why.
typedef enum {
  <%name_upper%>_OK = 0,
  <%name_upper%>_WRONG_HARDWARE,  // the register ID does not hold this design's config hash
  <%name_upper%>_BAD_IMAGE,       // not an image, of another version, or damaged
  <%name_upper%>_WRONG_IMAGE,     // compiled for another config
  <%name_upper%>_NO_MEMORY,       // the platform has no memory for the image, or none at addresses that fit
  <%name_upper%>_NOT_LOADED,      // no image is loaded
  <%name_upper%>_IS_BUSY,         // a run is in progress
  <%name_upper%>_TIMEOUT,         // the run has not ended in time; it goes on
  <%name_upper%>_STOPPED          // the hardware stopped the run
} <%name%>_result;

typedef struct {
  void* context;  // handed to every function

  uint32_t (*read32)(void* context, uint32_t offset);  // registers, offsets in bytes
  void (*write32)(void* context, uint32_t offset, uint32_t value);

  // Memory that both sides see, without gaps; `address` gets what the device calls it, a multiple of
  // `alignment`. NULL if there is none.
  void* (*allocate)(void* context, size_t bytes, size_t alignment, uint64_t* address);
  void (*release)(void* context, void* memory, size_t bytes);

  // Cache maintenance: before the device reads, after it wrote. May be NULL.
  void (*to_device)(void* context, const void* memory, size_t bytes);
  void (*from_device)(void* context, void* memory, size_t bytes);

  uint64_t (*microseconds)(void* context);  // a clock that only runs forward

  // Returns when the interrupt is raised or some time has passed, `most` microseconds at the latest. NULL:
  // polls without rest. With `interrupts` it is called with the interrupt enabled.
  void (*wait)(void* context, uint64_t most);
  int interrupts;  // `wait` waits for the interrupt
} <%name%>_platform;

// Where a feature map lies in memory.
typedef struct {
  uint64_t offset;
  uint32_t height, width, channels, bits, groups, channels_per_group, atom, atoms_per_position, row_pitch,
      group_pitch, pad_top, pad_left;
  int32_t pad_value;
} <%name%>_map;

typedef struct {
  const <%name%>_platform* platform;
  uint8_t* memory;        // NULL: no image is loaded
  uint64_t address;       // of `memory` as the device sees it
  uint64_t memory_bytes;
  uint64_t commands;      // address of the first
  <%name%>_map input, output;  // the first output; of the others the maps are in memory, behind what the device reaches
  uint64_t more_outputs;  // where
  uint32_t output_count;
} <%name%>_device;

// Why the hardware stopped the run.
typedef struct {
  unsigned code;     // <%name_upper%>_ERROR_*; 0: it was not stopped
  uint32_t command;  // number of the command in execution, from 0
  uint64_t address;  // byte address of the access, 0 if there was none
  const char* text;
} <%name%>_fault_info;

typedef struct {
<%#counter_registers%>
  uint32_t <%register_lower%>;  // <%register_meaning%>
<%/counter_registers%>
} <%name%>_counters;

// Finds out whether the hardware is this design, stops what it may be doing and clears its interrupts. The
// platform must live as long as the device.
<%name%>_result <%name%>_probe(<%name%>_device* device, const <%name%>_platform* platform);

// Takes a network image, as 'sluice compile' writes it, into memory of the platform, moves its addresses there
// and limits the device to that memory. Replaces an image loaded before. The image itself is not kept.
<%name%>_result <%name%>_load(<%name%>_device* device, const void* image, size_t bytes);
void <%name%>_unload(<%name%>_device* device);

// Number of values of the input and of the first output: height x width x channels.
size_t <%name%>_input_size(const <%name%>_device* device);
size_t <%name%>_output_size(const <%name%>_device* device);

// How many outputs there are, and values of each; 0 of one that is not there. What several outputs of the network's
// file come from is one.
size_t <%name%>_output_count(const <%name%>_device* device);
size_t <%name%>_output_size_at(const <%name%>_device* device, size_t index);

// Where the values of an output lie, which must be there.
<%name%>_map <%name%>_output_map(const <%name%>_device* device, size_t index);

// Values in the order [y][x][channel], signed as the network has them: of an unsigned tensor of b bits,
// 2^(b-1) has been taken off.
<%name%>_result <%name%>_set_input(<%name%>_device* device, const int8_t* values);
<%name%>_result <%name%>_get_output(<%name%>_device* device, int8_t* values);
<%name%>_result <%name%>_get_output_at(<%name%>_device* device, size_t index, int8_t* values);

// Starts a run; waits for its end, `most` microseconds at the longest; both.
<%name%>_result <%name%>_start(<%name%>_device* device);
<%name%>_result <%name%>_wait(<%name%>_device* device, uint64_t most);
<%name%>_result <%name%>_run(<%name%>_device* device, uint64_t most);

// Stops a run and waits until the device is idle. <%name_upper%>_OK if it is, however the run ended.
<%name%>_result <%name%>_abort(<%name%>_device* device, uint64_t most);

// Busy cycles in a row without progress after which the hardware stops a run; 0: never.
void <%name%>_set_watchdog(<%name%>_device* device, uint32_t cycles);

// About the last run, or the one in progress.
<%name%>_fault_info <%name%>_fault(const <%name%>_device* device);
<%name%>_counters <%name%>_read_counters(const <%name%>_device* device);

const char* <%name%>_result_text(<%name%>_result result);

#ifdef __cplusplus
}
#endif
#endif
