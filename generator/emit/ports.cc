// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/ports.h"

#include "generator/util/text.h"

namespace sluice {
namespace {

constexpr bool kIn = true, kOut = false;

int length_bits(int burst) {
  int bits = 1;
  while ((1 << bits) < burst + 1) bits++;
  return bits;
}

std::vector<TopPort> core_ports(const Config& config) {
  const int address = config.memory.address_bits, bytes = config.memory.bytes;
  return {
      {"clk_i", kIn, 0},
      {"rst_ni", kIn, 0},
      {"reg_write_i", kIn, 0},
      {"reg_address_i", kIn, 8},
      {"reg_write_data_i", kIn, 32},
      {"reg_strobe_i", kIn, 4},
      {"reg_read_data_o", kOut, 32},
      {"reg_error_o", kOut, 0},
      {"interrupt_o", kOut, 0},
      {"busy_o", kOut, 0},
      {"done_o", kOut, 0},
      {"error_o", kOut, 0},
      {"read_valid_o", kOut, 0},
      {"read_ready_i", kIn, 0},
      {"read_address_o", kOut, address},
      {"read_length_o", kOut, length_bits(config.memory.burst)},
      {"read_data_valid_i", kIn, 0},
      {"read_data_i", kIn, 8 * bytes},
      {"read_error_i", kIn, 2},
      {"write_valid_o", kOut, 0},
      {"write_ready_i", kIn, 0},
      {"write_address_o", kOut, address},
      {"write_data_o", kOut, 8 * bytes},
      {"write_strobe_o", kOut, bytes},
      {"write_done_i", kIn, 0},
      {"write_error_i", kIn, 2},
  };
}

std::vector<TopPort> slave_ports() {
  return {
      {"s_axi_awvalid", kIn, 0},  {"s_axi_awready", kOut, 0}, {"s_axi_awaddr", kIn, 12},
      {"s_axi_awprot", kIn, 3},   {"s_axi_wvalid", kIn, 0},   {"s_axi_wready", kOut, 0},
      {"s_axi_wdata", kIn, 32},   {"s_axi_wstrb", kIn, 4},    {"s_axi_bvalid", kOut, 0},
      {"s_axi_bready", kIn, 0},   {"s_axi_bresp", kOut, 2},   {"s_axi_arvalid", kIn, 0},
      {"s_axi_arready", kOut, 0}, {"s_axi_araddr", kIn, 12},  {"s_axi_arprot", kIn, 3},
      {"s_axi_rvalid", kOut, 0},  {"s_axi_rready", kIn, 0},   {"s_axi_rdata", kOut, 32},
      {"s_axi_rresp", kOut, 2},
  };
}

/// The address channel of reads ("ar") or writes ("aw").
void add_address_channel(std::vector<TopPort>& ports, const std::string& channel, int ids,
                         int address) {
  const std::string start = "m_axi_" + channel;
  ports.insert(ports.end(), {{start + "valid", kOut, 0},
                             {start + "ready", kIn, 0},
                             {start + "id", kOut, ids},
                             {start + "addr", kOut, address},
                             {start + "len", kOut, 8},
                             {start + "size", kOut, 3},
                             {start + "burst", kOut, 2},
                             {start + "lock", kOut, 0},
                             {start + "cache", kOut, 4},
                             {start + "prot", kOut, 3},
                             {start + "qos", kOut, 4},
                             {start + "region", kOut, 4}});
}

std::vector<TopPort> master_ports(const Plan& plan) {
  const int ids = plan.bus_id_port_bits, bytes = plan.bus_bytes;
  std::vector<TopPort> ports;
  add_address_channel(ports, "aw", ids, plan.config.bus.address_bits);
  ports.insert(ports.end(), {{"m_axi_wvalid", kOut, 0},
                             {"m_axi_wready", kIn, 0},
                             {"m_axi_wdata", kOut, 8 * bytes},
                             {"m_axi_wstrb", kOut, bytes},
                             {"m_axi_wlast", kOut, 0},
                             {"m_axi_bvalid", kIn, 0},
                             {"m_axi_bready", kOut, 0},
                             {"m_axi_bid", kIn, ids},
                             {"m_axi_bresp", kIn, 2}});
  add_address_channel(ports, "ar", ids, plan.config.bus.address_bits);
  ports.insert(ports.end(), {{"m_axi_rvalid", kIn, 0},
                             {"m_axi_rready", kOut, 0},
                             {"m_axi_rid", kIn, ids},
                             {"m_axi_rdata", kIn, 8 * bytes},
                             {"m_axi_rresp", kIn, 2},
                             {"m_axi_rlast", kIn, 0}});
  return ports;
}

Values::Rows rows_of(const std::vector<TopPort>& ports) {
  Values::Rows rows;
  for (const TopPort& port : ports) {
    Values row;
    row.text("port", port.name);
    row.text("port_direction", port.input ? "in" : "out");
    row.flag("port_vector", port.bits > 0);
    row.number("port_left", port.bits - 1);
    // "m_axi_awaddr" is AWADDR to the standard
    const std::size_t logical = port.name.find("_axi_");
    row.text("port_logical",
             logical == std::string::npos ? port.name : upper_case(port.name.substr(logical + 5)));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::vector<TopPort> top_ports(const Plan& plan) {
  if (!plan.config.bus.axi()) return core_ports(plan.config);
  std::vector<TopPort> ports = {{"aclk", kIn, 0}, {"aresetn", kIn, 0}, {"irq", kOut, 0}};
  for (const auto& more : {slave_ports(), master_ports(plan)}) {
    ports.insert(ports.end(), more.begin(), more.end());
  }
  return ports;
}

void add_port_values(Values& values, const Plan& plan) {
  values.list("top_ports", rows_of(top_ports(plan)));
  values.list("slave_ports", rows_of(slave_ports()));
  values.list("master_ports", rows_of(master_ports(plan)));
}

}  // namespace sluice
