// SPDX-License-Identifier: Apache-2.0
// Layers whose outputs are looked up in a table, and the commands that fill it.
#include <catch2/catch.hpp>

#include "generator/commands/encode.h"
#include "generator/compiler/commands.h"
#include "tests/generator/compiler/support.h"

namespace sluice::compiler::test {
namespace {

/// A chain of layers of 8 channels, each with a table if it says so.
Compiled chain(const std::vector<bool>& tables, int out_bits = 8) {
  Compiled c;
  Random random(11);
  c.network = start_network(6, 5, 8, 8);
  for (const bool table : tables) {
    append_layer(c.network, {.out_bits = out_bits, .table = table}, random);
  }
  return c;
}

std::vector<std::int64_t> field_of(const std::vector<commands::Words>& list, Field field) {
  std::vector<std::int64_t> values;
  for (const commands::Words& words : list) values.push_back(commands::get(words, field));
  return values;
}

using Numbers = std::vector<std::int64_t>;

TEST_CASE("Tables.OutputsAreThoseOfTheTable") {
  CHECK(chain({true}).difference() == "");
  CHECK(chain({false, true, true, false}).difference() == "");
  CHECK(chain({true, true}, 4).difference() == "");
  CHECK(chain({true, true}, 2).difference() == "");
}

TEST_CASE("Tables.FourCommandsFillATableBeforeItsLayer") {
  const Compiled c = chain({false, true});
  const std::vector<commands::Words> found = c.commands_with(Opcode::kTable);
  CHECK(field_of(found, Field::kTablePart) == Numbers{0, 1, 2, 3});
  CHECK(field_of(c.commands_with(Opcode::kLayer), Field::kLayerLookUp) == Numbers{0, 1});
  const std::vector<std::int8_t>& table = c.network.layers[1].table;
  for (int entry = 0; entry < net::kTableEntries; ++entry) {
    const std::uint32_t word = found[entry / 64][2 + entry % 64 / 4];
    CHECK(static_cast<std::int8_t>(word >> entry % 4 * 8) == table[entry]);
  }
}

TEST_CASE("Tables.ATableThatIsThereIsNotFilledAgain") {
  Compiled c = chain({true, false, true, true});
  c.network.layers[2].table = c.network.layers[0].table;
  CHECK(c.commands_with(Opcode::kTable).size() == 8);
  CHECK(c.difference() == "");
}

TEST_CASE("Tables.ATableStandsBeforeAnAddition") {
  Compiled c = chain({false, true});
  Random random(3);
  append_add(c.network, 2, 1, 8, random);
  CHECK(c.program().layers.size() == 2);
  CHECK(c.difference() == "");
}

TEST_CASE("Tables.WhatIsRefused") {
  Compiled without = chain({true});
  without.config.activation_table = false;
  CHECK(without.refusal() ==
        "layer 'layer0': looks its outputs up in a table, but design 'small' has none; set "
        "activation_table: true");
  Compiled few = chain({true});
  few.network.layers[0].table.pop_back();
  CHECK(few.refusal() == "layer 'layer0': the table has 255 entries, not 256");
  Compiled wide = chain({true}, 4);
  wide.network.layers[0].table[3] = 8;
  CHECK(wide.refusal() == "layer 'layer0': the table's entry 8 does not fit the 4-bit output map");
  Compiled sum = chain({false, false});
  Random random(3);
  append_add(sum.network, 2, 1, 8, random);
  sum.network.layers[2].table = chain({true}).network.layers[0].table;
  CHECK(sum.refusal() ==
        "layer 'layer2': an addition has no table; a layer of its own behind it can");
}

}  // namespace
}  // namespace sluice::compiler::test
