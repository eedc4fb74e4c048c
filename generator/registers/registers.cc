// SPDX-License-Identifier: Apache-2.0
#include "generator/registers/registers.h"

#include <fmt/format.h>

#include <cassert>

namespace sluice {
namespace {

constexpr Access kReadOnly = Access::kReadOnly, kReadWrite = Access::kReadWrite,
                 kWriteOnly = Access::kWriteOnly, kWriteOneToClear = Access::kWriteOneToClear;

std::vector<Register> control_registers() {
  return {
      {.name = "ID",
       .address = 0x00,
       .meaning = "the config hash: tells one design from another",
       .config_hash = true},
      {.name = "CONTROL",
       .address = 0x04,
       .access = kWriteOnly,
       .meaning = "start and abort",
       .fields = {{"START", 0, 1, "starts a run; ignored while busy"},
                  {"ABORT", 1, 1, "stops the run; ignored while idle"}}},
      {.name = "STATUS",
       .address = 0x08,
       .meaning = "what the run does or did",
       .fields = {{"BUSY", 0, 1, "a run is in progress, or is being stopped"},
                  {"DONE", 1, 1, "the last run reached END"},
                  {"ERROR", 2, 1, "the last run was stopped, for the reason in ERROR_CODE"},
                  {"ERROR_CODE", 8, 8, "set as soon as the run is being stopped"},
                  {"LAYERS", 16, 16, "LAYER commands executed"}}},
      {.name = "COMMAND_ADDRESS_LOW",
       .address = 0x0c,
       .access = kReadWrite,
       .meaning = "byte address of the first command, bits 31:0"},
      {.name = "COMMAND_ADDRESS_HIGH",
       .address = 0x10,
       .access = kReadWrite,
       .meaning = "byte address of the first command, bits above"},
      {.name = "INTERRUPT_ENABLE",
       .address = 0x14,
       .access = kReadWrite,
       .meaning = "which events raise the interrupt",
       .fields = {{"DONE", 0, 1, "a run reached END"}, {"ERROR", 1, 1, "a run was stopped"}}},
      {.name = "INTERRUPT_STATUS",
       .address = 0x18,
       .access = kWriteOneToClear,
       .meaning = "events since they were cleared, enabled or not",
       .fields = {{"DONE", 0, 1, "a run reached END"}, {"ERROR", 1, 1, "a run was stopped"}}},
  };
}

std::vector<Register> counter_registers() {
  const auto counter = [](const char* name, int address, const char* meaning, bool gating = false) {
    Register made{.name = name, .address = address, .meaning = meaning};
    made.counter = true;
    made.event = made.name != "CYCLES";
    made.gating_only = gating;
    return made;
  };
  return {
      counter("CYCLES", 0x20, "busy cycles since the start, held when done"),
      counter("STEPS_ISSUED", 0x24, "lane cycles in which a position entered an array"),
      counter("LISTED", 0x28, "positions whose gate opened, of each block", true),
      counter("SKIPPED", 0x2c, "positions whose gate stayed closed, of each block", true),
      counter("STALL_WEIGHTS", 0x30, "lane cycles waiting for weights or a record header"),
      counter("STALL_POST", 0x34, "lane cycles waiting for an accumulator bank to be drained"),
      counter("STALL_GATE", 0x38, "lane cycles waiting for a decision of the gate", true),
      counter("STALL_SHORT", 0x3c,
              "lane cycles lost because a step has fewer positions than the shortest step takes"),
      counter("READ_WORDS", 0x40, "memory words read"),
      counter("WRITE_WORDS", 0x44, "memory words written"),
  };
}

std::vector<Register> stop_registers() {
  return {
      {.name = "ERROR_COMMAND",
       .address = 0x48,
       .meaning = "number of the command in execution, from 0; held when the run is stopped"},
      {.name = "ERROR_ADDRESS_LOW",
       .address = 0x4c,
       .meaning = "byte address of the access that stopped the run, bits 31:0; 0 if there is none"},
      {.name = "ERROR_ADDRESS_HIGH",
       .address = 0x50,
       .meaning = "byte address of the access that stopped the run, bits above"},
      {.name = "WATCHDOG",
       .address = 0x54,
       .access = kReadWrite,
       .meaning = "busy cycles in a row without progress that stop a run; 0: never"},
      {.name = "REGION_BASE_LOW",
       .address = 0x58,
       .access = kReadWrite,
       .meaning = "first byte address that runs may use, bits 31:0; whole memory words"},
      {.name = "REGION_BASE_HIGH",
       .address = 0x5c,
       .access = kReadWrite,
       .meaning = "first byte address that runs may use, bits above"},
      {.name = "REGION_END_LOW",
       .address = 0x60,
       .access = kReadWrite,
       .meaning = "byte address behind the last that runs may use, bits 31:0; 0: no limit"},
      {.name = "REGION_END_HIGH",
       .address = 0x64,
       .access = kReadWrite,
       .meaning = "byte address behind the last that runs may use, bits above"},
  };
}

std::vector<Register> all_registers() {
  std::vector<Register> all;
  for (const auto& part : {control_registers(), counter_registers(), stop_registers()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  for (std::size_t k = 0; k < all.size(); k++) {
    assert(all[k].address % 4 == 0 && all[k].address < kRegisterBytes);
    assert(k == 0 || all[k].address > all[k - 1].address);
  }
  return all;
}

}  // namespace

const std::vector<Register>& registers() {
  static const std::vector<Register> all = all_registers();
  return all;
}

std::vector<Register> registers_of(const Plan& plan) {
  std::vector<Register> own;
  for (const Register& reg : registers()) {
    if (reg.gating_only && !plan.config.gating) continue;
    if (reg.event && !plan.config.counters) continue;
    own.push_back(reg);
  }
  return own;
}

const std::vector<RegisterError>& register_errors() {
  static const std::vector<RegisterError> errors = {
      {"NONE", 0, "no error"},
      {"ILLEGAL_COMMAND", 1, "illegal command"},
      {"READ_SLAVE", 2, "a read was answered with a slave error"},
      {"READ_DECODE", 3, "a read was answered with a decode error"},
      {"WRITE_SLAVE", 4, "a write was answered with a slave error"},
      {"WRITE_DECODE", 5, "a write was answered with a decode error"},
      {"REGION", 6, "a command addresses memory outside the region"},
      {"WATCHDOG", 7, "no progress for as long as the watchdog allows"},
      {"ABORTED", 8, "aborted by software"},
  };
  return errors;
}

const Register& find_register(const std::string& name) {
  for (const Register& reg : registers()) {
    if (reg.name == name) return reg;
  }
  assert(false && "no such register");
  return registers().front();
}

std::string access_text(Access access) {
  switch (access) {
    case Access::kReadOnly:
      return "read";
    case Access::kReadWrite:
      return "read, write";
    case Access::kWriteOnly:
      return "write";
    case Access::kWriteOneToClear:
      return "read, write 1 to clear";
  }
  return "";
}

std::string register_enumeration() {
  std::string text = "/* Byte addresses of the registers. */\n#pragma once\nenum {\n";
  for (const Register& reg : registers()) {
    text += fmt::format("  SLUICE_REG_{} = {:#04x},\n", reg.name, reg.address);
  }
  return text + "};\n";
}

}  // namespace sluice
