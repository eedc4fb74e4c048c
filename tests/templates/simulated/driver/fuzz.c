// SPDX-License-Identifier: Apache-2.0
/* Gives the driver of a design images with wrong fields and a right checksum: fuzz IMAGE SEED
 * PAIRS. Built with sanitizers, which end the program. What load() accepts has to survive the rest
 * of the driver. The test puts the design's name for NAME and NAME_UPPER. */
#include <inttypes.h>
#include <sanitizer/common_interface_defs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "NAME_host.h"

enum { HEADER_WORDS = 48, CHECKSUM_WORD = 3, MOST_MEMORY = 64 << 20 };

typedef struct {
  uint32_t at, value; /* a word of the image */
} Change;

static Change changes[2];
static int change_count;
static unsigned long long accepted, refused, opened;
static uint32_t registers[NAME_UPPER_REGISTER_BYTES / 4];

static void tell_changes(void) {
  int k;
  for (k = 0; k < change_count; k++) {
    fprintf(stderr, "word %" PRIu32 " of the image is 0x%08" PRIx32 "\n", changes[k].at,
            changes[k].value);
  }
}

static void fail(const char* what) {
  fprintf(stderr, "%s\n", what);
  tell_changes();
  exit(1);
}

/* ---- The platform: registers without hardware, memory without a byte to spare ---- */

static uint32_t read32(void* context, uint32_t offset) {
  (void)context;
  return offset == NAME_UPPER_REG_ID ? NAME_UPPER_CONFIG_HASH : registers[offset / 4];
}

static void write32(void* context, uint32_t offset, uint32_t value) {
  (void)context;
  if (offset != NAME_UPPER_REG_CONTROL) registers[offset / 4] = value;
}

static void* allocate(void* context, size_t bytes, size_t alignment, uint64_t* address) {
  (void)context;
  *address = alignment * 16;
  return bytes > MOST_MEMORY ? NULL : malloc(bytes);
}

static void release(void* context, void* memory, size_t bytes) {
  (void)context;
  (void)bytes;
  free(memory);
}

static uint64_t microseconds(void* context) {
  static uint64_t now;
  (void)context;
  return now++;
}

/* ---- Images ---- */

static uint32_t get_word(const uint8_t* image, size_t k) {
  return image[4 * k] | (uint32_t)image[4 * k + 1] << 8 | (uint32_t)image[4 * k + 2] << 16 |
         (uint32_t)image[4 * k + 3] << 24;
}

static void put_word(uint8_t* image, size_t k, uint32_t word) {
  int b;
  for (b = 0; b < 4; b++) image[4 * k + b] = (uint8_t)(word >> 8 * b);
}

static uint32_t crc32(const uint8_t* at, size_t bytes) {
  uint32_t crc = UINT32_MAX;
  int b;
  for (; bytes > 0; bytes--) {
    crc ^= *at++;
    for (b = 0; b < 8; b++) crc = (crc >> 1) ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
  }
  return ~crc;
}

/* At most four values to a byte of memory: 2 bits each */
static int8_t* room_for(size_t values) {
  int8_t* room = values > (size_t)MOST_MEMORY * 4 ? NULL : (int8_t*)malloc(values);
  if (room == NULL) fail("load() took a map of more values than memory holds");
  memset(room, 0x55, values);
  return room;
}

static void try_host(NAME_device* device, const uint8_t* image, size_t bytes) {
  static NAME_host host;
  float *scratch, *input, *output;
  size_t k;
  if (NAME_host_open(&host, image, bytes) != NAME_UPPER_OK) return;
  if (NAME_host_scratch_size(&host) > MOST_MEMORY / sizeof(float)) return;
  opened++;
  scratch = (float*)calloc(NAME_host_scratch_size(&host), sizeof(float));
  input = (float*)calloc(NAME_host_input_size(&host), sizeof(float));
  if (scratch == NULL || input == NULL) fail("no memory");
  NAME_host_set_input(&host, device, input, scratch);
  for (k = 0; k < NAME_host_output_count(&host); k++) {
    output = (float*)calloc(NAME_host_output_size_at(&host, k), sizeof(float));
    if (output == NULL) fail("no memory");
    NAME_host_get_output_at(&host, device, k, output, scratch);
    free(output);
  }
  free(scratch);
  free(input);
}

