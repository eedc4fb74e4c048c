// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/outputs.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "tests/support/files.h"
#include "tests/support/npy.h"

namespace sluice::test {
namespace {

/// A network of which only the result matters: 2 channels, 1 row, 2 columns.
net::Network with_result(const net::ResultFormat& format) {
  net::Network network;
  network.maps.resize(1);
  network.maps[0].height = 1;
  network.maps[0].width = network.maps[0].channels = 2;
  network.layers.resize(1);
  network.result = format;
  return network;
}

std::map<std::string, std::string> file_of(const net::ResultFormat& format) {
  const TempDir temp;
  const std::string path = (temp.path() / "y.npz").string();
  golden::Outputs outputs(with_result(format));
  outputs.add({1, 2, 2, {-128, 0, 1, 127}});
  outputs.add({1, 2, 2, {1, 2, 3, 4}});
  outputs.write(path);
  return zip_entries(path);
}

TEST_CASE("Outputs.AreTheGraphsRealNumbersAndItsCodes") {
  const auto file = file_of({0.5F, 8, false, 128, false});
  CHECK_THAT(file.at("codes.npy"),
             Catch::Matchers::Contains("'|u1'") && Catch::Matchers::Contains("(2, 2, 1, 2)"));
  // [channel][row][column], from [row][column][channel]
  CHECK(npy_values(file.at("codes.npy")) == std::string("\x00\x81\x80\xff\x81\x83\x82\x84", 8));
  CHECK_THAT(file.at("output.npy"),
             Catch::Matchers::Contains("'<f4'") && Catch::Matchers::Contains("(2, 2, 1, 2)"));
  CHECK(npy_values(file.at("output.npy")) ==
        bytes_of<float>({-4, 60.5F, 60, 123.5F, 60.5F, 61.5F, 61, 62}));
}

TEST_CASE("Outputs.HaveWhatIsLeftToTheHost") {
  using Kind = net::HostStep::Kind;
  net::ResultFormat format{0.5F, 0, true, 0, true, {}};
  format.host = {{Kind::kSoftmax, "s", "Softmax", 1, 0, false},
                 {Kind::kRound, "", "", 1 / 8.0F, -128, true}};
  // Real numbers -64, 0.5, 0, 63.5; then 0.5, 1.5, 1, 2: [channel][column] from [column][channel]
  const auto rounded = file_of(format);
  CHECK(npy_values(rounded.at("output.npy")) ==
        bytes_of<float>({0, 0, 0, 1, 0.125F, 0.25F, 0.125F, 0.5F}));
  CHECK(npy_values(rounded.at("codes.npy")) == std::string("\x80\x01\x00\x7f\x01\x03\x02\x04", 8));
  format.host = {{Kind::kLogSoftmax, "s", "LogSoftmax", 1, 0, false}};
  const double sum = std::exp(-1.5) + std::exp(-0.5) + std::exp(-1.0) + 1;
  std::vector<float> wanted = {-127.5F, -63, -63.5F, 0};
  for (const double real : {0.5, 1.5, 1.0, 2.0})
    wanted.push_back(static_cast<float>(real - 2 - std::log(sum)));
  const std::string values = npy_values(file_of(format).at("output.npy"));
  REQUIRE(values.size() == 4 * wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    float got = 0;
    std::memcpy(&got, values.data() + 4 * i, 4);
    CHECK(got == Approx(wanted[i]).margin(1e-6));
  }
}

TEST_CASE("Outputs.AreCodesWhereTheGraphGivesCodes") {
  const auto file = file_of({std::nullopt, 0, true, 0, true});
  CHECK(file.at("output.npy") == file.at("codes.npy"));
  CHECK_THAT(file.at("output.npy"),
             Catch::Matchers::Contains("'|i1'") && Catch::Matchers::Contains("(2, 4)"));
  CHECK(npy_values(file.at("output.npy")) == std::string("\x80\x01\x00\x7f\x01\x03\x02\x04", 8));
}

}  // namespace
}  // namespace sluice::test
