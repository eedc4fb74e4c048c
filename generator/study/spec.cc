// SPDX-License-Identifier: Apache-2.0
#include "generator/study/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "generator/config/document.h"
#include "generator/config/reader.h"
#include "generator/network/import_network.h"
#include "generator/study/knobs.h"
#include "generator/sweep/map_reader.h"
#include "generator/sweep/path_reader.h"
#include "generator/util/text.h"

namespace sluice::study {
namespace {

namespace fs = std::filesystem;
using sweep::MapReader;
using sweep::PathReader;

/// "8", "4x4": bits of weights, and of inputs.
bool is_bits(const std::string& text) {
  const auto digit = [](char c) { return c >= '2' && c <= '8'; };
  return (text.size() == 1 || (text.size() == 3 && text[1] == 'x' && digit(text[2]))) &&
         digit(text[0]);
}

class SpecReader {
 public:
  SpecReader(const std::string& path, const Source& source,
             const std::vector<std::string>& memory_tables, Diagnostics& diagnostics)
      : source_(source),
        memory_tables_(memory_tables),
        diagnostics_(diagnostics),
        reader_(diagnostics),
        paths_(fs::path(path).parent_path(), "study's file", reader_, diagnostics) {}

  Spec run(const Node& root) {
    const auto here = [this](void (SpecReader::*read)(const Node&)) {
      return [this, read](const Node& node) { (this->*read)(node); };
    };
    reader_.read(root, "the file",
                 {{"python", reader_.word("python", {}, spec_.python)},
                  {"trainer", here(&SpecReader::read_trainer)},
                  {"data", here(&SpecReader::read_data)},
                  {"train", here(&SpecReader::read_train)},
                  {"networks", here(&SpecReader::read_networks)},
                  {"configs", here(&SpecReader::read_configs)},
                  {"evaluate", here(&SpecReader::read_evaluate)},
                  {"area", reader_.flag("area", spec_.area.measure)},
                  {"area_options", [this](const Node& node) {
                     sweep::read_area(node, spec_.area, memory_tables_, paths_, reader_);
                   }}});
    check_missing(root);
    return std::move(spec_);
  }

 private:
  static const Node* find(const Node& map, const std::string& key) {
    for (std::size_t k = 0; k < map.keys.size(); k++) {
      if (map.keys[k].text == key) return &map.items[k];
    }
    return nullptr;
  }

  void missing(const Span& span, const std::string& key, const std::string& help) {
    diagnostics_.error(Code::kMissingKey, span, fmt::format("'{}' is missing", key)).help = help;
  }

  void check_missing(const Node& root) {
    if (!find(root, "networks"))
      missing({&source_}, "networks", "add 'networks:' with a list, such as [network: resnet20]");
    if (!find(root, "configs"))
      missing({&source_}, "configs", "add 'configs:' with a list of configs");
    const bool trained = std::any_of(spec_.networks.begin(), spec_.networks.end(),
                                     [](const NetworkSpec& one) { return one.trained(); });
    if (trained && spec_.data.kind.empty() && diagnostics_.empty())
      missing({&source_}, "data.kind",
              fmt::format("add 'data: {{kind: ..}}' with {}: networks are trained with it",
                          join_words(data_kinds(), "or")));
  }

  void read_trainer(const Node& node) {
    if (node.kind != Node::Kind::kSequence || node.items.empty()) {
      reader_.wrong(node, "trainer", "a list of words",
                    "write a command, such as [python3, trainer.py]");
      return;
    }
    for (const Node& item : node.items) {
      std::string word;
      reader_.word("trainer", {}, word)(item);
      spec_.trainer.push_back(word);
    }
  }

  /// A path that must be there, made absolute: the trainer runs in another folder.
  std::function<void(const Node&)> path(const std::string& key, std::string& to) {
    return [this, key, &to](const Node& node) {
      std::string text;
      reader_.word(key, {}, text)(node);
      if (text.empty()) return;
      to = fs::absolute(paths_.path_of(text)).lexically_normal().string();
      std::error_code ignored;
      if (fs::exists(to, ignored)) return;
      diagnostics_
          .error(Code::kFileUnreadable, node.span,
                 fmt::format("'{}' is '{}', which is not there", key, node.text))
          .help = "give a path relative to the study's file";
    };
  }

  void read_data(const Node& node) {
    DataSpec& to = spec_.data;
    reader_.read(node, "data",
                 {{"kind", reader_.word("kind", data_kinds(), to.kind)},
                  {"path", path("path", to.path)},
                  {"images", path("images", to.images)},
                  {"labels", path("labels", to.labels)},
                  {"calibration", path("calibration", to.calibration)}});
    if (node.kind != Node::Kind::kMap) return;
    if (to.images.empty() != to.labels.empty() && diagnostics_.empty()) {
      missing(node.span, to.images.empty() ? "images" : "labels",
              "give 'images' and 'labels' together: accuracies need both");
    }
    if (!to.kind.empty() && to.kind != "fashion-mnist" && !find(node, "path"))
      missing(node.span, "path", fmt::format("add 'path:' with the folder of {}", to.kind));
  }

