// SPDX-License-Identifier: Apache-2.0
// Memories made of macros, of the example or of a table's cut: they hold what plain ones hold, take
// as many macros as they should, and all tools read them.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "generator/app/macro_cuts.h"
#include "synth/memories/cut.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"
#include "verif/run/verify.h"

namespace sluice::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Plain and replaced memory get the same random writes and reads; every read that is not of an
// address being written must give the same data, which must hold while nothing is read.
constexpr const char* kRamBench = R"(
module pair #(parameter int Depth = 16, Width = 32, Granule = 32, Macros = 0) ();
  localparam int Bits = $clog2(Depth);
  logic clk = 0;
  logic [Width/Granule-1:0] write = '0;
  logic [Bits-1:0] write_address = '0, read_address = '0;
  logic [Width-1:0] write_data = '0, plain_data, macro_data, last;
  logic read = 0, read_q = 0;
  int compared = 0, wrong = 0;

  t_small_ram #(.Depth(Depth), .Width(Width), .Granule(Granule)) u_macro (
    .clk_i(clk), .write_i(write), .write_address_i(write_address), .write_data_i(write_data),
    .read_i(read), .read_address_i(read_address), .read_data_o(macro_data));
  t_small_plain #(.Depth(Depth), .Width(Width), .Granule(Granule)) u_plain (
    .clk_i(clk), .write_i(write), .write_address_i(write_address), .write_data_i(write_data),
    .read_i(read), .read_address_i(read_address), .read_data_o(plain_data));

  task automatic cycle(input logic filling, input int n);
    for (int b = 0; b < Width; b += 8) write_data = (write_data << 8) ^ Width'($urandom);
    write = filling ? '1 : (Width/Granule)'($urandom);
    write_address = filling ? Bits'(n) : Bits'($urandom % Depth);
    read_address = Bits'($urandom % Depth);
    read = ~filling & ($urandom % 4 != 0) & (read_address != write_address || write == '0);
    #1 clk = 1;
    #1 clk = 0;
    if (read) read_q = 1;
    if (read_q) begin
      compared++;
      if (plain_data !== macro_data || ^plain_data === 1'bx) wrong++;
      if (!read && macro_data !== last) wrong++;
    end
    last = macro_data;
  endtask

  initial begin
    for (int n = 0; n < Depth; n++) cycle(1, n);
    for (int n = 0; n < 8 * Depth; n++) cycle(0, n);
    $display("%0d x %0d / %0d: wrong %0d, enough %0d", Depth, Width, Granule, wrong,
             compared >= 6 * Depth);
  end
endmodule
)";

struct Shape {
  int depth, width, granule;
  int macros;  ///< that it should take
};

const Shape kShapes[] = {{16, 28, 28, 0},  {64, 8, 8, 0},    {64, 32, 8, 1},
                         {256, 28, 28, 1}, {512, 4, 4, 2},   {300, 20, 4, 0},
                         {600, 48, 16, 6}, {128, 64, 64, 2}, {1024, 36, 36, 8}};

}  // namespace

TEST_CASE("FlowMacros.MemoriesOfMacrosHoldWhatPlainOnesHold") {
  const TempDir temp;
  const fs::path folder = write_files(bundle_of(design("t_small").config), temp.path());
  std::string bench = kRamBench, expected;
  std::string top = "module bench;\n";
  for (const Shape& shape : kShapes) {
    const std::string parameters = std::to_string(shape.depth) + "), .Width(" +
                                   std::to_string(shape.width) + "), .Granule(" +
                                   std::to_string(shape.granule) + ")";
    top += "  pair #(.Depth(" + parameters + ") u_" + std::to_string(shape.depth) + "_" +
           std::to_string(shape.width) + " ();\n";
    expected += std::to_string(shape.depth) + " x " + std::to_string(shape.width) + " / " +
                std::to_string(shape.granule) + ": wrong 0, enough 1\n";
  }
  write_file(folder / "bench.sv", bench + top + "endmodule\n");
  write_file(folder / "plain.sv", replace_all(read_file(folder / "rtl/common/t_small_ram.sv"),
                                              "t_small_ram", "t_small_plain"));
  const RunResult result =
      run_shell(folder,
                "iverilog -g2012 -s bench -o bench.vvp bench.sv plain.sv flow/macro/*.sv && vvp -n "
                "bench.vvp");
  std::istringstream lines(result.out);
  std::vector<std::string> given, wanted;
  for (std::string line; std::getline(lines, line);) given.push_back(line);
  std::istringstream expected_lines(expected);
  for (std::string line; std::getline(expected_lines, line);) wanted.push_back(line);
  std::sort(given.begin(), given.end());
  std::sort(wanted.begin(), wanted.end());
  CHECK(given == wanted);
}

