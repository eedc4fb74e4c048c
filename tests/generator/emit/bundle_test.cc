// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/bundle.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "generator/config/schema.h"
#include "generator/emit/manifest.h"
#include "generator/emit/plan_values.h"
#include "generator/util/resources.h"

namespace sluice {
namespace {

Config small() {
  Config config;
  config.name = "small";
  config.lanes = 2;
  config.columns = 4;
  config.rows = 16;
  config.dot = 4;
  config.precisions = {8};
  config.buffers = {4096, 4096};
  return config;
}

/// Configs that between them take every branch of the templates.
std::vector<Config> variants() {
  std::vector<Config> list;
  for (const bool gating : {false, true}) {
    for (const std::vector<int>& precisions : {std::vector<int>{8}, {8, 4}, {8, 2}, {8, 4, 2}}) {
      Config config = small();
      config.gating = gating;
      config.precisions = precisions;
      list.push_back(config);
    }
  }
  Config one = small();
  one.lanes = one.columns = one.dot = 1;
  one.rows = 4;
  list.push_back(one);
  for (const char* ordering : {"in_order", "by_id"}) {
    Config axi = small();
    axi.bus.kind = "axi4";
    axi.bus.ordering = ordering;
    list.push_back(axi);
  }
  return list;
}

TEST_CASE("Bundle.RendersEveryVariant") {
  for (const Config& config : variants()) {
    const Bundle bundle = render_bundle(make_plan(config), {"small.yaml", {}});
    for (const OutputFile& file : bundle.files) {
      INFO(file.path);
      CHECK(!file.text.empty());
      CHECK(file.text.ends_with("\n"));
      CHECK(file.text.find("<%") == std::string::npos);
    }
  }
}

TEST_CASE("Bundle.ListsEveryModuleInTheFileList") {
  const Bundle bundle = render_bundle(make_plan(small()), {"small.yaml", {}});
  const auto list = std::find_if(bundle.files.begin(), bundle.files.end(),
                                 [](const OutputFile& file) { return file.path == "small.f"; });
  REQUIRE(list != bundle.files.end());
  for (const OutputFile& file : bundle.files) {
    if (!file.path.starts_with("rtl/")) continue;
    CHECK(list->text.find("\n" + file.path + "\n") != std::string::npos);
  }
}

TEST_CASE("Manifest.NamesEveryTemplateOnce") {
  std::multiset<std::string> listed, embedded;
  for (const ManifestRow& row : manifest()) listed.insert(row.path);
  for (const ManifestRow& row : assertion_manifest()) listed.insert(row.path);
  for (const FlowRow& row : flow_manifest()) listed.insert(std::string("flow/") + row.path);
  const MacroManifest& macros = macro_manifest();
  for (const FlowRow& row :
       {macros.example_memories, macros.example_macro, macros.memories, macros.macro}) {
    listed.insert(std::string("flow/") + row.path);
  }
  for (const FlowRow& row : driver_manifest()) listed.insert(std::string("driver/") + row.path);
  for (const Resource& resource : resources()) {
    const std::string path(resource.path);
    // Files of the whole bundle are in no table: each is rendered by name
    if (!path.starts_with("templates/") || path.starts_with("templates/bundle/")) continue;
    embedded.insert(path.substr(std::string("templates/").size()));
  }
  CHECK(listed == embedded);
}

TEST_CASE("Manifest.LeavesOutTheOpenPositionsWithoutGating") {
  Config config = small();
  const auto has_open_positions = [&] {
    const auto paths = design_templates(make_plan(config));
    return std::count(paths.begin(), paths.end(), "control/open_positions.sv.tpl") == 1;
  };
  config.gating = true;
  CHECK(has_open_positions());
  config.gating = false;
  CHECK_FALSE(has_open_positions());
}

TEST_CASE("Manifest.HasTheBusAndItsAssertionsOnlyWhereAsked") {
  Config config = small();
  const auto files = [&](const std::string& part) {
    const Bundle bundle = render_bundle(make_plan(config), {"small.yaml", {}});
    return std::count_if(bundle.files.begin(), bundle.files.end(), [&](const OutputFile& file) {
      return file.path.find(part) != std::string::npos;
    });
  };
  CHECK(files("_axi") == 0);
  config.bus.kind = "axi4";
  CHECK(files("rtl/bus/") == 4);
  CHECK(files("assert/") == 5);
  config.bus.ordering = "by_id";
  CHECK(files("rtl/bus/") == 5);
  CHECK(files("rtl/bus/small_axi_reorder.sv") == 1);
}

/// The name under which templates know a key.
std::string value_name(const Key& key) {
  std::string name = key.path;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

TEST_CASE("PlanValues.HaveEveryKeyUnderItsPath") {
  Config config = small();
  config.gating = true;
  config.memory.burst = 32;
  const Values values = plan_values(make_plan(config), {"small.yaml", {}});
  for (const Key& key : schema()) {
    INFO(key.path);
    CHECK(values.map().contains(value_name(key)));
  }
  CHECK(render_template("t", "<%#gating%><%memory_burst%> <%precisions%><%/gating%>", values) ==
        "32 [8]");
}

TEST_CASE("PlanValues.EveryOneButKeysIsUsedByATemplate") {
  std::set<std::string> used;
  for (const Key& key : schema()) used.insert(value_name(key));
  for (const Resource& resource : resources()) {
    if (!resource.path.ends_with(".tpl")) continue;
    for (const std::string& name : template_names(std::string(resource.path), resource.text)) {
      used.insert(name);
    }
  }
  const Values values = plan_values(make_plan(small()), {"small.yaml", {}});
  for (const auto& [name, value] : values.map()) {
    INFO(name);
    CHECK(used.contains(name));
  }
}

TEST_CASE("Origin.CommandLineDoesNotDependOnFolders") {
  const Origin origin = make_origin("/home/somebody/my designs/edge.yaml", {"lanes=2"});
  CHECK(command_line(origin) == "sluice generate edge.yaml --set lanes=2 -o DIR");
}

TEST_CASE("Origin.OddNamesStayInOneQuotedWord") {
  CHECK(command_line(make_origin("a\nb c.yaml", {"precisions=[8, 4]"})) ==
        "sluice generate 'a?b c.yaml' --set 'precisions=[8, 4]' -o DIR");
}

}  // namespace
}  // namespace sluice
