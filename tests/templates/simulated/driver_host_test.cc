// SPDX-License-Identifier: Apache-2.0
// What the driver computes on the host, against the golden model: numbers to codes, a run of the
// Verilated design, and its result to numbers, through operators of all kinds.
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "tests/generator/network/import_checks.h"
#include "tests/templates/simulated/driver_bench.h"
#include "tests/templates/simulated/host_programs.h"
#include "verif/golden/chain.h"
#include "verif/golden/host.h"
#include "verif/golden/images.h"
#include "verif/golden/results.h"

namespace sluice::test {
namespace {

/// As far as single precision carries sums and functions of other libraries.
constexpr double kTolerance = 1e-5;

void check_close(const std::vector<float>& got, const std::vector<float>& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("number " << i << " is " << got[i] << ", not " << wanted[i]);
    REQUIRE(std::abs(got[i] - wanted[i]) <= kTolerance * std::max(1.0F, std::abs(wanted[i])));
  }
}

data::ImageSet real_image(const net::Network& network, std::uint64_t seed) {
  const golden::ImageSize size = golden::image_size(network);
  data::ImageSet images{1, size.height, size.width, size.channels};
  images.kind = data::ImageKind::kReals;
  std::mt19937_64 engine(seed);
  std::uniform_real_distribution<float> reals(-4, 4);
  for (std::size_t i = 0; i < images.image_size(); ++i) images.reals.push_back(reals(engine));
  return images;
}

/// The image's numbers as the network's file takes them: (channel, y, x), or channels last.
std::vector<float> in_file_order(const net::InputFormat& format, const data::ImageSet& images) {
  std::vector<float> numbers(images.reals.size());
  const std::size_t channels = images.channels, area = numbers.size() / channels;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[format.channels_last ? i : i % channels * area + i / channels] = images.reals[i];
  return numbers;
}

/// One run of the network's image, from numbers to numbers.
std::vector<float> driven(DriverBench& bench, const std::vector<float>& numbers) {
  const std::vector<std::uint8_t> image = bench.image(0);
  REQUIRE(bench.driver->load(image.data(), image.size()) == kOk);
  REQUIRE(bench.driver->host_open(image.data(), image.size()) == kOk);
  REQUIRE(bench.driver->host_input_size() == numbers.size());
  std::vector<float> scratch(bench.driver->host_scratch_size());
  std::vector<float> results(bench.driver->host_output_size());
  REQUIRE(bench.driver->host_set_input(numbers.data(), scratch.data()) == kOk);
  REQUIRE(bench.driver->run(5'000'000) == kOk);
  REQUIRE(bench.driver->host_get_output(results.data(), scratch.data()) == kOk);
  return results;
}

std::vector<golden::Tensor> golden_results(const DriverBench& bench, const data::ImageSet& images) {
  const net::Network& network = bench.random.network;
  const golden::Tensor input = golden::input_tensor(network, images, 0);
  return golden::results_of(network, golden::evaluate(network, input, bench.random.gated));
}

void check_run(DriverBench& bench, std::uint64_t seed) {
  const net::Network& network = bench.random.network;
  const data::ImageSet images = real_image(network, seed);
  const std::vector<float> wanted = golden::numbers_of(network, 0, golden_results(bench, images));
  const std::vector<float> got = driven(bench, in_file_order(network.input, images));
  REQUIRE(got.size() == wanted.size());
  check_close(got, wanted);
}

void set_formats(net::Network& network) {
  network.input.scale = 0.25F;
  network.input.zero_point = 117;
  network.results[0].sources[0].scale = 1 / 64.0F;
  network.results[0].sources[0].zero_point = 120;
}

/// Quantised with a scale of 1/64.
std::string codes_of(OnnxModel& model, const std::string& real) {
  const auto zero = model.scalar(std::int8_t{0});
  return model.node("QuantizeLinear", {real, model.scalar(1 / 64.0F), zero});
}

/// A layer of three channels that mixes them; what it gives are real numbers.
std::string real_layer(OnnxModel& model, const std::string& codes) {
  const auto scale = model.scalar(1 / 64.0F), zero = model.scalar(std::int8_t{0});
  const auto weights = model.tensor<std::int8_t>({3, 3, 1, 1}, {3, -1, 0, 2, 2, -3, 0, 1, 4});
  const auto given = model.node(
      "QLinearConv", {codes, scale, zero, weights, model.scalar(1.0F), zero, scale, zero});
  return model.node("DequantizeLinear", {given, scale, zero});
}

}  // namespace

TEST_CASE("DriverHost.NumbersBecomeCodesAndCodesNumbers t_small") {
  DriverBench bench("t_small");
  std::uint64_t seed = 1;
  for (int done = 0; done < 3; ++seed) {
    if (!bench.prepare(seed, 4096, false)) continue;
    done++;
    REQUIRE(bench.driver->probe(&bench.hooks) == kOk);
    set_formats(bench.random.network);
    check_run(bench, seed);
    add_head(bench.random.network);
    check_run(bench, seed);
    for (const net::HostProgram& program : host_programs(bench.random.network)) {
      bench.random.network.results[0].host = program;
      check_run(bench, seed);
    }
  }
}

