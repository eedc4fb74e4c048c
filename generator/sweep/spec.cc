// SPDX-License-Identifier: Apache-2.0
#include "generator/sweep/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "generator/config/document.h"
#include "generator/config/schema.h"
#include "generator/config/shape.h"
#include "generator/config/values.h"
#include "generator/estimate/builtin.h"
#include "generator/sweep/map_reader.h"
#include "generator/sweep/path_reader.h"
#include "generator/util/defaults.h"
#include "generator/util/text.h"

namespace sluice::sweep {
namespace {

namespace fs = std::filesystem;

class SpecReader {
 public:
  SpecReader(const std::string& path, const Source& source,
             const std::vector<std::string>& memory_tables, Diagnostics& diagnostics)
      : source_(source),
        memory_tables_(memory_tables),
        diagnostics_(diagnostics),
        reader_(diagnostics),
        paths_(fs::path(path).parent_path(), "sweep file", reader_, diagnostics) {}

  Spec run(const Node& root) {
    reader_.read(root, "the file",
                 {{"base", [this](const Node& node) { read_base(node); }},
                  {"set", [this](const Node& node) { read_set(node); }},
                  {"grid", [this](const Node& node) { read_grid(node); }},
                  {"sample", [this](const Node& node) { read_sample(node); }},
                  {"networks", [this](const Node& node) { read_networks(node); }},
                  {"estimate", [this](const Node& node) { read_estimate(node); }},
                  {"area", reader_.flag("area", spec_.area.measure)},
                  {"area_options", [this](const Node& node) {
                     read_area(node, spec_.area, memory_tables_, paths_, reader_);
                   }}});
    if (!has(root, "base")) missing("base", "add 'base:' with the path of a config");
    if (!has(root, "networks"))
      missing("networks", "add 'networks:' with a list, such as [resnet18]");
    check_size(root);
    return std::move(spec_);
  }

 private:
  static bool has(const Node& map, const std::string& key) {
    return std::any_of(map.keys.begin(), map.keys.end(),
                       [&key](const Node& node) { return node.text == key; });
  }

  void missing(const std::string& key, const std::string& help) {
    diagnostics_.error(Code::kMissingKey, {&source_}, fmt::format("'{}' is missing", key)).help =
        help;
  }

  void read_base(const Node& node) {
    std::string name;
    reader_.word("base", {}, name)(node);
    if (name.empty()) return;
    spec_.base = paths_.path_of(name);
    std::error_code ignored;
    if (!fs::is_regular_file(spec_.base, ignored)) {
      diagnostics_
          .error(Code::kFileUnreadable, node.span,
                 fmt::format("the base config '{}' cannot be read", spec_.base))
          .help = "give the path of a config, relative to the sweep file";
      return;
    }
    const std::optional<std::string> text = read_config_text(spec_.base, diagnostics_);
    if (!text) return;
    spec_.base_text = *text;
    parse_document(diagnostics_.add_source(Source::Kind::kFile, spec_.base, *text), diagnostics_);
  }

  /// A key of the config, not given before; its value is checked by itself.
  bool take_key(const std::string& key, const Span& span) {
    if (!find_key(key)) {
      report_unknown_key(key, "", span, diagnostics_);
      return false;
    }
    const auto [first, is_new] = given_.emplace(key, span);
    if (is_new) return true;
    Diagnostic& error = diagnostics_.error(Code::kDuplicateKey, span,
                                           fmt::format("'{}' is given a second time", key));
    error.notes.push_back({first->second, "it is first given here"});
    error.help = "give a key once, in 'set' or in 'grid'";
    return false;
  }

  void check_value(const std::string& key, const Node& value) {
    read_values({{key, &value}}, diagnostics_);
  }

