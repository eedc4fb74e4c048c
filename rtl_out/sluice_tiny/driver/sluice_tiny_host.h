// GENERATED - do not edit. Change tiny.yaml or templates/driver/host.h.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
#ifndef SLUICE_TINY_HOST_H
#define SLUICE_TINY_HOST_H

#include "sluice_tiny_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

// What the host computes of a network: codes of what the network's file takes, and what that gives of codes, with
// the operators of the file that the accelerator has not. C99, single precision, no memory of its own; link with
// -lm. Numbers have the order that they have in the network's file; integers are numbers, too.

typedef struct {
  const uint8_t* input;  // the program in front of the first layer, within the image; those of outputs are behind
  uint32_t outputs;
} sluice_tiny_host;

// Reads and checks the programs of an image that sluice_tiny_load took. The image must stay where it is.
// SLUICE_TINY_BAD_IMAGE: they are damaged.
sluice_tiny_result sluice_tiny_host_open(sluice_tiny_host* host, const void* image, size_t bytes);

// Numbers that the network's file takes, its outputs, and numbers that the first one has and any; 0 if there is none.
size_t sluice_tiny_host_input_size(const sluice_tiny_host* host);
size_t sluice_tiny_host_output_count(const sluice_tiny_host* host);
size_t sluice_tiny_host_output_size(const sluice_tiny_host* host);
size_t sluice_tiny_host_output_size_at(const sluice_tiny_host* host, size_t index);

// Numbers that the functions below need room for while they run.
size_t sluice_tiny_host_scratch_size(const sluice_tiny_host* host);

// Quantises `numbers` and hands them to the device; turns the device's results into the `numbers` of the file's first
// output, and of any.
sluice_tiny_result sluice_tiny_host_set_input(const sluice_tiny_host* host, sluice_tiny_device* device,
                                        const float* numbers, float* scratch);
sluice_tiny_result sluice_tiny_host_get_output(const sluice_tiny_host* host, sluice_tiny_device* device,
                                         float* numbers, float* scratch);
sluice_tiny_result sluice_tiny_host_get_output_at(const sluice_tiny_host* host, sluice_tiny_device* device,
                                            size_t index, float* numbers, float* scratch);

#ifdef __cplusplus
}
#endif
#endif
