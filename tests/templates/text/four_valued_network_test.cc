// SPDX-License-Identifier: Apache-2.0
// Whole networks in a simulator of four values, where memories start as X: every result is the
// golden model's, and nothing unknown is written. SLUICE_SEED sets the first seed (1 if not set),
// SLUICE_RUNS the networks for each design.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <optional>
#include <sstream>

#include "generator/compiler/compile.h"
#include "generator/registers/registers.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"
#include "tests/support/repeat.h"
#include "verif/run/execute.h"
#include "verif/run/random_case.h"

namespace sluice::test {
namespace {

constexpr std::uint64_t kLongest = 1500;  // cycles of a network, of which Icarus does few a second
const SluiceMemory kTiming{4, 1, 4, 1, 0, 0};

/// A network in memory, and what it must give.
struct Case {
  compiler::Program program;
  golden::Tensor expected;
  std::vector<std::uint8_t> memory;
};

/// The network of this seed; none if it does not fit the design or takes too long.
std::optional<Case> case_of(const Plan& plan, std::uint64_t seed) {
  const run::RandomCase random = run::random_case(plan, seed);
  compiler::Options options;
  options.gated = random.gated;
  options.local = random.local;
  Case made;
  try {
    made.program = compiler::compile(random.network, plan, options);
  } catch (const compiler::CompileError&) {
    return std::nullopt;
  }
  const auto results = golden::evaluate(random.network, random.input, random.gated);
  if (run::predict(plan, made.program, results, kTiming).cycles > kLongest) return std::nullopt;
  made.expected = results.back().output;
  made.memory = made.program.image;
  run::store_map(made.memory, made.program.input, random.input);
  return made;
}

/// Memory that waits at random, and the register writes of one run. Prints how the run ended, what
/// unknown bits left the core, and the bytes of the result, a line each.
std::string bench_of(const Config& config, const Case& one) {
  return fmt::format(R"(
module bench;
  localparam int WordBytes = {1}, Size = {2}, Queue = 65536;
  logic clk = 0, rst_n = 1, reg_write = 0;
  logic [7:0] reg_address = '0;
  logic [31:0] reg_data = '0, status;
  logic read_valid, read_ready = 0, data_valid = 0, write_valid, write_ready = 0, write_done = 0;
  logic [{3}-1:0] read_address, write_address;
  logic [$clog2({4}+1)-1:0] read_length;
  logic [WordBytes*8-1:0] read_data = '0, write_data;
  logic [WordBytes-1:0] write_strobe;
  logic [7:0] memory [0:Size-1];
  int words [0:Queue-1];
  int asked = 0, given = 0, taken = 0, acknowledged = 0, unknown = 0;

  {0}_core dut (
    .clk_i(clk), .rst_ni(rst_n), .reg_write_i(reg_write), .reg_address_i(reg_address),
    .reg_write_data_i(reg_data), .reg_strobe_i(4'hf), .reg_read_data_o(status), .reg_error_o(),
    .interrupt_o(), .busy_o(), .done_o(), .error_o(), .read_valid_o(read_valid),
    .read_ready_i(read_ready), .read_address_o(read_address), .read_length_o(read_length),
    .read_data_valid_i(data_valid), .read_data_i(read_data), .read_error_i(2'b00),
    .write_valid_o(write_valid), .write_ready_i(write_ready), .write_address_o(write_address),
    .write_data_o(write_data), .write_strobe_o(write_strobe), .write_done_i(write_done),
    .write_error_i(2'b00));

  task automatic sample;
    if (^{{read_valid, write_valid}} === 1'bx) unknown++;
    if (data_valid) given++;
    if (write_done) acknowledged++;
    if (read_valid & read_ready) begin
      if (^{{read_address, read_length}} === 1'bx) unknown++;
      for (int w = 0; w < read_length; w++) words[asked++ % Queue] = read_address + w * WordBytes;
    end
    if (write_valid & write_ready) begin
      if (^{{write_address, write_strobe}} === 1'bx) unknown++;
      for (int b = 0; b < WordBytes; b++) begin
        if (write_strobe[b]) begin
          if (^write_data[b*8 +: 8] === 1'bx) unknown++;
          memory[write_address + b] = write_data[b*8 +: 8];
        end
      end
      taken++;
    end
  endtask

  task automatic cycle;
    read_ready = $urandom;
    write_ready = $urandom;
    write_done = (acknowledged < taken) & ($urandom % 4 != 0);
    data_valid = (given < asked) & ($urandom % 4 != 0);
    for (int b = 0; b < WordBytes; b++) begin
      read_data[b*8 +: 8] = data_valid ? memory[words[given % Queue] + b] : 8'hxx;
    end
    #1 sample;
    #1 clk = 1;
    #1 clk = 0;
  endtask

  task automatic write(input logic [7:0] address, input logic [31:0] data);
    reg_write = 1;
    reg_address = address;
    reg_data = data;
    cycle;
    reg_write = 0;
  endtask

  initial begin
    $readmemh("image.hex", memory);
    #1 rst_n = 0;
    repeat (2) begin
      #1 clk = 1;
      #1 clk = 0;
    end
    #1 rst_n = 1;
    write({5}, {8});
    write({6}, 1);
    reg_address = {7};
    #1;
    for (int k = 0; k < {9} && (status[2:1] === 2'b00); k++) cycle;
    $display("done %b error %b unknown %0d", status[1], status[2], unknown);
    for (int b = 0; b < {11}; b++) $display("%h", memory[{10} + b]);
    $finish(0);
  end
endmodule
)",
                     config.name, config.memory.bytes, one.memory.size(),
                     config.memory.address_bits, config.memory.burst,
                     find_register("COMMAND_ADDRESS_LOW").address, find_register("CONTROL").address,
                     find_register("STATUS").address, one.program.command_address, 20 * kLongest,
                     one.program.outputs[0].address, one.program.outputs[0].size());
}

std::string hex_of(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}\n", byte);
  return text;
}

/// Runs a network in the design's folder; how the run ended, and how many values are not right.
void check_run(const std::filesystem::path& folder, const Config& config, Case one) {
  write_file(folder / "bench.sv", bench_of(config, one));
  write_file(folder / "image.hex", hex_of(one.memory));
  const RunResult result = run_shell(folder, "iverilog -g2012 -s bench -o bench.vvp -f " +
                                                 config.name + ".f bench.sv && vvp -n bench.vvp");
  std::istringstream lines(result.out);
  std::string end, byte;
  std::getline(lines, end);
  CHECK(end == "done 1 error 0 unknown 0");
  int unknown = 0;
  std::uint64_t read = 0;
  const compiler::MapLayout& output = one.program.outputs[0];
  for (; read < output.size() && std::getline(lines, byte); read++) {
    const bool known = byte.find_first_not_of("0123456789abcdef") == std::string::npos;
    unknown += !known;
    one.memory[output.address + read] = known ? std::stoul(byte, nullptr, 16) : 0x55;
  }
  CHECK(read == output.size());
  CHECK(unknown == 0);
  const golden::Tensor& expected = one.expected;
  const golden::Tensor found =
      run::load_map(one.memory, output, expected.height, expected.width, expected.channels);
  int wrong = 0;
  for (std::size_t k = 0; k < expected.values.size(); k++) {
    wrong += found.values[k] != expected.values[k];
  }
  INFO(wrong << " of " << expected.values.size() << " values are wrong");
  CHECK(wrong == 0);
}

void check_design(const std::string& name) {
  const TempDir temp;
  const Config& config = design(name).config;
  const Plan plan = make_plan(config);
  const auto folder = write_files(bundle_of(config), temp.path());
  const std::uint64_t first = number_from("SLUICE_SEED", 1), runs = number_from("SLUICE_RUNS", 4);
  std::uint64_t done = 0;
  for (std::uint64_t seed = first; done < runs && seed < first + 100 * runs; seed++) {
    const auto one = case_of(plan, seed);
    if (!one) continue;
    INFO("repeat: SLUICE_SEED=" << seed << " SLUICE_RUNS=1 build/rtl 'FourValued.*' (" << name
                                << ")\n"
                                << run::describe(run::random_case(plan, seed)));
    check_run(folder, config, *one);
    done++;
  }
  CHECK(done == runs);
}

}  // namespace

TEST_CASE("FourValued.NetworksAreExactWithProductsByDspBlocks") {
  check_design("t_dsp");
  check_design("t_dsp_narrow");
}

TEST_CASE("FourValued.NetworksAreExactWithPartialProducts") {
  for (const char* name : {"t_single_gated", "t_small_buffers", "t_small", "t_axi"})
    check_design(name);
}

}  // namespace sluice::test