static int try_image(const uint8_t* image, size_t bytes) {
  static NAME_device device;
  static const NAME_platform platform = {NULL, read32, write32,      allocate, release,
                                         NULL, NULL,   microseconds, NULL,     0};
  int8_t *input, *output;
  size_t k;
  if (NAME_probe(&device, &platform) != NAME_UPPER_OK) fail("probe() failed");
  if (NAME_load(&device, image, bytes) != NAME_UPPER_OK) {
    refused++;
    if (device.memory != NULL) fail("load() kept memory of an image that it refused");
    return 0;
  }
  accepted++;
  input = room_for(NAME_input_size(&device));
  if (NAME_set_input(&device, input) != NAME_UPPER_OK) fail("set_input() failed");
  if (NAME_start(&device) != NAME_UPPER_OK) fail("start() failed");
  for (k = 0; k < NAME_output_count(&device); k++) {
    output = room_for(NAME_output_size_at(&device, k));
    if (NAME_get_output_at(&device, k, output) != NAME_UPPER_OK) fail("get_output_at() failed");
    free(output);
  }
  try_host(&device, image, bytes);
  NAME_unload(&device);
  free(input);
  return 1;
}

/* The image with `change_count` changes; they are taken back, but for the checksum. */
static void try_changes(uint8_t* image, size_t bytes) {
  uint32_t before[2];
  int k;
  for (k = 0; k < change_count; k++) {
    before[k] = get_word(image, changes[k].at);
    put_word(image, changes[k].at, changes[k].value);
  }
  put_word(image, CHECKSUM_WORD, crc32(image + 16, bytes - 16));
  try_image(image, bytes);
  for (k = change_count; k-- > 0;) put_word(image, changes[k].at, before[k]);
}

/* ---- What is tried ---- */

enum { EDGES = 20 };

static uint32_t edge_of(uint32_t value, unsigned k) {
  static const uint32_t fixed[] = {0,          1,          2,          3,          4,
                                   8,          0x10000,    0x3fffffff, 0x40000000, 0x7fffffff,
                                   0x80000000, 0x80000001, 0xfffffff8, 0xfffffffe, 0xffffffff};
  const uint32_t near[] = {value + 1, value - 1, value * 2, value / 2, ~value};
  return k < 15 ? fixed[k] : near[k - 15];
}

static uint32_t draw(uint64_t* state, uint32_t below) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)(*state >> 33) % below;
}

/* Each of these words with each edge */
static void try_words(uint8_t* image, size_t bytes, uint32_t first, uint32_t end) {
  unsigned edge;
  change_count = 1;
  for (changes[0].at = first; changes[0].at < end; changes[0].at++) {
    for (edge = 0; edge < EDGES; edge++) {
      changes[0].value = edge_of(get_word(image, changes[0].at), edge);
      try_changes(image, bytes);
    }
  }
}

static void try_all(uint8_t* image, size_t bytes, uint64_t seed, unsigned long pairs) {
  const uint32_t all = (uint32_t)(bytes / 4), host = all - get_word(image, 44);
  uint64_t state = seed;
  try_words(image, bytes, 0, HEADER_WORDS + get_word(image, 11));
  try_words(image, bytes, host, all);
  change_count = 2;
  for (; pairs > 0; pairs--) {
    int k;
    for (k = 0; k < 2; k++) {
      changes[k].at = draw(&state, HEADER_WORDS);
      changes[k].value = edge_of(get_word(image, changes[k].at), draw(&state, EDGES));
    }
    try_changes(image, bytes);
  }
}

/* Short files, each in memory of its own size */
static void try_cuts(const uint8_t* image, size_t bytes) {
  const size_t most = bytes < 300 ? bytes : 300;
  size_t size;
  change_count = 0;
  for (size = 0; size < most; size++) {
    uint8_t* cut = (uint8_t*)malloc(size + (size == 0));
    if (cut == NULL) fail("no memory");
    memcpy(cut, image, size);
    if (size >= 16) put_word(cut, CHECKSUM_WORD, crc32(cut + 16, size - 16));
    if (try_image(cut, size)) fail("load() took a part of an image");
    free(cut);
  }
}

int main(int count, char** arguments) {
  static uint8_t file[1 << 24];
  FILE* stream = count == 4 ? fopen(arguments[1], "rb") : NULL;
  size_t bytes;
  uint8_t* image;
  if (stream == NULL) fail("fuzz IMAGE SEED PAIRS");
  bytes = fread(file, 1, sizeof(file), stream);
  fclose(stream);
  image = (uint8_t*)malloc(bytes);
  if (image == NULL || bytes <= HEADER_WORDS * 4) fail("no image");
  memcpy(image, file, bytes);
  __sanitizer_set_death_callback(tell_changes);

  if (!try_image(image, bytes)) fail("load() refused a sound image");
  try_all(image, bytes, strtoull(arguments[2], NULL, 0), strtoul(arguments[3], NULL, 0));
  put_word(image, CHECKSUM_WORD, crc32(image + 16, bytes - 16));
  if (!try_image(image, bytes)) fail("load() refused a sound image");
  try_cuts(image, bytes);
  free(image);
  printf("%llu accepted, %llu of them with programs, %llu refused\n", accepted, opened, refused);
  return 0;
}
