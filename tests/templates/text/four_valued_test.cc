// SPDX-License-Identifier: Apache-2.0
// What a simulator of four values shows where others have zeros: nothing unknown leaves on the bus.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::test {
namespace {

/// Random words with random strobes, unknown where there is no strobe; a slave that often waits.
/// Prints beats, bytes with a strobe that are wrong, and bytes without one that are not zero.
std::string write_bench(const Config& config) {
  return fmt::format(R"(
module bench;
  localparam int WordBytes = {1}, BusBytes = {2}, Beats = WordBytes / BusBytes, Words = 200;
  logic clk = 0, rst_n = 1, valid = 0, ready, awvalid, wvalid, wready = 0, wlast, bready, done;
  logic [{3}-1:0] address = '0;
  logic [WordBytes*8-1:0] data, expected [0:Words-1];
  logic [WordBytes-1:0] strobe, strobes [0:Words-1];
  logic [{4}-1:0] awaddr;
  logic [{5}-1:0] awid, bid = '0;
  logic [7:0] awlen;
  logic [BusBytes*8-1:0] wdata;
  logic [BusBytes-1:0] wstrb;
  logic [1:0] error;
  int sent = 0, beats = 0, wrong = 0, dirty = 0;

  {0}_axi_write dut (
    .clk_i(clk), .rst_ni(rst_n), .write_valid_i(valid), .write_ready_o(ready),
    .write_address_i(address), .write_data_i(data), .write_strobe_i(strobe), .write_done_o(done),
    .write_error_o(error), .awvalid_o(awvalid), .awready_i(1'b1), .awaddr_o(awaddr),
    .awid_o(awid), .awlen_o(awlen), .wvalid_o(wvalid), .wready_i(wready), .wdata_o(wdata),
    .wstrb_o(wstrb), .wlast_o(wlast), .bvalid_i(wvalid & wready & wlast), .bready_o(bready),
    .bid_i(bid), .bresp_i(2'b00));

  task automatic choose;
    for (int b = 0; b < WordBytes; b++) begin
      strobe[b] = $urandom;
      data[b*8 +: 8] = strobe[b] ? 8'($urandom) : 8'hxx;
    end
    expected[sent] = data;
    strobes[sent] = strobe;
  endtask

  task automatic look;
    for (int b = 0; b < BusBytes; b++) begin
      if (wstrb[b] !== strobes[beats / Beats][beats % Beats * BusBytes + b]) wrong++;
      if (wstrb[b] === 1'b0) begin
        if (wdata[b*8 +: 8] !== 8'h00) dirty++;
      end else if (wdata[b*8 +: 8] !== expected[beats / Beats][(beats % Beats * BusBytes + b)*8 +: 8]) begin
        wrong++;
      end
    end
    beats++;
  endtask

  initial begin
    #1 rst_n = 0;
    #1 rst_n = 1;
    choose;
    for (int cycles = 0; cycles < 20 * Words * Beats && beats < Words * Beats; cycles++) begin
      valid = sent < Words;
      wready = $urandom;
      #1;
      if (wvalid & wready) look;
      if (valid & ready) begin
        #1 clk = 1;
        #1 sent++;
        if (sent < Words) choose;
      end else #1 clk = 1;
      #1 clk = 0;
    end
    $display("%0d beats, %0d wrong, %0d not zero", beats, wrong, dirty);
    $finish(0);
  end
endmodule
)",
                     config.name, config.memory.bytes, config.bus.data_bits / 8,
                     config.memory.address_bits, config.bus.address_bits,
                     make_plan(config).bus_id_port_bits);
}

}  // namespace

TEST_CASE("FourValued.WriteDataOfAxiIsZeroWithoutAStrobe") {
  const TempDir temp;
  for (const Design& one : designs()) {
    if (!one.config.bus.axi()) continue;
    const std::string& name = one.config.name;
    const auto folder = write_files(bundle_of(one.config), temp.path());
    write_file(folder / "bench.sv", write_bench(one.config));
    const RunResult result =
        run_shell(folder, "iverilog -g2012 -s bench -o bench.vvp bench.sv rtl/bus/" + name +
                              "_axi_write.sv rtl/common/" + name + "_fifo.sv && vvp -n bench.vvp");
    const int beats = 200 * one.config.memory.bytes * 8 / one.config.bus.data_bits;
    CHECK(result.out == fmt::format("{} beats, 0 wrong, 0 not zero\n", beats));
  }
}

}  // namespace sluice::test
