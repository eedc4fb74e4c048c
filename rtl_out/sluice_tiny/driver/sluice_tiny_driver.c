// GENERATED - do not edit. Change tiny.yaml or templates/driver/driver.c.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
#include "sluice_tiny_driver.h"

#include <string.h>

// ---- Registers -----------------------------------------------------------------------------------

static uint32_t read_register(const sluice_tiny_device* device, uint32_t offset) {
  return device->platform->read32(device->platform->context, offset);
}

static void write_register(const sluice_tiny_device* device, uint32_t offset, uint32_t value) {
  device->platform->write32(device->platform->context, offset, value);
}

static uint32_t status_of(const sluice_tiny_device* device) {
  return read_register(device, SLUICE_TINY_REG_STATUS);
}

static int is_busy(const sluice_tiny_device* device) {
  return (status_of(device) & SLUICE_TINY_STATUS_BUSY) != 0;
}

static void clear_interrupts(const sluice_tiny_device* device) {
  write_register(device, SLUICE_TINY_REG_INTERRUPT_STATUS,
                 SLUICE_TINY_INTERRUPT_STATUS_DONE | SLUICE_TINY_INTERRUPT_STATUS_ERROR);
}

static void set_region(const sluice_tiny_device* device, uint64_t base, uint64_t end) {
  write_register(device, SLUICE_TINY_REG_REGION_BASE_LOW, (uint32_t)base);
  write_register(device, SLUICE_TINY_REG_REGION_BASE_HIGH, (uint32_t)(base >> 32));
  write_register(device, SLUICE_TINY_REG_REGION_END_LOW, (uint32_t)end);
  write_register(device, SLUICE_TINY_REG_REGION_END_HIGH, (uint32_t)(end >> 32));
}

// ---- The image file: words of 32 bits, little endian -----------------------------------------------

enum {
  IMAGE_MAGIC = 0x4d494c53,
  IMAGE_VERSION = 3,
  IMAGE_WORDS = 48,  // of the header, in front of the maps of further outputs
  IMAGE_INPUT_WORD = 14,
  IMAGE_OUTPUT_WORD = 29,
  IMAGE_HOST_WORD = 44,
  IMAGE_MORE_WORD = 45,  // outputs but the first
  IMAGE_MAP_BYTES = 60,
  IMAGE_CHECKED_FROM = 16  // bytes that the checksum does not cover
};

