// GENERATED - do not edit. Change edge.yaml or templates/driver/platform_bare.c.tpl, then run
//   sluice generate edge.yaml -o DIR
// sluice 0.1.0; config sha256 ffc31090
// This file is yours: use, change and license it as you like.
// SPDX-License-Identifier: 0BSD
//
// Platform for bare metal: registers at a fixed address, memory from one array, polling. An example: put in
// what your system has. Compile with -DSLUICE_EDGE_REGISTERS=<address of the registers>.
#include "sluice_edge_platform.h"

#ifndef SLUICE_EDGE_REGISTERS
#define SLUICE_EDGE_REGISTERS 0x40000000u
#endif
#ifndef SLUICE_EDGE_POOL_BYTES
#define SLUICE_EDGE_POOL_BYTES (1u << 20)
#endif

// Taken as one piece; must be where the device sees it, at the same address as the processor
static union {
  uint8_t bytes[SLUICE_EDGE_POOL_BYTES];
  uint64_t aligned;
} pool;
static int pool_taken;

static uint32_t read32(void* context, uint32_t offset) {
  (void)context;
  return *(volatile uint32_t*)((uintptr_t)SLUICE_EDGE_REGISTERS + offset);
}

static void write32(void* context, uint32_t offset, uint32_t value) {
  (void)context;
  *(volatile uint32_t*)((uintptr_t)SLUICE_EDGE_REGISTERS + offset) = value;
}

static void* allocate(void* context, size_t bytes, size_t alignment, uint64_t* address) {
  const uintptr_t begin = ((uintptr_t)pool.bytes + alignment - 1) / alignment * alignment;
  (void)context;
  if (pool_taken || bytes + (begin - (uintptr_t)pool.bytes) > sizeof(pool.bytes)) return NULL;
  pool_taken = 1;
  *address = begin;
  return pool.bytes + (begin - (uintptr_t)pool.bytes);
}

static void release(void* context, void* memory, size_t bytes) {
  (void)context;
  (void)memory;
  (void)bytes;
  pool_taken = 0;
}

// Counts its calls as microseconds: put in a timer of your system
static uint64_t microseconds(void* context) {
  static uint64_t calls;
  (void)context;
  return calls++;
}

int sluice_edge_platform_open(sluice_edge_platform* platform) {
  // With caches, to_device and from_device must clean and invalidate them
  const sluice_edge_platform own = {NULL, read32, write32, allocate, release, NULL, NULL, microseconds, NULL, 0};
  *platform = own;
  return 0;
}

void sluice_edge_platform_close(sluice_edge_platform* platform) { (void)platform; }
