<%! SPDX-License-Identifier: Apache-2.0 %>
#include "<%name%>_driver.h"

#include <string.h>

// ---- Registers -----------------------------------------------------------------------------------

static uint32_t read_register(const <%name%>_device* device, uint32_t offset) {
  return device->platform->read32(device->platform->context, offset);
}

static void write_register(const <%name%>_device* device, uint32_t offset, uint32_t value) {
  device->platform->write32(device->platform->context, offset, value);
}

static uint32_t status_of(const <%name%>_device* device) {
  return read_register(device, <%name_upper%>_REG_STATUS);
}

static int is_busy(const <%name%>_device* device) {
  return (status_of(device) & <%name_upper%>_STATUS_BUSY) != 0;
}

static void clear_interrupts(const <%name%>_device* device) {
  write_register(device, <%name_upper%>_REG_INTERRUPT_STATUS,
                 <%name_upper%>_INTERRUPT_STATUS_DONE | <%name_upper%>_INTERRUPT_STATUS_ERROR);
}

static void set_region(const <%name%>_device* device, uint64_t base, uint64_t end) {
  write_register(device, <%name_upper%>_REG_REGION_BASE_LOW, (uint32_t)base);
  write_register(device, <%name_upper%>_REG_REGION_BASE_HIGH, (uint32_t)(base >> 32));
  write_register(device, <%name_upper%>_REG_REGION_END_LOW, (uint32_t)end);
  write_register(device, <%name_upper%>_REG_REGION_END_HIGH, (uint32_t)(end >> 32));
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

static <%name%>_map get_map(const uint8_t* at) {
  <%name%>_map map;
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
static uint64_t place_of(const <%name%>_map* map, uint32_t y, uint32_t x, uint32_t c, unsigned* shift) {
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
static int map_is_sound(const <%name%>_map* map) {
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
static int map_fits(const <%name%>_map* map, uint64_t memory_bytes) {
  const uint64_t group_bytes = (uint64_t)map->group_pitch * map->atom;
  return map_is_sound(map) && add_product(map->offset, map->groups, group_bytes) <= memory_bytes;
}

// Number of values, UINT64_MAX if it has more than 64 bits
static uint64_t values_of(const <%name%>_map* map) {
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

static <%name%>_result take_apart(const uint8_t* image, size_t bytes, image_parts* parts) {
  uint64_t left, host_bytes;
  uint32_t k;
  if (bytes < IMAGE_WORDS * 4 || get_word(image) != IMAGE_MAGIC) return <%name_upper%>_BAD_IMAGE;
  if (get_word(image + 4) != IMAGE_VERSION) return <%name_upper%>_BAD_IMAGE;
  if (get_word(image + 12) != crc32_of(image + IMAGE_CHECKED_FROM, bytes - IMAGE_CHECKED_FROM)) {
    return <%name_upper%>_BAD_IMAGE;
  }
  if (get_word(image + 8) != <%name_upper%>_CONFIG_HASH) return <%name_upper%>_WRONG_IMAGE;
  parts->base = get_long(image + 16);
  parts->memory_bytes = get_long(image + 24);
  parts->content_bytes = get_long(image + 32);
  parts->commands = get_word(image + 40);
  parts->place_count = get_word(image + 44);
  parts->more_outputs = get_word(image + IMAGE_MORE_WORD * 4);
  left = bytes - IMAGE_WORDS * 4;
  if (parts->more_outputs > left / IMAGE_MAP_BYTES) return <%name_upper%>_BAD_IMAGE;
  left -= parts->more_outputs * UINT64_C(1) * IMAGE_MAP_BYTES;
  if (get_word(image + 48) != bytes - left || parts->place_count > left / 4) return <%name_upper%>_BAD_IMAGE;
  parts->places = image + (bytes - left);
  left -= parts->place_count * UINT64_C(4);
  parts->contents = image + (bytes - left);
  host_bytes = get_word(image + IMAGE_HOST_WORD * 4) * UINT64_C(4);
  if (host_bytes > left || parts->content_bytes != left - host_bytes) return <%name_upper%>_BAD_IMAGE;
  if (parts->commands >= parts->memory_bytes) return <%name_upper%>_BAD_IMAGE;
  for (k = 0; k < parts->place_count; k++) {
    const uint64_t place = get_word(parts->places + (size_t)k * 4);
    if (place + 8 > parts->content_bytes) return <%name_upper%>_BAD_IMAGE;
  }
  return <%name_upper%>_OK;
}

// ---- Device --------------------------------------------------------------------------------------

<%name%>_result <%name%>_probe(<%name%>_device* device, const <%name%>_platform* platform) {
  memset(device, 0, sizeof(*device));
  device->platform = platform;
  if (read_register(device, <%name_upper%>_REG_ID) != <%name_upper%>_CONFIG_HASH) {
    return <%name_upper%>_WRONG_HARDWARE;
  }
  write_register(device, <%name_upper%>_REG_INTERRUPT_ENABLE, 0);
  if (<%name%>_abort(device, 1000000) != <%name_upper%>_OK) return <%name_upper%>_TIMEOUT;
  clear_interrupts(device);
  return <%name_upper%>_OK;
}

// Takes a map of the image, all of which the device reaches.
static <%name%>_result take_map(<%name%>_map* map, const uint8_t* at, uint64_t reached) {
  *map = get_map(at);
  if (!map_fits(map, reached)) return <%name_upper%>_BAD_IMAGE;
  return is_size(values_of(map)) ? <%name_upper%>_OK : <%name_upper%>_NO_MEMORY;
}

// The same of all maps. `bytes`, which the device reaches, become those that are needed with the maps of outputs.
static <%name%>_result take_maps(<%name%>_device* device, const uint8_t* file, uint32_t more, uint64_t* bytes) {
  <%name%>_result result = take_map(&device->input, file + IMAGE_INPUT_WORD * 4, *bytes);
  uint32_t k;
  for (k = 0; result == <%name_upper%>_OK && k < more; k++) {
    result = take_map(&device->output, file + IMAGE_WORDS * 4 + (size_t)k * IMAGE_MAP_BYTES, *bytes);
  }
  if (result == <%name_upper%>_OK) result = take_map(&device->output, file + IMAGE_OUTPUT_WORD * 4, *bytes);
  device->output_count = more + 1;
  device->more_outputs = *bytes;
  *bytes += (uint64_t)more * IMAGE_MAP_BYTES;
  return result != <%name_upper%>_OK || is_size(*bytes) ? result : <%name_upper%>_NO_MEMORY;
}

<%name%>_result <%name%>_load(<%name%>_device* device, const void* image, size_t bytes) {
  const <%name%>_platform* platform = device->platform;
  const uint8_t* file = (const uint8_t*)image;
  const uint64_t word = <%name_upper%>_MEMORY_BYTES;
  const uint64_t reach = UINT64_C(1) << <%name_upper%>_MEMORY_ADDRESS_BITS;
  image_parts parts;
  uint64_t reserved, needed, k;
  <%name%>_result result = take_apart(file, bytes, &parts);
  if (result != <%name_upper%>_OK) return result;
  if (is_busy(device)) return <%name_upper%>_IS_BUSY;
  <%name%>_unload(device);

  reserved = parts.memory_bytes > parts.content_bytes ? parts.memory_bytes : parts.content_bytes;
  if (reserved > reach) return <%name_upper%>_NO_MEMORY;
  reserved += (word - reserved % word) % word;
  needed = reserved;
  result = take_maps(device, file, parts.more_outputs, &needed);
  if (result != <%name_upper%>_OK) return result;

  device->memory = (uint8_t*)platform->allocate(platform->context, (size_t)needed, (size_t)word, &device->address);
  if (device->memory == NULL) return <%name_upper%>_NO_MEMORY;
  device->memory_bytes = needed;
  if (device->address % word != 0 || device->address > reach - reserved) {
    <%name%>_unload(device);
    return <%name_upper%>_NO_MEMORY;
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
  return <%name_upper%>_OK;
}

void <%name%>_unload(<%name%>_device* device) {
  if (device->memory == NULL) return;
  device->platform->release(device->platform->context, device->memory, (size_t)device->memory_bytes);
  device->memory = NULL;
  set_region(device, 0, 0);
}

// ---- Values --------------------------------------------------------------------------------------

size_t <%name%>_input_size(const <%name%>_device* device) {
  return device->memory == NULL ? 0 : (size_t)values_of(&device->input);
}

size_t <%name%>_output_size(const <%name%>_device* device) { return <%name%>_output_size_at(device, 0); }

size_t <%name%>_output_count(const <%name%>_device* device) {
  return device->memory == NULL ? 0 : device->output_count;
}

<%name%>_map <%name%>_output_map(const <%name%>_device* device, size_t index) {
  if (index == 0) return device->output;
  return get_map(device->memory + device->more_outputs + (index - 1) * IMAGE_MAP_BYTES);
}

size_t <%name%>_output_size_at(const <%name%>_device* device, size_t index) {
  <%name%>_map map;
  if (index >= <%name%>_output_count(device)) return 0;
  map = <%name%>_output_map(device, index);
  return (size_t)values_of(&map);
}

<%name%>_result <%name%>_set_input(<%name%>_device* device, const int8_t* values) {
  const <%name%>_platform* platform = device->platform;
  const <%name%>_map* map = &device->input;
  uint32_t y, x, c;
  if (device->memory == NULL) return <%name_upper%>_NOT_LOADED;
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
  return <%name_upper%>_OK;
}

<%name%>_result <%name%>_get_output(<%name%>_device* device, int8_t* values) {
  return <%name%>_get_output_at(device, 0, values);
}

<%name%>_result <%name%>_get_output_at(<%name%>_device* device, size_t index, int8_t* values) {
  <%name%>_map map;
  uint32_t y, x, c;
  int half;
  if (index >= <%name%>_output_count(device)) return <%name_upper%>_NOT_LOADED;
  map = <%name%>_output_map(device, index);
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
  return <%name_upper%>_OK;
}

// ---- Runs ----------------------------------------------------------------------------------------

<%name%>_result <%name%>_start(<%name%>_device* device) {
  if (device->memory == NULL) return <%name_upper%>_NOT_LOADED;
  if (is_busy(device)) return <%name_upper%>_IS_BUSY;
  clear_interrupts(device);
  if (device->platform->interrupts) {
    write_register(device, <%name_upper%>_REG_INTERRUPT_ENABLE,
                   <%name_upper%>_INTERRUPT_ENABLE_DONE | <%name_upper%>_INTERRUPT_ENABLE_ERROR);
  }
  write_register(device, <%name_upper%>_REG_COMMAND_ADDRESS_LOW, (uint32_t)device->commands);
  write_register(device, <%name_upper%>_REG_COMMAND_ADDRESS_HIGH, (uint32_t)(device->commands >> 32));
  write_register(device, <%name_upper%>_REG_CONTROL, <%name_upper%>_CONTROL_START);
  return <%name_upper%>_OK;
}

// Waits until the device is idle
static <%name%>_result wait_idle(<%name%>_device* device, uint64_t most) {
  const <%name%>_platform* platform = device->platform;
  const uint64_t begin = platform->microseconds(platform->context);
  while (is_busy(device)) {
    const uint64_t passed = platform->microseconds(platform->context) - begin;
    if (passed >= most) return <%name_upper%>_TIMEOUT;
    if (platform->wait != NULL) platform->wait(platform->context, most - passed);
  }
  clear_interrupts(device);
  return <%name_upper%>_OK;
}

<%name%>_result <%name%>_wait(<%name%>_device* device, uint64_t most) {
  const <%name%>_platform* platform = device->platform;
  if (wait_idle(device, most) != <%name_upper%>_OK) return <%name_upper%>_TIMEOUT;
  if (device->memory != NULL && platform->from_device != NULL) {
    platform->from_device(platform->context, device->memory, (size_t)device->memory_bytes);
  }
  return (status_of(device) & <%name_upper%>_STATUS_ERROR) ? <%name_upper%>_STOPPED : <%name_upper%>_OK;
}

<%name%>_result <%name%>_run(<%name%>_device* device, uint64_t most) {
  const <%name%>_result result = <%name%>_start(device);
  return result == <%name_upper%>_OK ? <%name%>_wait(device, most) : result;
}

<%name%>_result <%name%>_abort(<%name%>_device* device, uint64_t most) {
  write_register(device, <%name_upper%>_REG_CONTROL, <%name_upper%>_CONTROL_ABORT);
  return wait_idle(device, most);
}

void <%name%>_set_watchdog(<%name%>_device* device, uint32_t cycles) {
  write_register(device, <%name_upper%>_REG_WATCHDOG, cycles);
}

// ---- Reports -------------------------------------------------------------------------------------

static const char* fault_text(unsigned code) {
  switch (code) {
<%#register_errors%>
    case <%name_upper%>_ERROR_<%error%>:
      return "<%error_meaning%>";
<%/register_errors%>
    default:
      return "unknown error";
  }
}

<%name%>_fault_info <%name%>_fault(const <%name%>_device* device) {
  <%name%>_fault_info fault;
  fault.code = (unsigned)<%name_upper%>_GET(STATUS_ERROR_CODE, status_of(device));
  fault.command = read_register(device, <%name_upper%>_REG_ERROR_COMMAND);
  fault.address = read_register(device, <%name_upper%>_REG_ERROR_ADDRESS_LOW) |
                  (uint64_t)read_register(device, <%name_upper%>_REG_ERROR_ADDRESS_HIGH) << 32;
  fault.text = fault_text(fault.code);
  return fault;
}

<%name%>_counters <%name%>_read_counters(const <%name%>_device* device) {
  <%name%>_counters counters;
<%#counter_registers%>
  counters.<%register_lower%> = read_register(device, <%name_upper%>_REG_<%register%>);
<%/counter_registers%>
  return counters;
}

const char* <%name%>_result_text(<%name%>_result result) {
  switch (result) {
    case <%name_upper%>_OK:
      return "success";
    case <%name_upper%>_WRONG_HARDWARE:
      return "the hardware is not this design";
    case <%name_upper%>_BAD_IMAGE:
      return "not a network image, of another version, or damaged";
    case <%name_upper%>_WRONG_IMAGE:
      return "the image was compiled for another config";
    case <%name_upper%>_NO_MEMORY:
      return "no memory that the device reaches is free for the image";
    case <%name_upper%>_NOT_LOADED:
      return "no image is loaded";
    case <%name_upper%>_IS_BUSY:
      return "a run is in progress";
    case <%name_upper%>_TIMEOUT:
      return "the run has not ended in time";
    case <%name_upper%>_STOPPED:
      return "the hardware stopped the run";
  }
  return "unknown result";
}
