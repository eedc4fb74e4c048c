// SPDX-License-Identifier: Apache-2.0
// The layout of generated SystemVerilog: columns of declarations, and lines that fit.
#include "generator/emit/layout.h"

#include <catch2/catch.hpp>
#include <string>

namespace sluice::test {
namespace {

/// `count` words of nine letters and the blank before each.
std::string words(int count) {
  std::string text;
  for (int k = 0; k < count; k++) text += " abcdefghi";
  return text;
}

TEST_CASE("Layout.ParametersAreAlignedFromKeywordToComment") {
  CHECK(lay_out("module m #(\n"
                "  parameter int Columns = 64,               // channels\n"
                "\n"
                "  // Derived\n"
                "  parameter logic [3:0] Cache = 4'b0010,\n"
                "  localparam int Bits = $clog2(Columns) // of an index\n"
                ") (\n") ==
        "module m #(\n"
        "  parameter  int         Columns = 64,  // channels\n"
        "\n"
        "  // Derived\n"
        "  parameter  logic [3:0] Cache   = 4'b0010,\n"
        "  localparam int         Bits    = $clog2(Columns)  // of an index\n"
        ") (\n");
}

TEST_CASE("Layout.PortsAreAlignedAcrossAListAndCommentsWithinAParagraph") {
  CHECK(lay_out("  input logic clk_i, // clock\n"
                "  input  logic [3:0]    long_name_i,  // four\n"
                "\n"
                "  // Results\n"
                "  output pkg::layer_t layer_o,\n"
                "  output logic [Width-1:0] data_o // of a word\n"
                ");\n") ==
        "  input  logic             clk_i,        // clock\n"
        "  input  logic [3:0]       long_name_i,  // four\n"
        "\n"
        "  // Results\n"
        "  output pkg::layer_t      layer_o,\n"
        "  output logic [Width-1:0] data_o  // of a word\n"
        ");\n");
}

TEST_CASE("Layout.SignalsAreAlignedUpToALineOfSomethingElse") {
  CHECK(lay_out("  logic a, b;\n"
                "  logic signed [Bits-1:0] sum; // signed\n"
                "  state_e state, state_q;\n"
                "  logic [Width-1:0] memory [0:Depth-1];\n"
                "\n"
                "  logic   c;\n"
                "  assign c = a;\n"
                "  logic [1:0] d;\n") ==
        "  logic                   a, b;\n"
        "  logic signed [Bits-1:0] sum;  // signed\n"
        "  state_e                 state, state_q;\n"
        "  logic [Width-1:0]       memory [0:Depth-1];\n"
        "\n"
        "  logic c;\n"
        "  assign c = a;\n"
        "  logic [1:0] d;\n");
}

TEST_CASE("Layout.ConnectionsAreAlignedAndGoOnBelowTheirFirstLine") {
  CHECK(lay_out("  ) u_ram (\n"
                "    .clk_i,\n"
                "    .write_address_i (address),\n"
                "    .data_i ({one,\n"
                "              two}),\n"
                "    .read_i   (read)\n"
                "  );\n") ==
        "  ) u_ram (\n"
        "    .clk_i,\n"
        "    .write_address_i (address),\n"
        "    .data_i          ({one,\n"
        "                       two}),\n"
        "    .read_i          (read)\n"
        "  );\n");
}

TEST_CASE("Layout.StatementsStayAsTheyAre") {
  const std::string text =
      "  if (a)    b <= c;   // a comment\n"
      "  else      d <= c;\n"
      "  logic_x = logic_y;\n"
      "  function automatic logic f(input logic a, input logic [1:0] b);\n"
      "  $error(\"no // comment\");\n"
      "\n";
  CHECK(lay_out(text) == text);
}

TEST_CASE("Layout.WordsThatAreTooFarRightMoveToTheNextLineOfTheParagraph") {
  CHECK(lay_out("//" + words(10) + "\n//" + words(2) + "\n//\n// Next\n") ==
        "//" + words(9) + "\n//" + words(3) + "\n//\n// Next\n");
  CHECK(lay_out("//" + words(10) + "\n// ------\n") ==
        "//" + words(9) + "\n// abcdefghi\n// ------\n");
  // What fits exactly stays
  CHECK(lay_out("//" + words(9) + " abcdefg\n") == "//" + words(9) + " abcdefg\n");
  CHECK(lay_out("//" + words(9) + " abcdefgh\n") == "//" + words(9) + "\n// abcdefgh\n");
}

TEST_CASE("Layout.TextBehindALabelGoesOnBelowTheText") {
  CHECK(lay_out("//   read  " + words(9) + "\n//         " + words(1) + "\n") ==
        "//   read  " + words(8) + "\n//         " + words(2) + "\n");
  CHECK(lay_out("//   read  " + words(9) + "\n//   write " + words(1) + "\n") ==
        "//   read  " + words(8) + "\n//         " + words(1) + "\n//   write " + words(1) + "\n");
}

TEST_CASE("Layout.ACommentBehindCodeGoesOnBelowItOrAboveTheCode") {
  const std::string port = "  input  logic clk_i,  //";
  CHECK(lay_out(port + words(8) + "\n  input  logic rst_ni  // reset\n") ==
        "  input  logic clk_i,  //" + words(7) + "\n" + std::string(23, ' ') + "// abcdefghi\n" +
            "  input  logic rst_ni  // reset\n");
  const std::string name(80, 'n');
  CHECK(lay_out("  assign " + name + " = 1;  // why\n") ==
        "  // why\n  assign " + name + " = 1;\n");
}

TEST_CASE("Layout.DeclarationsThatAreTooWideAreBroken") {
  const std::string value(80, 'v');
  CHECK(lay_out("  localparam int Bits = " + value + ";  // of it\n") ==
        "  localparam int Bits =\n      " + value + ";  // of it\n");
  CHECK(lay_out("  logic [1:0] a," + words(1) + ",\n              b;\n") ==
        "  logic [1:0] a," + words(1) + ",\n              b;\n");
  std::string names;
  for (int k = 0; k < 10; k++) names += "abcdefghi, ";
  CHECK(
      lay_out("  logic [1:0] " + names + "last;\n") ==
      "  logic [1:0] abcdefghi, abcdefghi, abcdefghi, abcdefghi, abcdefghi, abcdefghi, abcdefghi,\n"
      "              abcdefghi, abcdefghi, abcdefghi, last;\n");
}

TEST_CASE("Layout.LaidOutTextIsLaidOutAsItIs") {
  const std::string once = lay_out(
      "module m #(\n  parameter int A = 1,\n  parameter int Long = 200 //" + words(9) +
      "\n) (\n  input logic a,\n  output logic [A-1:0] b //" + words(8) + "\n);\n\n  logic c;\n" +
      "  logic [Long-1:0] d, e;\n\n  //" + words(12) + "\n\nendmodule : m\n");
  CHECK(lay_out(once) == once);
}

}  // namespace
}  // namespace sluice::test