static uint32_t get_word(const uint8_t* at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint64_t get_long(const uint8_t* at) { return get_word(at) | (uint64_t)get_word(at + 4) << 32; }

static void put_long(uint8_t* at, uint64_t value) {
  int b;
  for (b = 0; b < 8; b++) at[b] = (uint8_t)(value >> (8 * b));
}

static uint32_t crc32_of(const uint8_t* at, size_t bytes) {
  uint32_t crc = UINT32_C(0xffffffff);
  size_t k;
  int b;
  for (k = 0; k < bytes; k++) {
    crc ^= at[k];
    for (b = 0; b < 8; b++) crc = (crc >> 1) ^ ((crc & 1) ? UINT32_C(0xedb88320) : 0);
  }
  return ~crc;
}

static sluice_tiny_map get_map(const uint8_t* at) {
  sluice_tiny_map map;
  map.offset = get_long(at);
  map.height = get_word(at + 8);
  map.width = get_word(at + 12);
  map.channels = get_word(at + 16);
  map.bits = get_word(at + 20);
  map.groups = get_word(at + 24);
  map.channels_per_group = get_word(at + 28);
  map.atom = get_word(at + 32);
  map.atoms_per_position = get_word(at + 36);
  map.row_pitch = get_word(at + 40);
  map.group_pitch = get_word(at + 44);
  map.pad_top = get_word(at + 48);
  map.pad_left = get_word(at + 52);
  map.pad_value = (int32_t)get_word(at + 56);
  return map;
}

// Where a value lies in memory; `shift` gets its place in the byte.
static uint64_t place_of(const sluice_tiny_map* map, uint32_t y, uint32_t x, uint32_t c, unsigned* shift) {
  const uint64_t bit = (uint64_t)(c % map->channels_per_group) * map->bits;
  const uint64_t atom = (uint64_t)(c / map->channels_per_group) * map->group_pitch +
                        ((uint64_t)y + map->pad_top) * map->row_pitch +
                        ((uint64_t)x + map->pad_left) * map->atoms_per_position;
  *shift = (unsigned)(bit % 8);
  return map->offset + atom * map->atom + bit / 8;
}

// a + b * c, or UINT64_MAX if that has more than 64 bits. What is added to UINT64_MAX does not bring it back.
static uint64_t add_product(uint64_t a, uint64_t b, uint64_t c) {
  return c != 0 && b > (UINT64_MAX - a) / c ? UINT64_MAX : a + b * c;
}

// Whether no value lies outside its position, no position outside its row, no row outside its group. Then no two
// values share a place.
static int map_is_sound(const sluice_tiny_map* map) {
  const uint64_t columns = (uint64_t)map->pad_left + map->width;
  const uint64_t rows = (uint64_t)map->pad_top + map->height;
  const uint64_t position_bytes = (uint64_t)map->atoms_per_position * map->atom;
  if (map->height == 0 || map->width == 0 || map->channels == 0 || map->channels_per_group == 0) return 0;
  if (map->bits != 8 && map->bits != 4 && map->bits != 2) return 0;
  if (map->channels > (uint64_t)map->groups * map->channels_per_group) return 0;
  if (((uint64_t)map->channels_per_group * map->bits + 7) / 8 > position_bytes) return 0;
  return add_product(0, columns, map->atoms_per_position) <= map->row_pitch &&
         add_product(0, rows, map->row_pitch) <= map->group_pitch;
}

// Whether the groups end within memory. place_of() of no value then has more than 64 bits.
static int map_fits(const sluice_tiny_map* map, uint64_t memory_bytes) {
  const uint64_t group_bytes = (uint64_t)map->group_pitch * map->atom;
  return map_is_sound(map) && add_product(map->offset, map->groups, group_bytes) <= memory_bytes;
}

// Number of values, UINT64_MAX if it has more than 64 bits
static uint64_t values_of(const sluice_tiny_map* map) {
  return add_product(0, (uint64_t)map->height * map->width, map->channels);
}

static int is_size(uint64_t value) { return (size_t)value == value; }

// What a sound image says of itself
typedef struct {
  const uint8_t* places;    // relocations
  const uint8_t* contents;
  uint64_t base, memory_bytes, content_bytes;
  uint32_t commands, place_count, more_outputs;
} image_parts;

static sluice_tiny_result take_apart(const uint8_t* image, size_t bytes, image_parts* parts) {
  uint64_t left, host_bytes;
  uint32_t k;
  if (bytes < IMAGE_WORDS * 4 || get_word(image) != IMAGE_MAGIC) return SLUICE_TINY_BAD_IMAGE;
  if (get_word(image + 4) != IMAGE_VERSION) return SLUICE_TINY_BAD_IMAGE;
  if (get_word(image + 12) != crc32_of(image + IMAGE_CHECKED_FROM, bytes - IMAGE_CHECKED_FROM)) {
    return SLUICE_TINY_BAD_IMAGE;
  }
  if (get_word(image + 8) != SLUICE_TINY_CONFIG_HASH) return SLUICE_TINY_WRONG_IMAGE;
  parts->base = get_long(image + 16);
  parts->memory_bytes = get_long(image + 24);
  parts->content_bytes = get_long(image + 32);
  parts->commands = get_word(image + 40);
  parts->place_count = get_word(image + 44);
  parts->more_outputs = get_word(image + IMAGE_MORE_WORD * 4);
  left = bytes - IMAGE_WORDS * 4;
  if (parts->more_outputs > left / IMAGE_MAP_BYTES) return SLUICE_TINY_BAD_IMAGE;
  left -= parts->more_outputs * UINT64_C(1) * IMAGE_MAP_BYTES;
  if (get_word(image + 48) != bytes - left || parts->place_count > left / 4) return SLUICE_TINY_BAD_IMAGE;
  parts->places = image + (bytes - left);
  left -= parts->place_count * UINT64_C(4);
  parts->contents = image + (bytes - left);
  host_bytes = get_word(image + IMAGE_HOST_WORD * 4) * UINT64_C(4);
  if (host_bytes > left || parts->content_bytes != left - host_bytes) return SLUICE_TINY_BAD_IMAGE;
  if (parts->commands >= parts->memory_bytes) return SLUICE_TINY_BAD_IMAGE;
  for (k = 0; k < parts->place_count; k++) {
    const uint64_t place = get_word(parts->places + (size_t)k * 4);
    if (place + 8 > parts->content_bytes) return SLUICE_TINY_BAD_IMAGE;
  }
  return SLUICE_TINY_OK;
}

// ---- Device --------------------------------------------------------------------------------------

sluice_tiny_result sluice_tiny_probe(sluice_tiny_device* device, const sluice_tiny_platform* platform) {
  memset(device, 0, sizeof(*device));
  device->platform = platform;
  if (read_register(device, SLUICE_TINY_REG_ID) != SLUICE_TINY_CONFIG_HASH) {
    return SLUICE_TINY_WRONG_HARDWARE;
  }
  write_register(device, SLUICE_TINY_REG_INTERRUPT_ENABLE, 0);
  if (sluice_tiny_abort(device, 1000000) != SLUICE_TINY_OK) return SLUICE_TINY_TIMEOUT;
  clear_interrupts(device);
  return SLUICE_TINY_OK;
}

// Takes a map of the image, all of which the device reaches.
static sluice_tiny_result take_map(sluice_tiny_map* map, const uint8_t* at, uint64_t reached) {
  *map = get_map(at);
  if (!map_fits(map, reached)) return SLUICE_TINY_BAD_IMAGE;
  return is_size(values_of(map)) ? SLUICE_TINY_OK : SLUICE_TINY_NO_MEMORY;
}

// The same of all maps. `bytes`, which the device reaches, become those that are needed with the maps of outputs.
static sluice_tiny_result take_maps(sluice_tiny_device* device, const uint8_t* file, uint32_t more, uint64_t* bytes) {
  sluice_tiny_result result = take_map(&device->input, file + IMAGE_INPUT_WORD * 4, *bytes);
  uint32_t k;
  for (k = 0; result == SLUICE_TINY_OK && k < more; k++) {
    result = take_map(&device->output, file + IMAGE_WORDS * 4 + (size_t)k * IMAGE_MAP_BYTES, *bytes);
  }
  if (result == SLUICE_TINY_OK) result = take_map(&device->output, file + IMAGE_OUTPUT_WORD * 4, *bytes);
  device->output_count = more + 1;
  device->more_outputs = *bytes;
  *bytes += (uint64_t)more * IMAGE_MAP_BYTES;
  return result != SLUICE_TINY_OK || is_size(*bytes) ? result : SLUICE_TINY_NO_MEMORY;
}

sluice_tiny_result sluice_tiny_load(sluice_tiny_device* device, const void* image, size_t bytes) {
  const sluice_tiny_platform* platform = device->platform;
  const uint8_t* file = (const uint8_t*)image;
  const uint64_t word = SLUICE_TINY_MEMORY_BYTES;
  const uint64_t reach = UINT64_C(1) << SLUICE_TINY_MEMORY_ADDRESS_BITS;
  image_parts parts;
  uint64_t reserved, needed, k;
  sluice_tiny_result result = take_apart(file, bytes, &parts);
  if (result != SLUICE_TINY_OK) return result;
  if (is_busy(device)) return SLUICE_TINY_IS_BUSY;
  sluice_tiny_unload(device);

  reserved = parts.memory_bytes > parts.content_bytes ? parts.memory_bytes : parts.content_bytes;
  if (reserved > reach) return SLUICE_TINY_NO_MEMORY;
  reserved += (word - reserved % word) % word;
  needed = reserved;
  result = take_maps(device, file, parts.more_outputs, &needed);
  if (result != SLUICE_TINY_OK) return result;

  device->memory = (uint8_t*)platform->allocate(platform->context, (size_t)needed, (size_t)word, &device->address);
  if (device->memory == NULL) return SLUICE_TINY_NO_MEMORY;
  device->memory_bytes = needed;
  if (device->address % word != 0 || device->address > reach - reserved) {
    sluice_tiny_unload(device);
    return SLUICE_TINY_NO_MEMORY;
  }
  device->commands = device->address + parts.commands;

  memcpy(device->memory, parts.contents, (size_t)parts.content_bytes);
  memset(device->memory + parts.content_bytes, 0, (size_t)(reserved - parts.content_bytes));
  memcpy(device->memory + reserved, file + IMAGE_WORDS * 4, (size_t)(needed - reserved));
  for (k = 0; k < parts.place_count; k++) {
    uint8_t* at = device->memory + get_word(parts.places + k * 4);
    put_long(at, get_long(at) - parts.base + device->address);
  }
  if (platform->to_device != NULL) platform->to_device(platform->context, device->memory, (size_t)needed);
  set_region(device, device->address, device->address + reserved);
  return SLUICE_TINY_OK;
}

void sluice_tiny_unload(sluice_tiny_device* device) {
  if (device->memory == NULL) return;
  device->platform->release(device->platform->context, device->memory, (size_t)device->memory_bytes);
  device->memory = NULL;
  set_region(device, 0, 0);
}

// ---- Values --------------------------------------------------------------------------------------

size_t sluice_tiny_input_size(const sluice_tiny_device* device) {
  return device->memory == NULL ? 0 : (size_t)values_of(&device->input);
}

size_t sluice_tiny_output_size(const sluice_tiny_device* device) { return sluice_tiny_output_size_at(device, 0); }

size_t sluice_tiny_output_count(const sluice_tiny_device* device) {
  return device->memory == NULL ? 0 : device->output_count;
}

sluice_tiny_map sluice_tiny_output_map(const sluice_tiny_device* device, size_t index) {
  if (index == 0) return device->output;
  return get_map(device->memory + device->more_outputs + (index - 1) * IMAGE_MAP_BYTES);
}

size_t sluice_tiny_output_size_at(const sluice_tiny_device* device, size_t index) {
  sluice_tiny_map map;
  if (index >= sluice_tiny_output_count(device)) return 0;
  map = sluice_tiny_output_map(device, index);
  return (size_t)values_of(&map);
}

sluice_tiny_result sluice_tiny_set_input(sluice_tiny_device* device, const int8_t* values) {
  const sluice_tiny_platform* platform = device->platform;
  const sluice_tiny_map* map = &device->input;
  uint32_t y, x, c;
  if (device->memory == NULL) return SLUICE_TINY_NOT_LOADED;
  for (y = 0; y < map->height; y++) {
    for (x = 0; x < map->width; x++) {
      for (c = 0; c < map->channels; c++) {
        unsigned shift;
        uint8_t* byte = device->memory + place_of(map, y, x, c, &shift);
        const unsigned mask = ((1u << map->bits) - 1) << shift;
        *byte = (uint8_t)((*byte & ~mask) | (((unsigned)(uint8_t)*values++ << shift) & mask));
      }
    }
  }
  if (platform->to_device != NULL) {
    platform->to_device(platform->context, device->memory, (size_t)device->memory_bytes);
  }
  return SLUICE_TINY_OK;
}

sluice_tiny_result sluice_tiny_get_output(sluice_tiny_device* device, int8_t* values) {
  return sluice_tiny_get_output_at(device, 0, values);
}

sluice_tiny_result sluice_tiny_get_output_at(sluice_tiny_device* device, size_t index, int8_t* values) {
  sluice_tiny_map map;
  uint32_t y, x, c;
  int half;
  if (index >= sluice_tiny_output_count(device)) return SLUICE_TINY_NOT_LOADED;
  map = sluice_tiny_output_map(device, index);
  half = 1 << (map.bits - 1);
  for (y = 0; y < map.height; y++) {
    for (x = 0; x < map.width; x++) {
      for (c = 0; c < map.channels; c++) {
        unsigned shift;
        const uint8_t byte = device->memory[place_of(&map, y, x, c, &shift)];
        const int value = (byte >> shift) & (2 * half - 1);
        *values++ = (int8_t)(value >= half ? value - 2 * half : value);
      }
    }
  }
  return SLUICE_TINY_OK;
}

// ---- Runs ----------------------------------------------------------------------------------------

sluice_tiny_result sluice_tiny_start(sluice_tiny_device* device) {
  if (device->memory == NULL) return SLUICE_TINY_NOT_LOADED;
  if (is_busy(device)) return SLUICE_TINY_IS_BUSY;
  clear_interrupts(device);
  if (device->platform->interrupts) {
    write_register(device, SLUICE_TINY_REG_INTERRUPT_ENABLE,
                   SLUICE_TINY_INTERRUPT_ENABLE_DONE | SLUICE_TINY_INTERRUPT_ENABLE_ERROR);
  }
  write_register(device, SLUICE_TINY_REG_COMMAND_ADDRESS_LOW, (uint32_t)device->commands);
  write_register(device, SLUICE_TINY_REG_COMMAND_ADDRESS_HIGH, (uint32_t)(device->commands >> 32));
  write_register(device, SLUICE_TINY_REG_CONTROL, SLUICE_TINY_CONTROL_START);
  return SLUICE_TINY_OK;
}

// Waits until the device is idle
static sluice_tiny_result wait_idle(sluice_tiny_device* device, uint64_t most) {
  const sluice_tiny_platform* platform = device->platform;
  const uint64_t begin = platform->microseconds(platform->context);
  while (is_busy(device)) {
    const uint64_t passed = platform->microseconds(platform->context) - begin;
    if (passed >= most) return SLUICE_TINY_TIMEOUT;
    if (platform->wait != NULL) platform->wait(platform->context, most - passed);
  }
  clear_interrupts(device);
  return SLUICE_TINY_OK;
}

sluice_tiny_result sluice_tiny_wait(sluice_tiny_device* device, uint64_t most) {
  const sluice_tiny_platform* platform = device->platform;
  if (wait_idle(device, most) != SLUICE_TINY_OK) return SLUICE_TINY_TIMEOUT;
  if (device->memory != NULL && platform->from_device != NULL) {
    platform->from_device(platform->context, device->memory, (size_t)device->memory_bytes);
  }
  return (status_of(device) & SLUICE_TINY_STATUS_ERROR) ? SLUICE_TINY_STOPPED : SLUICE_TINY_OK;
}

sluice_tiny_result sluice_tiny_run(sluice_tiny_device* device, uint64_t most) {
  const sluice_tiny_result result = sluice_tiny_start(device);
  return result == SLUICE_TINY_OK ? sluice_tiny_wait(device, most) : result;
}

sluice_tiny_result sluice_tiny_abort(sluice_tiny_device* device, uint64_t most) {
  write_register(device, SLUICE_TINY_REG_CONTROL, SLUICE_TINY_CONTROL_ABORT);
  return wait_idle(device, most);
}

void sluice_tiny_set_watchdog(sluice_tiny_device* device, uint32_t cycles) {
  write_register(device, SLUICE_TINY_REG_WATCHDOG, cycles);
}

// ---- Reports -------------------------------------------------------------------------------------

static const char* fault_text(unsigned code) {
  switch (code) {
    case SLUICE_TINY_ERROR_NONE:
      return "no error";
    case SLUICE_TINY_ERROR_ILLEGAL_COMMAND:
      return "illegal command";
    case SLUICE_TINY_ERROR_READ_SLAVE:
      return "a read was answered with a slave error";
    case SLUICE_TINY_ERROR_READ_DECODE:
      return "a read was answered with a decode error";
    case SLUICE_TINY_ERROR_WRITE_SLAVE:
      return "a write was answered with a slave error";
    case SLUICE_TINY_ERROR_WRITE_DECODE:
      return "a write was answered with a decode error";
    case SLUICE_TINY_ERROR_REGION:
      return "a command addresses memory outside the region";
    case SLUICE_TINY_ERROR_WATCHDOG:
      return "no progress for as long as the watchdog allows";
    case SLUICE_TINY_ERROR_ABORTED:
      return "aborted by software";
    default:
      return "unknown error";
  }
}

sluice_tiny_fault_info sluice_tiny_fault(const sluice_tiny_device* device) {
  sluice_tiny_fault_info fault;
  fault.code = (unsigned)SLUICE_TINY_GET(STATUS_ERROR_CODE, status_of(device));
  fault.command = read_register(device, SLUICE_TINY_REG_ERROR_COMMAND);
  fault.address = read_register(device, SLUICE_TINY_REG_ERROR_ADDRESS_LOW) |
                  (uint64_t)read_register(device, SLUICE_TINY_REG_ERROR_ADDRESS_HIGH) << 32;
  fault.text = fault_text(fault.code);
  return fault;
}

sluice_tiny_counters sluice_tiny_read_counters(const sluice_tiny_device* device) {
  sluice_tiny_counters counters;
  counters.cycles = read_register(device, SLUICE_TINY_REG_CYCLES);
  counters.steps_issued = read_register(device, SLUICE_TINY_REG_STEPS_ISSUED);
  counters.listed = read_register(device, SLUICE_TINY_REG_LISTED);
  counters.skipped = read_register(device, SLUICE_TINY_REG_SKIPPED);
  counters.stall_weights = read_register(device, SLUICE_TINY_REG_STALL_WEIGHTS);
  counters.stall_post = read_register(device, SLUICE_TINY_REG_STALL_POST);
  counters.stall_gate = read_register(device, SLUICE_TINY_REG_STALL_GATE);
  counters.stall_short = read_register(device, SLUICE_TINY_REG_STALL_SHORT);
  counters.read_words = read_register(device, SLUICE_TINY_REG_READ_WORDS);
  counters.write_words = read_register(device, SLUICE_TINY_REG_WRITE_WORDS);
  return counters;
}

const char* sluice_tiny_result_text(sluice_tiny_result result) {
  switch (result) {
    case SLUICE_TINY_OK:
      return "success";
    case SLUICE_TINY_WRONG_HARDWARE:
      return "the hardware is not this design";
    case SLUICE_TINY_BAD_IMAGE:
      return "not a network image, of another version, or damaged";
    case SLUICE_TINY_WRONG_IMAGE:
      return "the image was compiled for another config";
    case SLUICE_TINY_NO_MEMORY:
      return "no memory that the device reaches is free for the image";
    case SLUICE_TINY_NOT_LOADED:
      return "no image is loaded";
    case SLUICE_TINY_IS_BUSY:
      return "a run is in progress";
    case SLUICE_TINY_TIMEOUT:
      return "the run has not ended in time";
    case SLUICE_TINY_STOPPED:
      return "the hardware stopped the run";
  }
  return "unknown result";
}