  std::function<void(const Node&)> whole(const std::string& key, int low, int high, int& to) {
    return reader_.number(key, low, high, to, [&to](std::int64_t value) { to = int(value); });
  }

  void read_train(const Node& node) {
    reader_.read(node, "train",
                 {{"epochs", whole("epochs", 0, 100000, spec_.epochs)},
                  {"float_epochs", whole("float_epochs", 0, 100000, spec_.float_epochs)},
                  {"seed", whole("seed", 0, 1000000000, spec_.seed)}});
  }

  void read_evaluate(const Node& node) {
    reader_.read(node, "evaluate",
                 {{"count", whole("count", 1, 1000000, spec_.count)},
                  {"images", whole("images", 1, 10000, spec_.images)},
                  {"clock", reader_.real("clock", 1e-3, 1e5, spec_.clock,
                                         [this](double value) { spec_.clock = value; })},
                  {"latency", whole("latency", 1, 100000, spec_.latency)},
                  {"dram", reader_.word("dram", {}, spec_.dram)},
                  {"memories", [this](const Node& one) {
                     sweep::read_memories(one, memory_tables_, paths_, spec_.memories);
                   }}});
  }

  /// Whether a name can be that of a folder and stand in tables.
  bool check_name(const Node& node, const std::string& name) {
    static const std::string allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    if (name.empty()) return false;
    if (name.size() <= 80 && name[0] != '.' && name.find_first_not_of(allowed) == std::string::npos)
      return true;
    diagnostics_
        .error(Code::kNotAChoice, node.span, fmt::format("'{}' is no name", name.substr(0, 80)))
        .help = "use letters, digits, '-', '_' and '.', at most 80; give another with 'name:'";
    return false;
  }

  /// Names stand for networks and configs in tables: each is there once.
  void take_name(const Node& node, const std::string& name, std::set<std::string>& names) {
    if (!check_name(node, name) || names.insert(name).second) return;
    diagnostics_
        .error(Code::kDuplicateKey, node.span, fmt::format("'{}' is there a second time", name))
        .help = "give one of the two another name with 'name:'";
  }

  bool is_list(const Node& node, const std::string& key, const std::string& help) {
    if (node.kind == Node::Kind::kSequence && !node.items.empty()) return true;
    reader_.wrong(node, key, "a list", help);
    return false;
  }

  void read_networks(const Node& list) {
    if (!is_list(list, "networks", "write '- network: NAME' or '- file: FILE.onnx' below it"))
      return;
    std::set<std::string> names;
    for (const Node& node : list.items) read_network(node, names);
  }

  void read_network(const Node& node, std::set<std::string>& names) {
    const bool of_file = node.kind == Node::Kind::kMap && find(node, "file");
    NetworkSpec network;
    std::vector<MapReader::Entry> entries = {
        {"name", reader_.word("name", {}, network.name)},
        of_file ? MapReader::Entry{"file", path("file", network.file)}
                : MapReader::Entry{"network", reader_.word("network", {}, network.network)}};
    for (const KnobRule& rule : knob_rules()) {
      if (rule.of_files != of_file) continue;
      entries.push_back(
          {rule.key, [&](const Node& values) { read_knob(rule, values, network.knobs); }});
    }
    reader_.read(node, "networks", entries);
    if (node.kind != Node::Kind::kMap) return;
    if (!of_file && !find(node, "network")) {
      missing(node.span, "network", "add 'network:' with a name, or 'file:' with an ONNX file");
      return;
    }
    if (of_file && !network.file.empty() && !net::is_network_file(network.file)) {
      diagnostics_
          .error(Code::kNotAChoice, find(node, "file")->span,
                 fmt::format("'{}' is no network file", find(node, "file")->text))
          .help = "give an ONNX or TFLite file";
    }
    if (network.name.empty())
      network.name = of_file ? fs::path(network.file).stem().string() : network.network;
    take_name(node, network.name, names);
    order_knobs(network);
    spec_.networks.push_back(network);
  }

  /// The order of the table, whatever that of the file.
  static void order_knobs(NetworkSpec& network) {
    std::vector<Knob> ordered;
    for (const std::string& key : knob_keys()) {
      for (const Knob& knob : network.knobs) {
        if (knob.key == key) ordered.push_back(knob);
      }
    }
    network.knobs = std::move(ordered);
  }

