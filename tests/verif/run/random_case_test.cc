// SPDX-License-Identifier: Apache-2.0
// Random networks: the seed alone decides.
#include "verif/run/random_case.h"

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "generator/commands/encode.h"
#include "generator/compiler/compile.h"
#include "generator/plan/plan.h"
#include "tests/support/commands.h"
#include "tests/support/cuts.h"
#include "tests/support/designs.h"

namespace sluice::run {
namespace {

/// Leaves other contents where the next objects will lie.
void disturb_heap(std::uint64_t seed) {
  std::vector<std::unique_ptr<std::vector<int>>> blocks;
  for (int k = 0; k < 64; k++) {
    blocks.push_back(std::make_unique<std::vector<int>>((seed * 7 + k * 13) % 400 + 1, k));
  }
}

TEST_CASE("RandomCase.ASeedGivesTheSameNetworkAtAnyTimeAndForAnyPort") {
  const Plan plan = make_plan(test::design("t_small").config);
  for (std::uint64_t seed = 1; seed <= 300; seed++) {
    const RandomCase native = random_case(plan, seed, Port::kNative);
    disturb_heap(seed);
    const RandomCase axi = random_case(plan, seed, Port::kAxi);
    const auto layers = [](const RandomCase& one) {
      const std::string text = describe(one);
      return text.substr(0, text.find("memory:"));
    };
    INFO("seed " << seed);
    REQUIRE(layers(native) == layers(axi));
    REQUIRE(native.input.values == axi.input.values);
    REQUIRE(native.gated == axi.gated);
    REQUIRE(native.local == axi.local);
  }
}

TEST_CASE("RandomCase.OnlyDesignsWithATableGetTables") {
  const auto tables = [](const char* design) {
    const Plan plan = make_plan(test::design(design).config);
    int count = 0;
    for (std::uint64_t seed = 1; seed <= 100; seed++) {
      for (const net::Layer& layer : random_case(plan, seed).network.layers) {
        count += layer.table.empty() ? 0 : 1;
      }
    }
    return count;
  };
  CHECK(tables("t_small") >= 20);
  CHECK(tables("t_bare") == 0);
}

TEST_CASE("RandomCase.OnlyDesignsWithAdditionsGetThem") {
  const auto additions = [](const char* design) {
    const Plan plan = make_plan(test::design(design).config);
    int count = 0;
    for (std::uint64_t seed = 1; seed <= 100; seed++) {
      for (const net::Layer& layer : random_case(plan, seed).network.layers) {
        count += layer.traits().two_inputs();
      }
    }
    return count;
  };
  CHECK(additions("t_small") >= 20);
  CHECK(additions("t_bare") == 0);
}

/// What additions of drawn networks are like.
struct Kinds {
  int fused = 0, own = 0, with_itself = 0, with_input = 0, narrow = 0, long_factors = 0;
  int products = 0, vectors = 0;  ///< the second: or of one position
  int fit = 0, refused = 0;
};

Kinds kinds_of(const Plan& plan) {
  Kinds kinds;
  for (std::uint64_t seed = 5; seed <= 1000; seed += 5) {
    const net::Network network = random_case(plan, seed).network;
    try {
      for (const auto& layer : compiler::compile(network, plan, {}).layers) {
        const net::Layer& sum = network.layers[layer.result];
        if (sum.kind == net::LayerKind::kMultiply) {
          (network.maps[sum.addend].height * network.maps[sum.addend].width == 1
               ? kinds.vectors
               : kinds.products)++;
        }
        if (sum.kind != net::LayerKind::kAdd) continue;
        (layer.result == layer.layer ? kinds.own : kinds.fused)++;
        kinds.with_itself += sum.input == sum.addend;
        kinds.with_input += sum.input == 0 || sum.addend == 0;
        kinds.narrow += layer.output.bits < 8;
        kinds.long_factors += sum.factor > 255 && sum.addend_factor > 255;
      }
      kinds.fit++;
    } catch (const compiler::CompileError&) {
      kinds.refused++;
    }
  }
  return kinds;
}

TEST_CASE("RandomCase.AdditionsAreOfAllKindsAndMostFit") {
  const Kinds kinds = kinds_of(make_plan(test::design("t_small").config));
  CHECK(kinds.fused >= 30);
  CHECK(kinds.own >= 30);
  CHECK(kinds.with_itself >= 5);
  CHECK(kinds.with_input >= 20);
  CHECK(kinds.narrow >= 20);
  CHECK(kinds.long_factors >= 50);
  CHECK(kinds.products >= 20);
  CHECK(kinds.vectors >= 30);
  CHECK(kinds.refused < kinds.fit / 4);
}

/// The program of a case; none if it does not fit the design.
std::optional<compiler::Program> compiled(const RandomCase& drawn, const Plan& plan) {
  compiler::Options options;
  options.gated = drawn.gated;
  options.local = drawn.local;
  try {
    return compiler::compile(drawn.network, plan, options);
  } catch (const compiler::CompileError&) {
    return std::nullopt;
  }
}

TEST_CASE("RandomCase.SomeLayersHaveWideChannelsThatAreSplit") {
  for (const char* design : {"t_plain4", "t_plain"}) {
    const Plan plan = make_plan(test::design(design).config);
    int split = 0;
    for (std::uint64_t seed = 1; seed <= 400; seed++) {
      const auto program = compiled(random_case(plan, seed), plan);
      if (!program) continue;
      for (const auto& layer : program->layers) split += layer.split_channels > 0 ? 1 : 0;
    }
    INFO(design << ": " << split);
    CHECK(split >= 4);
  }
}

/// Layers of drawn networks that compute their blocks at several positions, by kind.
struct Positions {
  int strips = 0, interleaved = 0, local = 0, without_weights = 0, fused = 0;
};

/// Whether a layer's RUNs step over positions of other windows.
bool is_interleaved(const compiler::Program& program, const Plan& plan, std::size_t layer) {
  const commands::Words words =
      compiler::test::commands_of(program, plan, compiler::Opcode::kLayer).at(layer);
  const compiler::MapLayout& out = program.layers[layer].output;
  return words[14] != static_cast<std::uint32_t>(out.atoms_per_position * out.atom) ||
         words[15] != static_cast<std::uint32_t>(out.row_pitch * out.atom);
}

void count(Positions& positions, const compiler::Program& program, const Plan& plan,
           const net::Network& network) {
  for (std::size_t i = 0; i < program.layers.size(); i++) {
    const compiler::LayerProgram& layer = program.layers[i];
    if (layer.positions == 1) continue;
    const bool interleaved = is_interleaved(program, plan, i);
    positions.interleaved += interleaved;
    positions.strips += !interleaved;
    positions.local += layer.output.local;
    positions.without_weights += !network.layers[layer.layer].traits().has_weights();
    positions.fused += layer.result != layer.layer;
  }
}

Positions positions_of(const Plan& plan) {
  Positions positions;
  for (std::uint64_t seed = 1; seed <= 800; seed++) {
    const RandomCase drawn = random_case(plan, seed);
    if (const auto program = compiled(drawn, plan)) {
      count(positions, *program, plan, drawn.network);
    }
  }
  return positions;
}

TEST_CASE("RandomCase.LayersAreComputedAtSeveralPositionsInAllWays") {
  std::vector<Plan> plans = {test::shipped_plan("fold1024", {})};
  for (const char* name : {"t_fold", "t_fold_lanes", "t_fold_output", "t_fold_plain"}) {
    plans.push_back(make_plan(test::design(name).config));
  }
  for (const Plan& plan : plans) {
    INFO(plan.config.name);
    const Positions positions = positions_of(plan);
    CHECK(positions.strips >= 20);
    CHECK(positions.interleaved >= 8);
    CHECK(positions.local >= 3);
    CHECK(positions.without_weights >= 8);  // others join taps
    INFO(positions.fused << " with a sum");
    CHECK((positions.fused >= 5 || !plan.config.additions));
  }
}

/// Max pools of drawn networks, and those that join taps, of a kernel row or column; and layers
/// that join taps of sums.
struct Pools {
  int all = 0, rows = 0, columns = 0, sums = 0;
};

void count(Pools& pools, const compiler::Program& program, const Plan& plan,
           const net::Network& network) {
  using commands::Field;
  const auto words = compiler::test::commands_of(program, plan, compiler::Opcode::kLayer);
  for (std::size_t i = 0; i < program.layers.size(); i++) {
    const net::Layer& layer = network.layers[program.layers[i].layer];
    const bool joins = commands::get(words.at(i), Field::kLayerTaps) > 0;
    if (layer.traits().joined != net::Joined::kMax) {
      pools.sums += joins;
      continue;
    }
    pools.all++;
    const bool apart = commands::get(words.at(i), Field::kLayerWindowStep) >=
                       commands::get(words.at(i), Field::kLayerRowPitch);  // as far as rows
    pools.rows += joins && !apart;
    pools.columns += joins && apart;
  }
}

Pools pools_of(const Plan& plan) {
  Pools pools;
  for (std::uint64_t seed = 1; seed <= 400; seed++) {
    const RandomCase drawn = random_case(plan, seed);
    if (const auto program = compiled(drawn, plan)) count(pools, *program, plan, drawn.network);
  }
  return pools;
}

TEST_CASE("RandomCase.MaxPoolsJoinTaps") {
  std::vector<Plan> plans = {test::shipped_plan("fold1024", {}), test::shipped_plan("edge", {})};
  for (const char* name :
       {"t_small", "t_fold_output", "t_fold_plain", "t_fold_lanes", "t_dsp", "t_atom16"}) {
    plans.push_back(make_plan(test::design(name).config));
  }
  for (const Plan& plan : plans) {
    const Pools pools = pools_of(plan);
    INFO(plan.config.name << ": " << pools.all << " max pools, " << pools.rows
                          << " join along rows, " << pools.columns << " along columns; "
                          << pools.sums << " sums");
    CHECK(pools.rows + pools.columns >= pools.all / 5);
    CHECK(pools.rows >= 5);
    if (plan.config.segments > 1) CHECK((pools.sums >= 5) == plan.sums_taps);
  }
}

/// Layers of drawn networks whose weights are stored as one column of so many, by mode and number.
std::map<std::pair<int, int>, int> circulant_layers(const Plan& plan, int& gated, int& folded) {
  std::map<std::pair<int, int>, int> layers;
  for (std::uint64_t seed = 1; seed <= 400; seed++) {
    const auto program = compiled(random_case(plan, seed), plan);
    if (!program) continue;
    for (const compiler::LayerProgram& layer : program->layers) {
      layers[{layer.mode, layer.circulant}]++;
      gated += layer.circulant > 1 && layer.gated;
      folded += layer.circulant > 1 && layer.fold > 1;
    }
  }
  return layers;
}

TEST_CASE("RandomCase.SomeLayersHaveCirculantWeights") {
  for (const char* name : {"t_circulant", "t_circulant_fold", "t_circulant_rows"}) {
    const Plan plan = make_plan(test::design(name).config);
    int gated = 0, folded = 0;
    auto layers = circulant_layers(plan, gated, folded);
    for (const int mode : plan.config.precisions) {
      for (int size = 2; plan.config.columns % size == 0; size *= 2) {
        const int found = layers[std::pair(mode, size)], bytes = size * mode / 8;
        INFO(name << ": " << found << " of " << size << " columns, " << mode << " bits");
        CHECK((found >= 8) == (bytes >= 1 && bytes <= plan.circulant_bytes));
      }
    }
    CHECK((gated >= 8) == plan.config.gating);
    CHECK((folded >= 8) == (plan.config.segments > 1));
  }
}

TEST_CASE("RandomCase.SomeLayersTransformTheirSums") {
  for (const char* name : {"t_hadamard", "t_hadamard_single"}) {
    const Plan plan = make_plan(test::design(name).config);
    std::map<int, int> layers;
    for (std::uint64_t seed = 1; seed <= 300; seed++) {
      for (const net::Layer& layer : random_case(plan, seed).network.layers) {
        layers[layer.hadamard]++;
      }
    }
    for (int size = 4; size <= plan.config.hadamard; size *= 2) {
      INFO(name << ": " << layers[size] << " over " << size << " channels");
      CHECK(layers[size] >= 8);
    }
  }
}

TEST_CASE("RandomCase.SomeGatesSplitBits") {
  for (const char* name : {"t_planes", "t_planes_lanes"}) {
    const Plan plan = make_plan(test::design(name).config);
    std::map<std::pair<int, bool>, int> gates;
    for (std::uint64_t seed = 1; seed <= 300; seed++) {
      for (const net::Layer& layer : random_case(plan, seed).network.layers) {
        if (layer.gate) gates[{layer.gate->plane_bits, layer.gate->block > 1}]++;
      }
    }
    for (const bool blocks : {false, true}) {
      const bool possible = !blocks || plan.config.columns > 1;
      CHECK((gates[std::pair(0, blocks)] >= 8) == possible);
      CHECK((gates[std::pair(4, blocks)] >= 8) == possible);
      CHECK((gates[std::pair(2, blocks)] >= 8) == (possible && plan.precision2));
    }
  }
}

TEST_CASE("RandomCase.SomeLayersAreCutByColumnsAndSomeByChannels") {
  const Config tiny = test::shipped_plan("tiny").config;
  for (const Config& config : {tiny, test::design("t_small_buffers").config}) {
    const Plan plan = make_plan(config);
    int columns = 0, channels = 0;
    for (std::uint64_t seed = 1; seed <= 400; seed++) {
      const net::Network network = random_case(plan, seed).network;
      try {
        const test::Cuts cuts = test::cuts_of(compiler::compile(network, plan, {}), network);
        columns += cuts.columns;
        channels += cuts.channels;
      } catch (const compiler::CompileError&) {
      }
    }
    INFO(config.name << ": " << columns << " by columns, " << channels << " by channels");
    CHECK(columns >= 8);
    CHECK(channels >= 8);
  }
}

}  // namespace
}  // namespace sluice::run
