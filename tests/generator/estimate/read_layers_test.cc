// SPDX-License-Identifier: Apache-2.0
// CSV files of layers and gates: what they mean, and every mistake with its place.
#include "generator/estimate/read_layers.h"

#include <catch2/catch.hpp>

#include "generator/util/user_error.h"
#include "tests/support/designs.h"
#include "tests/support/files.h"

namespace sluice::estimate {
namespace {

LayerList layers_of(const std::string& text) {
  const test::TempDir folder;
  const auto file = folder.path() / "net.csv";
  test::write_file(file, text);
  return read_layers(file.string());
}

/// "line:column: message" of the mistake in a file.
std::string error_of(const std::string& text) {
  try {
    layers_of(text);
  } catch (const UserError& error) {
    return std::to_string(error.problem().place.line) + ":" +
           std::to_string(error.problem().place.column) + ": " + error.problem().message;
  }
  return "no error";
}

const std::string kHead = "name,kind,height,width,channels,outputs,kernel,stride,padding,gate\n";

TEST_CASE("ReadLayers.CirculantWeights") {
  const std::string head = "name,kind,height,width,channels,outputs,groups,circulant\n";
  CHECK(layers_of(head + "a,dense,1,1,16,7,,4\n").layers[0].circulant == 4);
  CHECK(layers_of(head + "a,conv,3,3,16,8,2,\n").layers[0].circulant == 1);
  const std::string powers =
      " channels; allowed are powers of two that divide the 16 channels and, of several groups, "
      "the ";
  CHECK(error_of(head + "a,dense,1,1,16,8,,3\n") ==
        "2:19: found circulant blocks of 3" + powers + "8 outputs of one");
  CHECK(error_of(head + "a,conv,3,3,32,4,2,4\n") ==
        "2:19: found circulant blocks of 4" + powers + "2 outputs of one");
  CHECK(error_of(head + "a,max_pool,3,3,16,,,4\n") ==
        "2:21: found '4' as circulant, which a max_pool of this shape does not have; leave it "
        "empty");
}

TEST_CASE("ReadLayers.ARowIsALayer") {
  const LayerList list = layers_of(
      "# two layers\n\n"
      "name, kind, height, width, channels, outputs, kernel, stride, padding, groups, bits, gate, "
      "partitions, density\n"
      "first, conv, 9, 8, 4, 16, 3x5, 2x1, 1, 2, 4, none, ,\n"
      "second, conv, 5, 6, 16, 8, 1, , , , , 2, 4, 0.25\n");
  CHECK(list.name == "net");
  REQUIRE(list.layers.size() == 2);
  const ListedLayer& first = list.layers[0];
  CHECK(first.kernel_h == 3);
  CHECK(first.kernel_w == 5);
  CHECK(first.stride_h == 2);
  CHECK(first.stride_w == 1);
  CHECK(first.groups == 2);
  CHECK(first.bits == 4);
  CHECK(first.weight_bits == 4);
  CHECK(first.out_height() == 5);
  CHECK(first.out_width() == 6);
  CHECK_FALSE(first.gate);
  const ListedLayer& second = list.layers[1];
  CHECK(second.chained);
  CHECK(second.bits == 8);
  CHECK(second.gate == GateShape{4, 2, 0.25});
  CHECK(list.macs() == 5 * 6 * 16 * 2 * 15 + 5 * 6 * 8 * 16);
}

TEST_CASE("ReadLayers.OtherKinds") {
  const LayerList list = layers_of(
      "name,kind,height,width,channels,outputs,kernel,stride,input\n"
      "dw,depthwise,8,8,12,,3,1,\n"
      "pool,max_pool,6,6,12,,2,2,previous\n"
      "sum,add,3,3,12,,,,\n"
      "mean,average_pool,3,3,12,,3,1,memory\n"
      "fc,dense,1,1,12,10,,,\n");
  CHECK(list.layers[0].groups == 12);
  CHECK(list.layers[0].outputs == 12);
  CHECK(list.layers[1].chained);
  CHECK(list.layers[2].kind == Kind::kAdd);
  CHECK_FALSE(list.layers[3].chained);
  CHECK(list.layers[4].macs() == 120);
}

TEST_CASE("ReadLayers.InputsOfSeveralLayersAndOfSomeChannels") {
  const LayerList list = layers_of(
      "name,kind,height,width,channels,outputs,kernel,stride,padding,input,addend\n"
      "a,conv,9,8,4,16,4x3,2,same,,\n"
      "b,conv,5,4,8,8,3,1,1,a:8,\n"
      "c,add,5,4,8,,,,,b,a:4\n"
      "d,conv,5,4,24,6,1,1,,a+c,\n");
  CHECK(list.layers[0].same);
  CHECK(list.layers[0].out_height() == 5);
  CHECK(list.layers[0].out_width() == 4);
  CHECK(list.layers[1].parts == std::vector<ListedPart>{{0, 8}});
  CHECK(list.layers[2].addend == 0);
  CHECK(list.layers[2].addend_first == 4);
  CHECK(list.layers[3].parts == std::vector<ListedPart>{{0, 0}, {2, 0}});
}

TEST_CASE("ReadLayers.MistakesInParts") {
  const auto error = [](const std::string& rows) {
    return error_of(
        "name,kind,height,width,channels,outputs,kernel,stride,input,addend\n"
        "a,conv,4,4,4,16,1,1,,\nb,conv,4,4,4,8,1,1,memory,\n" +
        rows + "\n");
  };
  CHECK(error("c,conv,4,4,23,2,1,1,a+b,") ==
        "4:21: found 'a+b' as input, which has 24 channels; the layer reads 23");
  CHECK(error("c,conv,4,4,9,2,1,1,a:8,") ==
        "4:20: found 'a:8' as input, which has 16 channels; the layer reads 9");
  CHECK(error("c,conv,4,4,24,2,1,1,a+x,").find("several as in a+b, or its channels") !=
        std::string::npos);
  CHECK(error("c,conv,4,5,24,2,1,1,a+b,") ==
        "4:21: found input 'a+b', but 'a' writes a map of 4x4x16; correct the shape, or write "
        "memory");
  CHECK(error("c,conv,4,4,24,2,1,1,a+b,\nd,conv,4,4,24,2,1,1,b+a,") ==
        "5:21: found 'b' in a second concatenation; a layer's output may be in one: add a copy, a "
        "max_pool with a kernel of 1");
  CHECK(error("c,conv,4,4,24,2,1,1,a+b,\nd,conv,4,4,24,2,1,1,a+b,") == "no error");
  CHECK(error("c,add,4,4,8,,,,b,a:9") ==
        "4:18: found addend 'a:9', but 'a' writes a map of 4x4x16; correct the shape, or write "
        "another layer");
}

TEST_CASE("ReadLayers.TransformedSums") {
  const std::string head = "name,kind,height,width,channels,outputs,gate,hadamard\n";
  CHECK(layers_of(head + "a,dense,1,1,16,64,,64\n").layers[0].hadamard == 64);
  CHECK(layers_of(head + "a,conv,3,3,16,8,,\n").layers[0].hadamard == 1);
  const std::string powers = "; allowed are powers of two that divide the 24 outputs";
  CHECK(error_of(head + "a,conv,3,3,16,24,,12\n") ==
        "2:19: found a transform of 12 channels" + powers);
  CHECK(error_of(head + "a,conv,3,3,16,24,,16\n") ==
        "2:19: found a transform of 16 channels" + powers);
}

TEST_CASE("ReadLayers.MistakesInHeadings") {
  CHECK(error_of("name,kind,height,width,channels,size\n") ==
        "1:33: found column 'size'; allowed are name, kind, height, width, channels, outputs, "
        "kernel, stride, padding, groups, bits, input, weight_bits, gate, partitions, density, "
        "addend, circulant or hadamard; rename or remove it");
  CHECK(error_of("name,kind,height,height\n") ==
        "1:18: found column 'height' a second time; keep one");
  CHECK(error_of("# nothing\nname,kind,height,width\n") == "2:1: no column 'channels'; add it");
  CHECK(error_of("name,kind,height,width,channels\n") ==
        "0:0: holds no layers; write one row for each");
  CHECK_THROWS_AS(read_layers("/no/such/file.csv"), UserError);
}

TEST_CASE("ReadLayers.MistakesInRows") {
  const auto error = [](const std::string& row) { return error_of(kHead + row + "\n"); };
  CHECK(error("a,conv,8,8,4,8,3,1") ==
        "2:18: found 8 values; line 1 names 10 columns; leave unused ones empty, but write their "
        "commas");
  CHECK(error("a,conv,8,8,4,8,3,1,1,,x") ==
        "2:23: found 11 values; line 1 names 10 columns; remove what is too much");
  CHECK(error(",conv,8,8,4,8,3,1,1,") == "2:1: no name; give each layer one");
  CHECK(error("a,cnv,8,8,4,8,3,1,1,") ==
        "2:3: found 'cnv' as kind; allowed are conv, depthwise, dense, max_pool, average_pool, add "
        "or multiply");
  CHECK(error("a,conv, 0,8,4,8,3,1,1,") ==
        "2:9: found '0' as height; allowed are whole numbers from 1 to 65535");
  CHECK(error("a,conv,8,8,4,,3,1,1,") ==
        "2:14: found '' as outputs; allowed are whole numbers from 1 to 65535");
  CHECK(error("a,conv,8,8,4,8,3x,1,1,") ==
        "2:16: found '3x' as kernel; allowed is a number from 1 to 255, or two as in 3x5 for "
        "height and width");
  CHECK(error("a,conv,8,8,4,8,3,1,3,") ==
        "2:20: found '3' as padding; allowed are whole numbers from 0 to 2");
  CHECK(error("a,conv,8,8,4,8,9,1,0,") ==
        "2:16: found kernel '9', larger than the map of 8x8 with padding 0; allowed are kernels "
        "that fit it");
  CHECK(error("a,conv,60000,60000,4,8,3,1,1,") ==
        "2:8: found a map of 28800000000 values; allowed are 67108864; use a smaller one");
  CHECK(error("a,dense,100,100,500,500,,,,") ==
        "2:17: found a layer of 2500000000 weights; allowed are 268435456; use a smaller one");
  CHECK(error("a,dense,8,8,4,8,3,,,") ==
        "2:17: found '3' as kernel, which a dense layer does not have; leave it empty");
  CHECK(error("a,max_pool,8,8,4,,2,2,,4") ==
        "2:24: found a gate of a max_pool; only a conv without groups can have one; leave it "
        "empty");
  CHECK(error("a,conv,8,8,4,8,3,1,1,0") ==
        "2:22: found '0' as gate; allowed are none, lane, or the number of output channels that "
        "share a gate, from 1 to 255");
  CHECK(error("a,conv,8,8,4,8,3,1,1,4") ==
        "2:22: found 4 channels that share a gate; allowed are numbers that divide the 2 outputs "
        "of a partition");
  CHECK(error("a,conv,8,8,6,8,3,1,1,lane") ==
        "2:1: found 4 partitions; allowed are numbers that divide the 6 channels and the 8 "
        "outputs, or `planes`");
  CHECK(error("a,conv,8,8,4,8,3,1,1,\na,conv,8,8,4,8,3,1,1,") ==
        "3:1: found name 'a' a second time; names must differ");
}

TEST_CASE("ReadLayers.GatesThatSplitBits") {
  const std::string head =
      "name,kind,height,width,channels,outputs,bits,weight_bits,gate,partitions\n";
  const LayerList list =
      layers_of(head + "a,conv,8,8,6,10,8,4,lane,planes\nb,conv,8,8,10,6,4,2,2,planes\n");
  CHECK(list.layers[0].gate->plane_bits == 4);
  CHECK(list.layers[0].gate->partitions == 2);
  CHECK(list.layers[1].gate->plane_bits == 2);
  CHECK(list.layers[1].gate->block == 2);
  CHECK(error_of(head + "a,conv,8,8,6,10,8,8,lane,planes\n") ==
        "2:26: found planes of a layer with 8 bits and weights of 8; allowed are 8 and 4, or 4 and "
        "2");
}

TEST_CASE("ReadLayers.InputMustBeWhatThePreviousLayerWrites") {
  const std::string head = "name,kind,height,width,channels,outputs,input\n";
  CHECK(error_of(head + "a,conv,8,8,4,8,previous\n") ==
        "2:16: found input 'previous' in the first layer; write memory, or nothing");
  CHECK(error_of(head + "a,conv,8,8,4,8,\nb,conv,4,4,8,8,previous\n") ==
        "3:16: found input 'previous', but 'a' writes a map of 8x8x8; correct the shape, or write "
        "memory");
  CHECK(error_of(head + "a,conv,8,8,4,8,b\n") ==
        "2:16: found 'b' as input; allowed are previous (the layer before), memory, "
        "the name of a layer above, several as in a+b, or its channels from 8 on as in a:8");
}

TEST_CASE("ReadLayers.LayersAboveByName") {
  const std::string head = "name,kind,height,width,channels,outputs,input,addend\n";
  const std::string two = "a,conv,8,8,4,4,,\nb,conv,8,8,4,4,,\n";
  const LayerList list = layers_of(head + two + "c,conv,8,8,4,16,a,\nsum,add,8,8,4,,b,a\n");
  CHECK(list.layers[2].input == 0);
  CHECK_FALSE(list.layers[2].chained);
  CHECK(list.layers[3].input == 1);
  CHECK(list.layers[3].addend == 0);
  CHECK(list.layers[1].addend == -1);
  CHECK(error_of(head + two + "sum,add,8,8,4,,b,d\n") ==
        "4:18: found 'd' as addend; allowed is the name of a layer above");
  CHECK(error_of(head + two + "c,conv,8,8,4,16,,\nsum,add,8,8,4,,b,c\n") ==
        "5:18: found addend 'c', but 'c' writes a map of 8x8x16; correct the shape, or write "
        "another layer");
  CHECK(error_of(head + two + "c,conv,8,8,16,4,a,\n") ==
        "4:17: found input 'a', but 'a' writes a map of 8x8x4; correct the shape, or write memory");
  CHECK(error_of(head + two + "c,conv,8,8,4,4,a,b\n") ==
        "4:18: found 'b' as addend, which a layer of kind conv does not have; leave it empty");
}

TEST_CASE("ReadGates.DensitiesAndPositionsOfNamedLayers") {
  LayerList list = layers_of(kHead + "a,conv,4,4,4,16,3,1,1,2\nb,conv,4,4,16,8,1,1,0,\n");
  const test::TempDir folder;
  const auto file = [&](const std::string& text) {
    test::write_file(folder.path() / "gates.csv", text);
    return (folder.path() / "gates.csv").string();
  };
  const auto error = [&](const std::string& text, bool densities) -> std::string {
    try {
      const Plan plan = make_plan(test::design("t_small").config);
      if (densities) {
        read_densities(file(text), list);
      } else {
        read_open_gates(file(text), list, plan);
      }
    } catch (const UserError& found) {
      return std::to_string(found.problem().place.line) + ":" +
             std::to_string(found.problem().place.column) + ": " + found.problem().message;
    }
    return "no error";
  };
  CHECK(error("layer,density\na,0.5\n", true) == "no error");
  CHECK(list.layers[0].gate->density == 0.5);
  CHECK(error("layer,density\nb,0.5\n", true) ==
        "2:1: found layer 'b', which has no gates; name a gated layer or remove the row");
  CHECK(error("layer,density\nc,0.5\n", true) ==
        "2:1: found layer 'c'; allowed are the gated layers a");
  CHECK(error("layer,density\na,1.5\n", true) ==
        "2:3: found '1.5' as density; allowed are numbers from 0 to 1, such as 0.143");
  CHECK(error("layer,gate,row,column\na,8,0,0\n", false) ==
        "2:3: found '8' as gate; allowed are whole numbers from 0 to 7");
  const auto maps = read_open_gates(file("layer,gate,row,column\na,7,3,0\na,0,1,2\n"), list,
                                    make_plan(test::design("t_small").config));
  REQUIRE(maps.size() == 1);
  CHECK(maps.at("a").count() == 2);
  CHECK(maps.at("a").size() == 8 * 16);
  CHECK(maps.at("a").open(7, 3, 0));
  CHECK(maps.at("a").open_channels(14, 2, 3, 0) == 2);
  CHECK(maps.at("a").open_channels(12, 2, 3, 0) == 0);
}

}  // namespace
}  // namespace sluice::estimate