  void read_set(const Node& map) {
    if (map.kind != Node::Kind::kMap) {
      reader_.wrong(map, "set", "a section", "write 'key: value' below it, such as 'lanes: 16'");
      return;
    }
    for (std::size_t k = 0; k < map.keys.size(); k++) {
      if (!take_key(map.keys[k].text, map.keys[k].span)) continue;
      check_value(map.keys[k].text, map.items[k]);
      spec_.fixed.push_back(map.keys[k].text + "=" + value_text(map.items[k]));
    }
  }

  void read_grid(const Node& map) {
    if (map.kind != Node::Kind::kMap) {
      reader_.wrong(map, "grid", "a section",
                    "write 'key: [value, ..]' below it, such as 'lanes: [8, 16]'");
      return;
    }
    for (std::size_t k = 0; k < map.keys.size(); k++) read_axis(map.keys[k], map.items[k]);
  }

  void read_axis(const Node& key, const Node& values) {
    Axis axis;
    axis_values_.clear();
    bool good = true;
    for (const std::string& part : split(key.text, ',')) {
      const std::size_t first = part.find_first_not_of(' ');
      const std::string name = first == std::string::npos
                                   ? ""
                                   : part.substr(first, part.find_last_not_of(' ') + 1 - first);
      good = take_key(name, key.span) && good;
      axis.keys.push_back(name);
    }
    if (!good) return;
    if (values.kind != Node::Kind::kSequence || values.items.empty()) {
      reader_.wrong(values, key.text, "a list of values", "write them in brackets: [8, 16]");
      return;
    }
    for (const Node& value : values.items) read_axis_value(key.text, value, axis);
    spec_.axes.push_back(std::move(axis));
  }

  void read_axis_value(const std::string& name, const Node& value, Axis& axis) {
    std::vector<std::string> texts;
    if (axis.keys.size() == 1) {
      check_value(axis.keys[0], value);
      texts.push_back(value_text(value));
    } else if (value.kind != Node::Kind::kSequence || value.items.size() != axis.keys.size()) {
      reader_.wrong(value, name, fmt::format("a list of {} values", axis.keys.size()),
                    fmt::format("write one value for each of {}", join_words(axis.keys, "and")));
      return;
    } else {
      for (std::size_t k = 0; k < axis.keys.size(); k++) {
        check_value(axis.keys[k], value.items[k]);
        texts.push_back(value_text(value.items[k]));
      }
    }
    if (!axis_values_.insert(texts).second) {
      diagnostics_
          .error(Code::kDuplicateKey, value.span,
                 fmt::format("'{}' lists this value a second time", name))
          .help = "list each value once";
      return;
    }
    axis.values.push_back(std::move(texts));
  }

  void read_sample(const Node& node) {
    reader_.read(node, "sample",
                 {{"points", reader_.number("points", 1, kMostPoints, 100,
                                            [this](std::int64_t n) { spec_.sample = n; })},
                  {"seed", reader_.number("seed", 0, INT64_MAX, 1,
                                          [this](std::int64_t n) { spec_.seed = n; })}});
    if (node.kind == Node::Kind::kMap && !has(node, "points")) {
      diagnostics_.error(Code::kMissingKey, node.span, "'points' is missing in 'sample'").help =
          "write 'sample: {points: 100, seed: 1}'";
    }
  }

  void read_networks(const Node& list) {
    if (list.kind != Node::Kind::kSequence || list.items.empty()) {
      reader_.wrong(list, "networks", "a list of networks", "write them in brackets: [resnet18]");
      return;
    }
    for (const Node& node : list.items) read_network(node);
  }

  void read_network(const Node& node) {
    std::string name;
    reader_.word("networks", {}, name)(node);
    if (name.empty()) return;
    const auto& names = estimate::builtin_names();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      name = paths_.path_of(name);
      std::error_code ignored;
      if (!fs::is_regular_file(name, ignored)) {
        diagnostics_
            .error(Code::kNotAChoice, node.span, fmt::format("there is no network '{}'", node.text))
            .help = fmt::format(
            "allowed are {}, and paths of CSV and ONNX files relative to the sweep file",
            join_words(names, "and"));
        return;
      }
    }
    for (const std::string& other : spec_.networks) {
      // Results name a network without folder and ending
      if (fs::path(other).stem() != fs::path(name).stem()) continue;
      diagnostics_
          .error(Code::kDuplicateKey, node.span,
                 fmt::format("'{}' is listed a second time", fs::path(name).stem().string()))
          .help = "list each network once; files need names that differ";
      return;
    }
    spec_.networks.push_back(name);
  }

