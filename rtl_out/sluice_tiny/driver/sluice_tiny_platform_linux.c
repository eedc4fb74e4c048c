// GENERATED - do not edit. Change tiny.yaml or templates/driver/platform_linux.c.tpl, then run
//   sluice generate tiny.yaml -o DIR
// sluice 0.1.0; config sha256 d6053104
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
// Platform for Linux user space: registers and interrupt through UIO, memory through u-dma-buf. An example.
// Environment: SLUICE_TINY_UIO, the UIO device (/dev/uio0), whose map 0 are the registers;
// SLUICE_TINY_UDMABUF, the buffer's name (udmabuf0). The buffer is opened with O_SYNC, so that no cache
// lies between.
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "sluice_tiny_platform.h"

static struct {
  int uio, dma;
  void* register_page;  // as mapped
  volatile uint32_t* registers;
  uint8_t* memory;
  size_t memory_bytes;
  uint64_t address;  // physical
  int taken;
} linux_state;

static uint32_t read32(void* context, uint32_t offset) {
  (void)context;
  return linux_state.registers[offset / 4];
}

static void write32(void* context, uint32_t offset, uint32_t value) {
  (void)context;
  linux_state.registers[offset / 4] = value;
}

static void* allocate(void* context, size_t bytes, size_t alignment, uint64_t* address) {
  (void)context;
  if (linux_state.taken || bytes > linux_state.memory_bytes || linux_state.address % alignment != 0) return NULL;
  linux_state.taken = 1;
  *address = linux_state.address;
  return linux_state.memory;
}

static void release(void* context, void* memory, size_t bytes) {
  (void)context;
  (void)memory;
  (void)bytes;
  linux_state.taken = 0;
}

// Orders accesses to memory against those to registers
static void barrier(void* context, const void* memory, size_t bytes) {
  (void)context;
  (void)memory;
  (void)bytes;
  __sync_synchronize();
}

static void barrier_back(void* context, void* memory, size_t bytes) { barrier(context, memory, bytes); }

static uint64_t microseconds(void* context) {
  struct timespec now;
  (void)context;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

// UIO: a write of 1 lets the interrupt through, a read tells how many there were. Awake from time to time, in
// case the interrupt came before it was let through.
static void wait_interrupt(void* context, uint64_t most) {
  const uint32_t one = 1;
  uint32_t count;
  struct pollfd wanted;
  (void)context;
  if (write(linux_state.uio, &one, sizeof(one)) != (ssize_t)sizeof(one)) return;
  wanted.fd = linux_state.uio;
  wanted.events = POLLIN;
  if (poll(&wanted, 1, most < 10000 ? (int)(most / 1000) + 1 : 10) != 1) return;
  if (read(linux_state.uio, &count, sizeof(count)) != (ssize_t)sizeof(count)) return;
}

static const char* setting(const char* variable, const char* usual) {
  const char* value = getenv(variable);
  return value != NULL ? value : usual;
}

// A number from a file of sysfs; 0 if there is none
static uint64_t number_in(const char* buffer, const char* entry) {
  char path[256];
  unsigned long long value = 0;
  FILE* file;
  snprintf(path, sizeof(path), "/sys/class/u-dma-buf/%s/%s", buffer, entry);
  file = fopen(path, "r");
  if (file == NULL) return 0;
  if (fscanf(file, "%lli", (long long*)&value) != 1) value = 0;
  fclose(file);
  return value;
}

static int failed(const char* what) {
  perror(what);
  return -1;
}

int sluice_tiny_platform_open(sluice_tiny_platform* platform) {
  const sluice_tiny_platform own = {NULL,    read32,       write32,      allocate,       release,
                                 barrier, barrier_back, microseconds, wait_interrupt, 1};
  const char* uio = setting("SLUICE_TINY_UIO", "/dev/uio0");
  const char* buffer = setting("SLUICE_TINY_UDMABUF", "udmabuf0");
  char path[256];
  void* mapped;

  linux_state.uio = open(uio, O_RDWR);
  if (linux_state.uio < 0) return failed(uio);
  mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, linux_state.uio, 0);
  if (mapped == MAP_FAILED) return failed(uio);
  linux_state.register_page = mapped;
  linux_state.registers = (volatile uint32_t*)mapped;

  snprintf(path, sizeof(path), "/dev/%s", buffer);
  linux_state.dma = open(path, O_RDWR | O_SYNC);
  if (linux_state.dma < 0) return failed(path);
  linux_state.address = number_in(buffer, "phys_addr");
  linux_state.memory_bytes = (size_t)number_in(buffer, "size");
  mapped = mmap(NULL, linux_state.memory_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, linux_state.dma, 0);
  if (mapped == MAP_FAILED) return failed(path);
  linux_state.memory = (uint8_t*)mapped;
  *platform = own;
  return 0;
}

void sluice_tiny_platform_close(sluice_tiny_platform* platform) {
  (void)platform;
  munmap(linux_state.memory, linux_state.memory_bytes);
  munmap(linux_state.register_page, 4096);
  close(linux_state.dma);
  close(linux_state.uio);
}
