// SPDX-License-Identifier: Apache-2.0
// The registers that software sees, described once. RTL, C header, IP-XACT file, reference page and
// testbench are made from these tables; nothing else in the program knows an address.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generator/plan/plan.h"

namespace sluice {

enum class Access {
  kReadOnly,
  kReadWrite,
  kWriteOnly,       ///< reads as zero
  kWriteOneToClear  ///< a one clears the bit, a zero leaves it
};

/// Bits of a register that belong together.
struct RegisterField {
  std::string name;
  int shift = 0;
  int bits = 1;
  std::string meaning;
};

struct Register {
  std::string name;  ///< upper case
  int address = 0;   ///< in bytes, a multiple of 4
  Access access = Access::kReadOnly;
  std::string meaning;
  std::vector<RegisterField> fields = {};  ///< none: a number of 32 bits
  std::uint32_t reset = 0;
  bool config_hash = false;  ///< holds the config's hash, which stands for `reset`
  bool counter = false;      ///< one of the counters, which restart with CONTROL
  bool event = false;        ///< a hole in designs without event counters
  bool gating_only = false;  ///< a hole in designs without gating
};

/// What the field ERROR_CODE of STATUS holds after a run that was stopped.
struct RegisterError {
  std::string name;  ///< upper case
  int code = 0;
  std::string meaning;
};

/// All registers, by address.
const std::vector<Register>& registers();

/// Those that this design has.
std::vector<Register> registers_of(const Plan& plan);

const std::vector<RegisterError>& register_errors();

/// The register of this name; it must be there.
const Register& find_register(const std::string& name);

/// "read", "read, write", "write" or "read, write 1 to clear"
std::string access_text(Access access);

/// Bytes that the registers take in an address map, a power of two.
constexpr int kRegisterBytes = 256;

/// A C header with an enumerator SLUICE_REG_<NAME> for each address, for testbenches of any design.
std::string register_enumeration();

}  // namespace sluice
