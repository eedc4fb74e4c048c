// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/outputs.h"

#include <catch2/catch.hpp>

#include "tests/support/files.h"
#include "tests/support/npy.h"

namespace sluice::test {
namespace {

net::ResultFormat format_of(const net::ResultSource& source, bool flat) {
  return {"", {source}, flat, {}};
}

/// A network of which only the result matters: 2 channels, 1 row, 2 columns.
net::Network with_result(const net::ResultFormat& format) {
  net::Network network;
  network.maps.resize(1);
  network.maps[0].height = 1;
  network.maps[0].width = network.maps[0].channels = 2;
  network.layers.resize(1);
  network.results = {format};
  return network;
}

std::map<std::string, std::string> file_of(const net::ResultFormat& format) {
  const TempDir temp;
  const std::string path = (temp.path() / "y.npz").string();
  const net::Network network = with_result(format);
  golden::Outputs outputs(network);
  outputs.add({{1, 2, 2, {-128, 0, 1, 127}}}, {});
  outputs.add({{1, 2, 2, {1, 2, 3, 4}}}, {});
  outputs.write(path);
  return zip_entries(path);
}

TEST_CASE("Outputs.AreTheGraphsRealNumbersAndItsCodes") {
  const auto file = file_of(format_of({0.5F, 8, false, 128}, false));
  CHECK_THAT(file.at("codes.npy"),
             Catch::Matchers::Contains("'|u1'") && Catch::Matchers::Contains("(2, 2, 1, 2)"));
  // [channel][row][column], from [row][column][channel]
  CHECK(npy_values(file.at("codes.npy")) == std::string("\x00\x81\x80\xff\x81\x83\x82\x84", 8));
  CHECK_THAT(file.at("output.npy"),
             Catch::Matchers::Contains("'<f4'") && Catch::Matchers::Contains("(2, 2, 1, 2)"));
  CHECK(npy_values(file.at("output.npy")) ==
        bytes_of<float>({-4, 60.5F, 60, 123.5F, 60.5F, 61.5F, 61, 62}));
}

namespace {

net::HostStep step_of(net::HostStep::Kind kind, int input) {
  net::HostStep step;
  step.kind = kind;
  step.inputs = {input};
  step.size = step.length = 4;
  return step;
}

}  // namespace

TEST_CASE("Outputs.HaveWhatIsLeftToTheHost") {
  using Kind = net::HostStep::Kind;
  net::ResultFormat format = format_of({0.5F, 0, true, 0}, true);
  // Real numbers -64, 0.5, 0, 63.5; then 0.5, 1.5, 1, 2: [channel][column] from [column][channel]
  format.host.steps = {step_of(Kind::kSoftmax, 0), step_of(Kind::kQuantise, 1),
                       step_of(Kind::kDequantise, 2)};
  for (const int k : {1, 2}) {
    format.host.steps[k].a = 1 / 8.0F;
    format.host.steps[k].zero_point = -128;
    format.host.steps[k].is_signed = true;
  }
  format.host.result = 3;
  format.host.dims = {1, 4};
  const auto rounded = file_of(format);
  CHECK(npy_values(rounded.at("output.npy")) ==
        bytes_of<float>({0, 0, 0, 1, 0.125F, 0.25F, 0.125F, 0.5F}));
  CHECK(npy_values(rounded.at("codes.npy")) == std::string("\x80\x01\x00\x7f\x01\x03\x02\x04", 8));
}

TEST_CASE("Outputs.HaveTheTypeAndShapeOfWhatTheHostGives") {
  net::ResultFormat format = format_of({0.5F, 0, true, 0}, false);
  format.host.steps = {step_of(net::HostStep::Kind::kPlace, 0)};
  format.host.steps[0].size = 1;
  format.host.result = 1;
  format.host.type = net::HostType::kInt64;
  for (const std::vector<std::int64_t>& dims : {std::vector<std::int64_t>{1}, {1, 1}, {}}) {
    format.host.dims = dims;
    if (dims.empty()) continue;
    const auto file = file_of(format);
    CHECK_THAT(file.at("output.npy"),
               Catch::Matchers::Contains("'<i8'") &&
                   Catch::Matchers::Contains(dims.size() == 1 ? "(2,)" : "(2, 1)"));
    CHECK(npy_values(file.at("output.npy")) == bytes_of<std::int64_t>({3, 3}));
  }
}

TEST_CASE("Outputs.HaveEveryMapIfAsked") {
  const TempDir temp;
  const std::string path = (temp.path() / "y.npz").string();
  net::Network network = with_result(format_of({std::nullopt, 0, true, 0}, true));
  network.maps[0].name = "codes";
  network.maps[0].offset = 128;
  network.maps[0].is_signed = false;
  network.maps.push_back(network.maps[0]);
  network.maps[1].name = "a/b";
  network.maps[1].offset = 0;
  network.maps[1].is_signed = true;
  network.layers.resize(2);
  network.layers[1].output = 1;
  golden::Outputs outputs(network, true);
  const golden::Tensor last{1, 2, 2, {1, 2, 3, 4}};
  outputs.add({last}, {{{1, 2, 2, {-128, 0, 1, 127}}, {}}, {last, {}}});
  outputs.write(path);
  const auto file = zip_entries(path);
  CHECK(file.size() == 4);
  CHECK_THAT(file.at("codes (2).npy"),
             Catch::Matchers::Contains("'|u1'") && Catch::Matchers::Contains("(1, 2, 1, 2)"));
  CHECK(npy_values(file.at("codes (2).npy")) == std::string("\x00\x81\x80\xff", 4));
  CHECK_THAT(file.at("a/b.npy"), Catch::Matchers::Contains("'|i1'"));
  CHECK(npy_values(file.at("a/b.npy")) == std::string("\x01\x03\x02\x04", 4));
}

TEST_CASE("Outputs.OfAChainAreThoseOfTheLastWithTheMapsOfAll") {
  const TempDir temp;
  const std::string path = (temp.path() / "y.npz").string();
  std::vector<net::Network> chain(2, with_result(format_of({std::nullopt, 0, true, 0}, true)));
  for (net::Network& network : chain) {
    network.maps[0].name = "map";
    network.maps[0].offset = 0;
  }
  golden::Outputs outputs(chain, true);
  const golden::Tensor first{1, 2, 2, {1, 1, 1, 1}}, last{1, 2, 2, {1, 2, 3, 4}};
  outputs.add({last}, {{first, {}}, {last, {}}});
  outputs.write(path);
  const auto file = zip_entries(path);
  CHECK(file.size() == 4);
  CHECK(npy_values(file.at("map.npy")) == std::string("\x01\x01\x01\x01", 4));
  CHECK(npy_values(file.at("map (2).npy")) == std::string("\x01\x03\x02\x04", 4));
  CHECK(npy_values(file.at("output.npy")) == std::string("\x01\x03\x02\x04", 4));
}

TEST_CASE("Outputs.OfSeveralHaveTheirNames") {
  const TempDir temp;
  const std::string path = (temp.path() / "y.npz").string();
  net::Network network = with_result(format_of({std::nullopt, 0, true, 0, 0}, true));
  network.maps.push_back(network.maps[0]);
  network.layers.resize(2);
  network.layers[1].output = 1;
  network.results[0].name = "a";
  network.results.push_back(network.results[0]);
  net::ResultFormat& joined = network.results[1];
  joined.name = "joined";
  joined.sources.push_back({0.5F, 1, true, 0, 1});
  net::HostStep step = step_of(net::HostStep::Kind::kConcatenate, 0);
  step.inputs = {1, 0};
  step.size = 8;
  step.count = 1;
  joined.host.steps = {step};
  joined.host.inputs = joined.host.result = 2;
  joined.host.dims = {1, 8};
  golden::Outputs outputs(network);
  outputs.add({{1, 2, 2, {5, 6, 7, 8}}, {1, 2, 2, {1, 2, 3, 4}}}, {});
  outputs.write(path);
  const auto file = zip_entries(path);
  CHECK(file.size() == 6);
  CHECK(file.at("output.npy") == file.at("a.npy"));
  CHECK(npy_values(file.at("a.npy")) == std::string("\x05\x07\x06\x08", 4));
  CHECK(npy_values(file.at("joined.npy")) == bytes_of<float>({0, 1, 0.5F, 1.5F, 5, 7, 6, 8}));
  CHECK(file.at("a codes.npy") == file.at("joined codes.npy"));
  CHECK(npy_values(file.at("joined codes (2).npy")) == std::string("\x01\x03\x02\x04", 4));
}

TEST_CASE("Outputs.AreCodesWhereTheGraphGivesCodes") {
  const auto file = file_of(format_of({std::nullopt, 0, true, 0}, true));
  CHECK(file.at("output.npy") == file.at("codes.npy"));
  CHECK_THAT(file.at("output.npy"),
             Catch::Matchers::Contains("'|i1'") && Catch::Matchers::Contains("(2, 4)"));
  CHECK(npy_values(file.at("output.npy")) == std::string("\x80\x01\x00\x7f\x01\x03\x02\x04", 8));
}

}  // namespace
}  // namespace sluice::test