TEST_CASE("FlowMacros.MemoriesTakeAsManyMacrosAsTheyNeed") {
  const TempDir temp;
  const fs::path folder = write_files(bundle_of(design("t_small").config), temp.path());
  for (const Shape& shape : kShapes) {
    const std::string command =
        "yosys -q -p 'read_verilog -sv -lib flow/macro/t_small_sram_256x32.sv; read_verilog -sv "
        "flow/macro/t_small_ram.sv; chparam -set Depth " +
        std::to_string(shape.depth) + " -set Width " + std::to_string(shape.width) +
        " -set Granule " + std::to_string(shape.granule) +
        " t_small_ram; hierarchy -top t_small_ram; select -assert-count " +
        std::to_string(shape.macros) + " t:t_small_sram_256x32'";
    const RunResult result = run_shell(folder, command);
    INFO(command << "\n" << result.out);
    CHECK(result.exit_code == 0);
  }
}

namespace {

/// Runs random networks on a design with the memories of its bundle's flow/macro/.
void check_computes_the_same(const Plan& plan, Bundle bundle) {
  const std::string& name = plan.config.name;
  const std::string ram = text_of(bundle, "flow/macro/" + name + "_ram.sv");
  std::vector<OutputFile> macros;
  for (OutputFile& file : bundle.files) {
    if (file.path == "rtl/common/" + name + "_ram.sv") file.text = ram;
    const std::size_t at = file.path.find(name + "_sram_");
    if (at != std::string::npos)
      macros.push_back({"rtl/common/" + file.path.substr(at), file.text});
  }
  REQUIRE(!macros.empty());
  bundle.files.insert(bundle.files.end(), macros.begin(), macros.end());
  sim::BuildOptions build;
  build.quick = true;
  sim::Simulator simulator(plan, bundle, build);
  int passed = 0;
  for (std::uint64_t seed = 1; seed <= 60; seed++) {
    const run::CaseResult result = run::verify_case(simulator, plan, seed);
    INFO("seed " << seed << ": " << result.text);
    CHECK(result.verdict != run::Verdict::kFail);
    passed += result.verdict == run::Verdict::kPass;
  }
  CHECK(passed >= 20);
}

/// Macros of sizes and masks that suit nothing: words that are no power of two, granules with masks
/// of their own and bits to spare.
constexpr const char* kOddTable =
    "node,9 nm\nnand2_um2,0.5\nnand2_source,s\nbetween,nothing\n"
    "words,bits,ports,granule,area_um2,read_pj,write_pj,leakage_uw,access_ps,source\n"
    "100,24,1r1w,12,100,,,,,s\n100,40,1r1w,3,160,,,,,s\n";

/// Macros with more mask bits than Verilator unrolls turns of a loop, and bits that fill no mask.
constexpr const char* kMasksTable =
    "node,9 nm\nnand2_um2,0.5\nnand2_source,s\nbetween,nothing\n"
    "words,bits,ports,granule,area_um2,read_pj,write_pj,leakage_uw,access_ps,source\n"
    "64,290,1r1w,4,300,,,,,s\n";

std::vector<synth::MemoryTable> tables() {
  return {synth::load_memory_table("cacti65"), synth::load_memory_table("sky130"),
          synth::read_memory_table(kOddTable, "odd.csv"),
          synth::read_memory_table(kMasksTable, "masks.csv")};
}

Bundle bundle_of_macros(const Config& config, const synth::MemoryTable& table) {
  const Plan plan = make_plan(config);
  return render_bundle(plan, make_origin(config.name + ".yaml", {}, table.file),
                       app::macro_cuts(plan, table));
}

}  // namespace

TEST_CASE("FlowMacros.DesignWithMacrosComputesTheSame") {
  const Config& config = design("t_small").config;
  check_computes_the_same(make_plan(config), bundle_of(config));
}

TEST_CASE("FlowMacros.DesignWithMacrosOfATableComputesTheSame") {
  const Config& config = design("t_small").config;
  const synth::MemoryTable table = synth::read_memory_table(kOddTable, "odd.csv");
  const MacroCuts cuts = app::macro_cuts(make_plan(config), table);
  const auto some = [&cuts](auto has) { return std::any_of(cuts.begin(), cuts.end(), has); };
  CHECK(some([](const MacroCut& cut) { return cut.memory.words > cut.macro.words; }));
  CHECK(some([](const MacroCut& cut) { return cut.memory.bits > cut.used; }));
  CHECK(some([](const MacroCut& cut) { return cut.used < cut.macro.bits; }));
  check_computes_the_same(make_plan(config), bundle_of_macros(config, table));
}

