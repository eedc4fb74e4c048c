// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/register_values.h"

#include <fmt/format.h>

#include "generator/registers/registers.h"
#include "generator/util/text.h"

namespace sluice {
namespace {

/// As IP-XACT names kinds of access.
std::string ipxact_access(Access access) {
  if (access == Access::kReadOnly) return "read-only";
  return access == Access::kWriteOnly ? "write-only" : "read-write";
}

Values field_row(const std::string& name, const RegisterField& field, const Register& reg,
                 std::uint32_t reset) {
  Values row;
  row.text("field", name);
  row.text("field_lower", lower_case(name));
  row.number("shift", field.shift);
  row.number("bits", field.bits);
  row.flag("one_bit", field.bits == 1);
  row.text("field_mask", fmt::format("{:#x}", (0xffffffffu >> (32 - field.bits)) << field.shift));
  row.text("field_meaning", field.meaning);
  row.text("field_access", ipxact_access(reg.access));
  row.flag("write_one_to_clear", reg.access == Access::kWriteOneToClear);
  row.text("field_reset", fmt::format("{:#x}", reset >> field.shift));
  return row;
}

/// Fields that the description names; `whole`: a register without fields is one of 32 bits.
Values::Rows field_rows(const Register& reg, std::uint32_t reset, bool whole) {
  Values::Rows rows;
  for (const RegisterField& field : reg.fields)
    rows.push_back(field_row(field.name, field, reg, reset));
  if (rows.empty() && whole)
    rows.push_back(field_row("VALUE", {"VALUE", 0, 32, reg.meaning}, reg, reset));
  return rows;
}

Values register_row(const Register& reg, const Plan& plan, int counter) {
  const std::uint32_t reset =
      reg.config_hash ? static_cast<std::uint32_t>(std::stoul(plan.hash, nullptr, 16)) : reg.reset;
  Values row;
  row.text("register", reg.name);
  row.text("register_lower", lower_case(reg.name));
  row.text("register_camel", camel_case(reg.name));
  row.text("address", fmt::format("{:02x}", reg.address));
  row.text("register_access", ipxact_access(reg.access));
  row.text("access_text", access_text(reg.access));
  row.text("register_meaning", reg.meaning);
  row.flag("read_only", reg.access == Access::kReadOnly);
  row.flag("read_write", reg.access == Access::kReadWrite);
  row.flag("write_only", reg.access == Access::kWriteOnly);
  row.number("counter_index", counter);
  row.list("fields", field_rows(reg, reset, false));
  row.list("all_fields", field_rows(reg, reset, true));
  return row;
}

}  // namespace

void add_register_values(Values& values, const Plan& plan) {
  Values::Rows all, writable, counters;
  for (const Register& reg : registers_of(plan)) {
    const int index = static_cast<int>(counters.size());
    all.push_back(register_row(reg, plan, index));
    if (reg.access != Access::kReadOnly) writable.push_back(register_row(reg, plan, index));
    if (reg.counter) counters.push_back(register_row(reg, plan, index));
  }
  values.number("counter_count", static_cast<int>(counters.size()));
  values.number("register_bytes", kRegisterBytes);
  values.list("registers", std::move(all));
  values.list("writable_registers", std::move(writable));
  values.list("counter_registers", std::move(counters));

  Values::Rows errors;
  for (const RegisterError& error : register_errors()) {
    Values row;
    row.text("error", error.name);
    row.text("error_camel", camel_case(error.name));
    row.number("error_code", error.code);
    row.text("error_meaning", error.meaning);
    errors.push_back(std::move(row));
  }
  values.list("register_errors", std::move(errors));
}

}  // namespace sluice