TEST_CASE("DriverHost.ChannelsOfArraysMayComeLast t_small") {
  DriverBench bench("t_small");
  std::uint64_t seed = 1;
  while (!bench.prepare(seed, 4096, false)) seed++;
  REQUIRE(bench.driver->probe(&bench.hooks) == kOk);
  net::Network& network = bench.random.network;
  network.channels_last = true;
  set_formats(network);
  const data::ImageSet images = real_image(network, seed);
  const std::vector<golden::Tensor> results = golden_results(bench, images);
  std::vector<float> wanted;
  for (const std::int8_t value : results[0].values)
    wanted.push_back(static_cast<float>(value + network.results[0].sources[0].offset - 120) /
                     64.0F);
  check_close(driven(bench, images.reals), wanted);
}

TEST_CASE("DriverHost.NetworksOfAChainFollowEachOther t_small") {
  OnnxModel model(kInt8, {1, 3, 2, 2});
  const std::string scores = model.node("Softmax", {real_layer(model, "input")});
  model.set("axis", 1);
  const std::string turned = model.node("Transpose", {real_layer(model, codes_of(model, scores))});
  model.set("perm", {0, 3, 2, 1});
  model.output(turned);
  TemporaryFile file;
  file.write(model.bytes());
  const std::vector<net::Network> chain = net::import_chain(file.path());
  REQUIRE(chain.size() == 2);

  DriverBench bench("t_small");
  std::uint64_t seed = 1;
  while (!bench.prepare(seed, 4096, false)) seed++;
  REQUIRE(bench.driver->probe(&bench.hooks) == kOk);
  std::vector<float> numbers = {3, -8, 9, 20, 0, 5, 7, -30, 12, 1, -1, 2};
  const golden::Tensor input = golden::input_of_numbers(chain[0], numbers);
  const auto golden = golden::evaluate(chain, input, false);
  for (const net::Network& network : chain) {
    bench.take(network);
    numbers = driven(bench, numbers);
  }
  check_close(numbers, golden::numbers_of(chain[1], 0, golden::results_of(chain[1], golden[1])));
  CHECK(*std::max_element(numbers.begin(), numbers.end()) > 0.5F);
}

TEST_CASE("DriverHost.EachOutputOfSeveralAndWhatJoinsThem t_small") {
  OnnxModel model(kInt8, {1, 3, 2, 2});
  const std::string trunk = real_layer(model, "input");
  const std::string head = real_layer(model, codes_of(model, model.node("Relu", {trunk})));
  model.output(model.node("Sigmoid", {head}));
  model.output(trunk);
  model.output(model.node("Concat", {head, trunk}, "both"));
  model.set("axis", 2);
  const net::Network network = import_model(model);
  REQUIRE(net::result_maps(network).size() == 2);

  DriverBench bench("t_small");
  std::uint64_t seed = 1;
  while (!bench.prepare(seed, 4096, false)) seed++;
  REQUIRE(bench.driver->probe(&bench.hooks) == kOk);
  bench.take(network);
  const std::vector<float> numbers = {3, -8, 9, 20, 0, 5, 7, -30, 12, 1, -1, 2};
  const golden::Tensor input = golden::input_of_numbers(network, numbers);
  const auto maps = golden::results_of(network, golden::evaluate(network, input, false));
  check_close(driven(bench, numbers), golden::numbers_of(network, 0, maps));
  REQUIRE(bench.driver->output_count() == 2);
  REQUIRE(bench.driver->host_output_count() == 3);
  std::vector<float> scratch(bench.driver->host_scratch_size());
  for (std::size_t k = 0; k < 3; ++k) {
    std::vector<float> found(bench.driver->host_output_size_at(k));
    REQUIRE(bench.driver->host_get_output_at(k, found.data(), scratch.data()) == kOk);
    const std::vector<float> wanted = golden::numbers_of(network, k, maps);
    REQUIRE(found.size() == wanted.size());
    check_close(found, wanted);
  }
  CHECK(bench.driver->host_output_size_at(3) == 0);
  CHECK(bench.driver->host_get_output_at(3, scratch.data(), scratch.data()) == kNotLoaded);
}

TEST_CASE("DriverHost.AnotherImagesProgramsAreRefused") {
  DriverBench bench("t_small");
  std::uint64_t seed = 1;
  while (!bench.prepare(seed, 4096, false)) seed++;
  REQUIRE(bench.driver->probe(&bench.hooks) == kOk);
  const std::vector<std::uint8_t> image = bench.image(0);
  CHECK(bench.driver->host_open(image.data(), image.size() - 4) == kBadImage);
  REQUIRE(bench.driver->host_open(image.data(), image.size()) == kOk);
  std::vector<float> scratch(bench.driver->host_scratch_size());
  std::vector<float> numbers(bench.driver->host_input_size() + bench.driver->host_output_size());
  CHECK(bench.driver->host_set_input(numbers.data(), scratch.data()) == kNotLoaded);
  CHECK(bench.driver->host_get_output(numbers.data(), scratch.data()) == kNotLoaded);
}

}  // namespace sluice::test
