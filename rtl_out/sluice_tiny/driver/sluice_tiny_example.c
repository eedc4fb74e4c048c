// GENERATED - do not edit. Change tiny.yaml or templates/driver/example.c.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
// Runs a network once and prints its result: sluice_tiny_example IMAGE [INPUT]. IMAGE comes from 'sluice compile';
// INPUT holds one byte for each value, [y][x][channel], signed. Without INPUT all values are zero.
#include <stdio.h>
#include <stdlib.h>

#include "sluice_tiny_driver.h"
#include "sluice_tiny_platform.h"

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

static int report(const sluice_tiny_device* device, sluice_tiny_result result) {
  fprintf(stderr, "%s\n", sluice_tiny_result_text(result));
  if (result == SLUICE_TINY_STOPPED) {
    const sluice_tiny_fault_info fault = sluice_tiny_fault(device);
    fprintf(stderr, "%s: command %lu, address 0x%llx\n", fault.text, (unsigned long)fault.command,
            (unsigned long long)fault.address);
  }
  return 1;
}

static sluice_tiny_result give_input(sluice_tiny_device* device, const char* path) {
  const size_t size = sluice_tiny_input_size(device);
  int8_t* values = (int8_t*)calloc(size, 1);
  sluice_tiny_result result = SLUICE_TINY_NO_MEMORY;
  if (values != NULL && path != NULL) {
    FILE* file = fopen(path, "rb");
    if (file == NULL || fread(values, 1, size, file) != size) {
      fprintf(stderr, "%s: less than %lu values\n", path, (unsigned long)size);
      exit(1);
    }
    fclose(file);
  }
  if (values != NULL) result = sluice_tiny_set_input(device, values);
  free(values);
  return result;
}

static void print_output(sluice_tiny_device* device) {
  const size_t size = sluice_tiny_output_size(device);
  int8_t* values = (int8_t*)malloc(size);
  size_t k;
  if (values == NULL || sluice_tiny_get_output(device, values) != SLUICE_TINY_OK) exit(1);
  for (k = 0; k < size; k++) printf("%d%c", values[k], k % 16 == 15 || k + 1 == size ? '\n' : ' ');
  free(values);
}

int main(int count, char** words) {
  sluice_tiny_platform platform;
  sluice_tiny_device device;
  sluice_tiny_result result;
  size_t bytes;
  uint8_t* image;
  if (count < 2) {
    fprintf(stderr, "usage: %s IMAGE [INPUT]\n", words[0]);
    return 2;
  }
  image = read_whole(words[1], &bytes);
  if (image == NULL || sluice_tiny_platform_open(&platform) != 0) return 1;

  result = sluice_tiny_probe(&device, &platform);
  if (result == SLUICE_TINY_OK) result = sluice_tiny_load(&device, image, bytes);
  free(image);
  if (result == SLUICE_TINY_OK) result = give_input(&device, count > 2 ? words[2] : NULL);
  if (result == SLUICE_TINY_OK) result = sluice_tiny_run(&device, 10000000);
  if (result != SLUICE_TINY_OK) return report(&device, result);
  print_output(&device);
  printf("%lu cycles\n", (unsigned long)sluice_tiny_read_counters(&device).cycles);
  sluice_tiny_unload(&device);
  sluice_tiny_platform_close(&platform);
  return 0;
}