  void read_estimate(const Node& node) {
    EstimateSettings& to = spec_.estimate;
    const auto number = [this](const std::string& name, int low, int high, int& value) {
      return reader_.number(name, low, high, value, [&value](std::int64_t n) { value = int(n); });
    };
    reader_.read(node, "estimate",
                 {{"clock", reader_.real("clock", 1e-3, 1e5, to.clock,
                                         [&to](double value) { to.clock = value; })},
                  {"density", reader_.real("density", 0, 1, defaults::kDensity,
                                           [&to](double value) { to.density = value; })},
                  {"densities", [this](const Node& one) { read_densities(one); }},
                  {"gates", reader_.flag("gates", to.gates)},
                  {"compare", reader_.flag("compare", to.compare)},
                  {"seed", number("seed", 0, INT32_MAX, to.seed)},
                  {"latency", number("latency", 1, 100000, to.latency)},
                  {"read_interval", number("read_interval", 1, 1000, to.read_interval)},
                  {"write_interval", number("write_interval", 1, 1000, to.write_interval)},
                  {"memory_maps", reader_.flag("memory_maps", to.memory_maps)}});
  }

  void read_densities(const Node& node) {
    paths_.read_name_or_path(node,
                             {.key = "densities",
                              .names = {"even", "uneven"},
                              .what = "way to draw gates, nor a file",
                              .paths = "CSV files of densities"},
                             spec_.estimate.densities);
  }

  void check_size(const Node& root) {
    const std::uint64_t configs =
        spec_.sample > 0 ? std::min(spec_.sample, spec_.grid_points()) : spec_.grid_points();
    const std::uint64_t most = kMostPoints / std::max<std::size_t>(spec_.networks.size(), 1);
    if (configs <= most && spec_.grid_points() < UINT64_MAX) return;
    for (std::size_t k = 0; k < root.keys.size(); k++) {
      if (root.keys[k].text != "grid") continue;
      diagnostics_
          .error(Code::kOutOfRange, root.keys[k].span,
                 fmt::format("the sweep has more than {} points", kMostPoints))
          .help = "take a random sample of them: 'sample: {points: 1000, seed: 1}'";
    }
  }

  const Source& source_;
  const std::vector<std::string>& memory_tables_;
  Diagnostics& diagnostics_;
  MapReader reader_;
  PathReader paths_;
  Spec spec_;
  std::map<std::string, Span> given_;
  std::set<std::vector<std::string>> axis_values_;  ///< of the axis that is read
};

}  // namespace

std::uint64_t Spec::grid_points() const {
  std::uint64_t product = 1;
  for (const Axis& axis : axes) {
    const std::uint64_t size = std::max<std::size_t>(axis.values.size(), 1);
    if (product > UINT64_MAX / size) return UINT64_MAX;
    product *= size;
  }
  return product;
}

std::vector<std::string> Spec::keys() const {
  std::vector<std::string> all;
  for (const Axis& axis : axes) all.insert(all.end(), axis.keys.begin(), axis.keys.end());
  return all;
}

std::optional<Spec> read_spec(const std::string& path,
                              const std::vector<std::string>& memory_tables,
                              Diagnostics& diagnostics) {
  const auto file =
      read_map_file(path, "a sweep", "configs/sweeps/fold_resnet18.yaml", diagnostics);
  if (!file) return std::nullopt;
  Spec spec = SpecReader(path, *file->source, memory_tables, diagnostics).run(file->root);
  if (!diagnostics.empty()) return std::nullopt;
  return spec;
}

}  // namespace sluice::sweep
