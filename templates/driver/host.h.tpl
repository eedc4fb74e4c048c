<%! SPDX-License-Identifier: Apache-2.0 %>
#ifndef <%name_upper%>_HOST_H
#define <%name_upper%>_HOST_H

#include "<%name%>_driver.h"

#ifdef __cplusplus
extern "C" {
#endif

// What the host computes of a network: codes of what the network's file takes, and what that gives of codes, with
// the operators of the file that the accelerator has not. C99, single precision, no memory of its own; link with
// -lm. Numbers have the order that they have in the network's file; integers are numbers, too.

typedef struct {
  const uint8_t* input;  // the program in front of the first layer, within the image; those of outputs are behind
  uint32_t outputs;
} <%name%>_host;

// Reads and checks the programs of an image that <%name%>_load took. The image must stay where it is.
// <%name_upper%>_BAD_IMAGE: they are damaged.
<%name%>_result <%name%>_host_open(<%name%>_host* host, const void* image, size_t bytes);

// Numbers that the network's file takes, its outputs, and numbers that the first one has and any; 0 if there is none.
size_t <%name%>_host_input_size(const <%name%>_host* host);
size_t <%name%>_host_output_count(const <%name%>_host* host);
size_t <%name%>_host_output_size(const <%name%>_host* host);
size_t <%name%>_host_output_size_at(const <%name%>_host* host, size_t index);

// Numbers that the functions below need room for while they run.
size_t <%name%>_host_scratch_size(const <%name%>_host* host);

// Quantises `numbers` and hands them to the device; turns the device's results into the `numbers` of the file's first
// output, and of any.
<%name%>_result <%name%>_host_set_input(const <%name%>_host* host, <%name%>_device* device,
                                        const float* numbers, float* scratch);
<%name%>_result <%name%>_host_get_output(const <%name%>_host* host, <%name%>_device* device,
                                         float* numbers, float* scratch);
<%name%>_result <%name%>_host_get_output_at(const <%name%>_host* host, <%name%>_device* device,
                                            size_t index, float* numbers, float* scratch);

#ifdef __cplusplus
}
#endif
#endif
