<%! SPDX-License-Identifier: Apache-2.0 %>
// Runs a network once and prints its result: <%name%>_example IMAGE [INPUT]. IMAGE comes from 'sluice compile';
// INPUT holds one byte for each value, [y][x][channel], signed. Without INPUT all values are zero.
#include <stdio.h>
#include <stdlib.h>

#include "<%name%>_driver.h"
#include "<%name%>_platform.h"

// The whole file, to be freed; NULL with a message
static uint8_t* read_whole(const char* path, size_t* bytes) {
  FILE* file = fopen(path, "rb");
  uint8_t* text = NULL;
  size_t room = 0, got;
  *bytes = 0;
  if (file == NULL) {
    perror(path);
    return NULL;
  }
  do {
    uint8_t* larger;
    room += 65536;
    larger = (uint8_t*)realloc(text, room);
    if (larger == NULL) {
      free(text);
      fclose(file);
      fprintf(stderr, "%s: no memory\n", path);
      return NULL;
    }
    text = larger;
    got = fread(text + *bytes, 1, room - *bytes, file);
    *bytes += got;
  } while (*bytes == room);
  fclose(file);
  return text;
}

static int report(const <%name%>_device* device, <%name%>_result result) {
  fprintf(stderr, "%s\n", <%name%>_result_text(result));
  if (result == <%name_upper%>_STOPPED) {
    const <%name%>_fault_info fault = <%name%>_fault(device);
    fprintf(stderr, "%s: command %lu, address 0x%llx\n", fault.text, (unsigned long)fault.command,
            (unsigned long long)fault.address);
  }
  return 1;
}

static <%name%>_result give_input(<%name%>_device* device, const char* path) {
  const size_t size = <%name%>_input_size(device);
  int8_t* values = (int8_t*)calloc(size, 1);
  <%name%>_result result = <%name_upper%>_NO_MEMORY;
  if (values != NULL && path != NULL) {
    FILE* file = fopen(path, "rb");
    if (file == NULL || fread(values, 1, size, file) != size) {
      fprintf(stderr, "%s: less than %lu values\n", path, (unsigned long)size);
      exit(1);
    }
    fclose(file);
  }
  if (values != NULL) result = <%name%>_set_input(device, values);
  free(values);
  return result;
}

static void print_output(<%name%>_device* device) {
  const size_t size = <%name%>_output_size(device);
  int8_t* values = (int8_t*)malloc(size);
  size_t k;
  if (values == NULL || <%name%>_get_output(device, values) != <%name_upper%>_OK) exit(1);
  for (k = 0; k < size; k++) printf("%d%c", values[k], k % 16 == 15 || k + 1 == size ? '\n' : ' ');
  free(values);
}

int main(int count, char** words) {
  <%name%>_platform platform;
  <%name%>_device device;
  <%name%>_result result;
  size_t bytes;
  uint8_t* image;
  if (count < 2) {
    fprintf(stderr, "usage: %s IMAGE [INPUT]\n", words[0]);
    return 2;
  }
  image = read_whole(words[1], &bytes);
  if (image == NULL || <%name%>_platform_open(&platform) != 0) return 1;

  result = <%name%>_probe(&device, &platform);
  if (result == <%name_upper%>_OK) result = <%name%>_load(&device, image, bytes);
  free(image);
  if (result == <%name_upper%>_OK) result = give_input(&device, count > 2 ? words[2] : NULL);
  if (result == <%name_upper%>_OK) result = <%name%>_run(&device, 10000000);
  if (result != <%name_upper%>_OK) return report(&device, result);
  print_output(&device);
  printf("%lu cycles\n", (unsigned long)<%name%>_read_counters(&device).cycles);
  <%name%>_unload(&device);
  <%name%>_platform_close(&platform);
  return 0;
}
