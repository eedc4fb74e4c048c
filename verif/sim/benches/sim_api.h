// SPDX-License-Identifier: Apache-2.0
/* The interface between the program and a Verilated design, which it loads as a shared library.
 * Plain C types only, so that both sides may be compiled apart. */
#ifndef SLUICE_SIM_API_H
#define SLUICE_SIM_API_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SLUICE_COUNTERS = 10, SLUICE_MAX_LAYERS = 256 };

/* How the memory behaves. All times are clock cycles. */
typedef struct {
  uint32_t read_latency;   /* from a request to its first word, at least 1 */
  uint32_t read_interval;  /* from one word to the next, at least 1 */
  uint32_t write_latency;  /* from a write to its acknowledgement, at least 1 */
  uint32_t write_interval; /* from one write to the next, at least 1 */
  uint64_t stall_seed;     /* 0: exactly the times above; else random stalls on all channels */
  uint32_t stall_percent;  /* probability of a stall in each cycle, with stall_seed */
} SluiceMemory;

/* One run: from the start to done or error. */
typedef struct {
  uint8_t* memory; /* contents from address 0; results are written into it */
  uint64_t memory_bytes;
  uint64_t command_address;
  SluiceMemory timing;
  uint64_t max_cycles;
  const char* waves;     /* FST file to write, or NULL (needs a library built with waves) */
  uint32_t waves_window; /* cycles written together, of every waves_stride such windows; 0: all */
  uint32_t waves_stride;
  uint32_t* write_cycles; /* per memory word: cycle of its last write; or NULL */

  /* Results */
  uint64_t cycles; /* from the start to done */
  uint32_t status; /* the register STATUS */
  uint32_t counters[SLUICE_COUNTERS];
  uint32_t layers;                          /* LAYER commands seen */
  uint64_t layer_cycles[SLUICE_MAX_LAYERS]; /* cycle in which each LAYER command was executed */
  uint64_t bad_address;                     /* first address beyond the memory, or 0 */
  uint64_t read_bytes;                      /* transferred by reads */
  uint64_t write_bytes;                     /* transferred by writes, with a strobe or without */
  uint64_t stored_bytes;                    /* written with a strobe */
  uint32_t timed_out;                       /* max_cycles reached */
  uint32_t broken_rules; /* requests withdrawn or changed before they were taken; with AXI also what
                            the assertions of its checkers say; only where a bus is attached */
} SluiceRun;

/* Control from outside, register by register, with errors on demand: for tests of what stops a run,
 * and of drivers. Of `run` only memory, memory_bytes, timing and write_cycles are used. */
typedef struct {
  SluiceRun run;
  uint64_t read_error_at;  /* this word read, counted from 1, gets an error; 0: none */
  uint64_t write_error_at; /* this word written */
  uint32_t error_response; /* 2 slave error, 3 decode error */

  /* Results */
  uint64_t error_address; /* of the last access that got an error */
  uint64_t error_writes;  /* writes in flight then */
  uint64_t words_read, words_written;
  uint64_t in_flight; /* bursts and writes that have not ended */
  uint64_t cycles;    /* since it was attached */
} SluiceBus;

/* Accesses of one memory, an instance of <name>_ram, in a run. */
typedef struct {
  const char* path; /* of the counter in the instance, from the top module down */
  uint64_t reads;   /* cycles with its read enable set */
  uint64_t writes;  /* with a write enable set */
} SluiceRam;

typedef void* (*SluiceSimOpen)(void);
typedef void (*SluiceSimClose)(void* sim);
typedef void (*SluiceSimRun)(void* sim, SluiceRun* run);
typedef void (*SluiceSimAttach)(void* sim, SluiceBus* bus);
typedef void (*SluiceSimReset)(void* sim);
typedef void (*SluiceSimStep)(void* sim, uint64_t cycles);
typedef int (*SluiceSimWrite)(void* sim, uint32_t address, uint32_t value, uint32_t strobe);
typedef int (*SluiceSimRead)(void* sim, uint32_t address, uint32_t* value);
typedef int (*SluiceSimInterrupt)(void* sim);
typedef uint32_t (*SluiceSimRams)(void* sim, SluiceRam* rams, uint32_t most);

void* sluice_sim_open(void);
void sluice_sim_close(void* sim);
void sluice_sim_run(void* sim, SluiceRun* run);

/* Resets the core; `bus` must live until another is attached. */
void sluice_sim_attach(void* sim, SluiceBus* bus);
/* Resets the core, and forgets what memory has in flight. */
void sluice_sim_reset(void* sim);
void sluice_sim_step(void* sim, uint64_t cycles);
/* One register access, which takes a cycle; 1 if the core calls it an error. */
int sluice_sim_write(void* sim, uint32_t address, uint32_t value, uint32_t strobe);
int sluice_sim_read(void* sim, uint32_t address, uint32_t* value);
/* Level of the interrupt. */
int sluice_sim_interrupt(void* sim);
/* Of the last run, for `most` memories at most; returns how many there are, none in a library that
 * was built without counters. */
uint32_t sluice_sim_rams(void* sim, SluiceRam* rams, uint32_t most);

#ifdef __cplusplus
}
#endif
#endif