  void read_knob(const KnobRule& rule, const Node& node, std::vector<Knob>& knobs) {
    Knob knob{rule.key, {}};
    const std::vector<Node> one = {node};
    const bool list = node.kind == Node::Kind::kSequence;
    if (list && node.items.empty()) {
      reader_.wrong(node, rule.key, "a value or a list of values", "leave it out");
      return;
    }
    for (const Node& item : list ? node.items : one) {
      const std::string value = knob_value(rule, item);
      if (value.empty()) continue;
      if (std::find(knob.values.begin(), knob.values.end(), value) != knob.values.end()) {
        diagnostics_
            .error(Code::kDuplicateKey, item.span,
                   fmt::format("'{}' lists this value a second time", rule.key))
            .help = "list each value once";
        continue;
      }
      knob.values.push_back(value);
    }
    knobs.push_back(std::move(knob));
  }

  /// As JSON; empty if it is wrong.
  std::string knob_value(const KnobRule& rule, const Node& node) {
    std::string value;
    switch (rule.kind) {
      case KnobRule::Value::kWhole:
        reader_.number(rule.key, std::int64_t(rule.low), std::int64_t(rule.high),
                       std::int64_t(rule.low),
                       [&](std::int64_t number) { value = fmt::format("{}", number); })(node);
        break;
      case KnobRule::Value::kReal:
        reader_.real(rule.key, rule.low, rule.high, rule.low,
                     [&](double number) { value = fmt::format("{}", number + 0.0); })(node);
        break;
      case KnobRule::Value::kFlag: {
        bool flag = false;
        const std::size_t before = diagnostics_.size();
        reader_.flag(rule.key, flag)(node);
        if (diagnostics_.size() == before) value = flag ? "true" : "false";
        break;
      }
      case KnobRule::Value::kWord:
        reader_.word(rule.key, rule.words, value)(node);
        if (!value.empty()) value = '"' + value + '"';
        break;
      case KnobRule::Value::kBits:
        if (node.kind == Node::Kind::kScalar && is_bits(node.text)) return '"' + node.text + '"';
        reader_.wrong(node, rule.key, "2 to 8, or bits of weights and inputs such as 4x4",
                      "write 'bits: 8'");
    }
    return value;
  }

  void read_configs(const Node& list) {
    if (!is_list(list, "configs", "write the path of a config below it, such as '- edge.yaml'"))
      return;
    std::set<std::string> names;
    for (const Node& node : list.items) read_config(node, names);
  }

  void read_config(const Node& node, std::set<std::string>& names) {
    ConfigSpec config;
    const Node* set = nullptr;
    if (node.kind == Node::Kind::kMap) {
      reader_.read(node, "configs",
                   {{"config", path("config", config.path)},
                    {"name", reader_.word("name", {}, config.name)},
                    {"set", [&set](const Node& one) { set = &one; }}});
      if (!find(node, "config")) missing(node.span, "config", "add 'config:' with a path");
    } else {
      path("configs", config.path)(node);
    }
    if (set && set->kind != Node::Kind::kMap) {
      reader_.wrong(*set, "set", "a section", "write 'key: value' below it, such as 'lanes: 16'");
      return;
    }
    for (std::size_t k = 0; set && k < set->keys.size(); k++) {
      config.overrides.push_back(set->keys[k].text + "=" + sweep::value_text(set->items[k]));
    }
    std::error_code ignored;
    if (!fs::is_regular_file(config.path, ignored)) return;
    if (config.name.empty()) config.name = fs::path(config.path).stem().string();
    take_name(node, config.name, names);
    // What is wrong in a config is reported with its own places
    const std::optional<Config> read = load_config(config.path, config.overrides, diagnostics_);
    if (read) config.plan = make_plan(*read);
    spec_.configs.push_back(std::move(config));
  }

  const Source& source_;
  const std::vector<std::string>& memory_tables_;
  Diagnostics& diagnostics_;
  MapReader reader_;
  PathReader paths_;
  Spec spec_;
};

void check_size(const Spec& spec, const Source& source, Diagnostics& diagnostics) {
  double points = 0;
  for (const NetworkSpec& network : spec.networks) {
    double own = static_cast<double>(spec.configs.size());
    for (const Knob& knob : network.knobs) own *= static_cast<double>(knob.values.size());
    points += own;
  }
  if (points <= static_cast<double>(kMostPoints)) return;
  diagnostics
      .error(Code::kOutOfRange, {&source},
             fmt::format("the study has more than {} points", kMostPoints))
      .help = "list fewer values of knobs, or write several studies";
}

}  // namespace

std::optional<Spec> read_spec(const std::string& path,
                              const std::vector<std::string>& memory_tables,
                              Diagnostics& diagnostics) {
  const auto file =
      sweep::read_map_file(path, "a study", "configs/studies/fashion.yaml", diagnostics);
  if (!file) return std::nullopt;
  Spec spec = SpecReader(path, *file->source, memory_tables, diagnostics).run(file->root);
  check_size(spec, *file->source, diagnostics);
  if (!diagnostics.empty()) return std::nullopt;
  return spec;
}

}  // namespace sluice::study