TEST_CASE("FlowMacros.AllToolsReadTheMacrosOfATableAndTheListsNameThem") {
  const TempDir temp;
  for (const synth::MemoryTable& table : tables()) {
    for (const char* name : {"t_smallest", "t_rows12", "t_axi_by_id"}) {
      const Bundle bundle = bundle_of_macros(design(name).config, table);
      const fs::path folder = write_files(bundle, temp.path()) / "flow";
      INFO(table.file << ", " << name);
      std::string macros;
      const json config = json::parse(text_of(bundle, "flow/config.json"));
      const std::string script = text_of(bundle, "flow/synth.tcl");
      std::size_t count = 0;
      for (const OutputFile& file : bundle.files) {
        if (file.path.find("_sram_") == std::string::npos) continue;
        const std::string path = file.path.substr(5), module = fs::path(path).stem();
        count++;
        macros += " " + path;
        CHECK(script.find("-lib [file join $here " + path + "]\n") != std::string::npos);
        CHECK(config["//MACROS"].contains(module));
        CHECK(text_of(bundle, "README.md").find("| `flow/" + path + "` |") != std::string::npos);
      }
      CHECK(config["//MACROS"].size() == count);
      CHECK((count == 0) == (std::string(name) == "t_smallest"));
      const std::string list = name + std::string("_synth.f"), top = top_of(bundle);
      for (const std::string& command :
           {"verilator --lint-only -Wall -Wpedantic --top-module " + top + macros + " -F " + list,
            "iverilog -g2012 -Wall -s " + top + " -o parsed.vvp -f " + list + macros,
            "yosys -q -p \"read_verilog -sv $(grep -v // " + list + " | tr '\\n' ' ') " + macros +
                "; hierarchy -check -top " + top + "; proc; check -assert\""}) {
        const RunResult result = run_shell(folder, command);
        INFO(command);
        CHECK(result.out == "");
        CHECK(result.exit_code == 0);
      }
      fs::remove_all(folder.parent_path());
    }
  }
}

TEST_CASE("FlowMacros.MemoriesOfATableHoldWhatPlainOnesHoldInMacrosOfItsCut") {
  const int shapes[][3] = {{16, 28, 28},  {512, 32, 8},  {300, 48, 16},  {128, 64, 64},
                           {256, 28, 28}, {1024, 36, 4}, {2048, 32, 32}, {64, 240, 120}};
  for (const synth::MemoryTable& table : tables()) {
    INFO(table.file);
    MacroCuts cuts;
    std::string top = "module bench;\n", counts;
    std::vector<std::string> wanted;
    for (const auto& [depth, width, granule] : shapes) {
      const std::string size = fmt::format("{} x {} / {}", depth, width, granule);
      top += fmt::format("  pair #(.Depth({0}), .Width({1}), .Granule({2})) u_{0}_{1} ();\n", depth,
                         width, granule);
      wanted.push_back(size + ": wrong 0, enough 1");
      int macros = 0;
      if (depth >= 64) {
        const synth::MemoryCut cut =
            synth::cut_memory(table, {depth, width, synth::Ports::kReadAndWrite, granule});
        const auto& [words, bits, ports, mask] = cut.macro;
        cuts.push_back({{depth, width, granule}, {words, bits, mask}, cut.used});
        macros = cut.macros();
      }
      counts += fmt::format(
          "design -reset; read_verilog -sv -lib flow/macro/*_sram_*; read_verilog -sv "
          "flow/macro/t_small_ram.sv; chparam -set Depth {} -set Width {} -set Granule {} "
          "t_small_ram; hierarchy -top t_small_ram; select -assert-count {} t:*_sram_*; ",
          depth, width, granule, macros);
    }
    const TempDir temp;
    const Plan plan = make_plan(design("t_small").config);
    const fs::path folder =
        write_files(render_bundle(plan, make_origin("t.yaml", {}, "x"), cuts), temp.path());
    write_file(folder / "bench.sv", kRamBench + top + "endmodule\n");
    write_file(folder / "plain.sv", replace_all(read_file(folder / "rtl/common/t_small_ram.sv"),
                                                "t_small_ram", "t_small_plain"));
    const RunResult result = run_shell(
        folder,
        "iverilog -g2012 -s bench -o bench.vvp bench.sv plain.sv flow/macro/*.sv && vvp -n "
        "bench.vvp");
    std::vector<std::string> given;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) given.push_back(line);
    std::sort(given.begin(), given.end());
    std::sort(wanted.begin(), wanted.end());
    CHECK(given == wanted);
    const RunResult counted = run_shell(folder, "yosys -q -p '" + counts + "'");
    INFO(counted.out);
    CHECK(counted.exit_code == 0);
  }
}

TEST_CASE("FlowMacros.TheCommandNamesItsTableAndRefusesOneThatCannotServe") {
  const TempDir temp;
  const std::string command = "generate configs/tiny.yaml -o " + temp.path().string();
  REQUIRE(run_sluice(command + " --memories cacti65").exit_code == 0);
  const fs::path folder = temp.path() / "sluice_tiny";
  CHECK(fs::exists(folder / "flow/macro/sluice_tiny_sram_512x32m8.sv"));
  CHECK(!fs::exists(folder / "flow/macro/sluice_tiny_sram_256x32.sv"));
  CHECK(read_file(folder / "flow/synth.tcl")
            .find("sluice generate tiny.yaml --memories cacti65 -o DIR") != std::string::npos);
  const RunResult refused = run_sluice(command + " --memories gf180");
  CHECK(refused.exit_code == 1);
  CHECK(refused.err.find("no macro of GF180MCU serves a memory of 512 x 32 bits, 1r1w") !=
        std::string::npos);
}

}  // namespace sluice::test
