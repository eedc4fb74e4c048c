// SPDX-License-Identifier: Apache-2.0
#include "generator/app/study_networks.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "generator/study/result.h"
#include "generator/util/input_file.h"
#include "generator/util/process.h"
#include "generator/util/sha256.h"
#include "generator/util/text.h"
#include "generator/util/user_error.h"
#include "generator/util/write_file.h"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;
using json::Json;
using study::NetworkPoint;

constexpr std::size_t kErrorLines = 4, kErrorLine = 300;
constexpr int kSignal = 128;

std::string own_program() { return fs::read_symlink("/proc/self/exe").string(); }

/// The package of this tree, where the program is in its build folder; empty: it is elsewhere, and
/// the interpreter must know the package.
std::string package_folder() {
  const fs::path folder = fs::path(own_program()).parent_path().parent_path() / "verif/train";
  std::error_code ignored;
  return fs::is_directory(folder / "sluice_train", ignored) ? folder.string() : "";
}

/// The last lines that a process printed, in one.
std::string last_lines(const std::string& output) {
  std::vector<std::string> lines;
  std::istringstream stream(output);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) lines.push_back(line.substr(0, kErrorLine));
  }
  if (lines.size() > kErrorLines) lines.erase(lines.begin(), lines.end() - kErrorLines);
  return lines.empty() ? "it printed nothing" : fmt::format("{}", fmt::join(lines, " / "));
}

std::string file_hash(const std::string& file) {
  return sha256(read_input(file, input::kOnnx, "give a smaller one"));
}

/// A path of the trainer: relative to the network's folder, or absolute; empty if it gives none.
std::string path_in(const json::Value& from, const char* key, const fs::path& folder) {
  const auto value = from.find(key);
  if (!value || value->json().is_null() || value->text().empty()) return "";
  return (folder / value->text()).lexically_normal().string();
}

/// The float network's accuracy, as `sluice quantise --json` tells it; empty without labels.
study::Figure float_accuracy_of(const std::string& output) {
  try {
    const json::Document document(output, {"sluice quantise", ""});
    const auto accuracy = document.root().find("accuracy");
    if (!accuracy || !accuracy->json().is_object()) return std::nullopt;
    return double(accuracy->at("float").at("correct").count()) / accuracy->at("images").number(1);
  } catch (const UserError&) {
    return std::nullopt;
  }
}

}  // namespace

std::string shell_text(const std::vector<std::string>& words) {
  static const std::string plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=+,:@%";
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
      text += word;
      continue;
    }
    text += '\'';
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    text += '\'';
  }
  return text;
}

std::string relative_to(const fs::path& folder, const std::string& path) {
  const std::string head = folder.string() + "/";
  return path.starts_with(head) ? path.substr(head.size()) : path;
}

StudyNetworks::StudyNetworks(const study::Spec& spec, const fs::path& folder,
                             const std::function<void(const std::string&)>& tell)
    : spec_(spec), folder_(folder), kept_(folder / "results", tell) {
  const bool trains = std::any_of(spec.networks.begin(), spec.networks.end(),
                                  [](const study::NetworkSpec& one) { return one.trained(); });
  const std::string program = spec.trainer.empty() ? spec.python : spec.trainer.front();
  if (trains && !tool_exists(program)) {
    throw UserError(
        fmt::format("{}, which trains the study's networks, is not there; name another with '{}'",
                    program, spec.trainer.empty() ? "python: /usr/bin/python3" : "trainer: [..]"));
  }
}

fs::path StudyNetworks::folder_of(const NetworkPoint& point) const {
  return folder_ / "networks" / point.key;
}

std::vector<std::string> StudyNetworks::words_of(const NetworkPoint& point, bool relative) const {
  const auto path = [&](const char* name) {
    const std::string whole = (folder_of(point) / name).string();
    return relative ? relative_to(folder_, whole) : whole;
  };
  std::vector<std::string> words;
  if (point.trained()) {
    words = spec_.trainer;
    if (words.empty()) {
      const std::string package = package_folder();
      if (!package.empty()) words = {"env", "PYTHONPATH=" + package};
      // The package asks the program for the golden model's answers
      if (!package.empty() && !relative) words.push_back("SLUICE_PROGRAM=" + own_program());
      words.insert(words.end(), {spec_.python, "-m", "sluice_train", "point"});
    }
    words.insert(words.end(), {path("point.json"), "-o", path("network.onnx")});
  } else if (point.quantised()) {
    words = {relative ? "sluice" : own_program(), "quantise", point.file, "-o",
             path("network.onnx")};
    for (const results::Setting& one : point.settings) {
      words.insert(words.end(), {"--" + one.key, one.text()});
    }
    const study::DataSpec& data = spec_.data;
    if (!data.calibration.empty()) {
      words.insert(words.end(), {"--images", data.calibration});
    } else if (!data.images.empty()) {
      words.insert(words.end(), {"--images", data.images, "--labels", data.labels});
    }
    words.push_back("--json");
  }
  return words;
}

std::string StudyNetworks::command_of(const NetworkPoint& point) const {
  return shell_text(words_of(point, true));
}

Json StudyNetworks::made(const NetworkPoint& point, const std::string& output) const {
  const fs::path folder = folder_of(point);
  const std::string file = (folder / "network.onnx").string();
  Json kept = {{"network", point.network}, {"sha256", file_hash(file)}};
  if (!point.trained()) {
    kept["images"] = spec_.data.images;
    kept["labels"] = spec_.data.labels;
    if (const study::Figure real = float_accuracy_of(output)) kept["float_accuracy"] = *real;
    return kept;
  }
  const std::string facts = file + ".json";
  const json::Document document(read_input(facts, input::kKept, "the trainer must write it"),
                                {facts, "the trainer must write it"});
  for (const auto& [key, name] :
       {std::pair("float_accuracy", "float_accuracy"), std::pair("accuracy", "trained_accuracy")}) {
    const auto value = document.root().find(key);
    if (value && !value->json().is_null()) kept[name] = value->number(0, 100) / 100;
  }
  kept["images"] = path_in(document.root(), "images", folder);
  kept["labels"] = path_in(document.root(), "labels", folder);
  return kept;
}

/// Runs what makes the network, if anything does.
Json StudyNetworks::make(const NetworkPoint& point, const How& how) {
  if (!point.trained() && !point.quantised())
    return {{"network", point.network},
            {"sha256", file_hash(point.file)},
            {"images", spec_.data.images},
            {"labels", spec_.data.labels}};
  const fs::path folder = folder_of(point);
  fs::create_directories(folder);
  if (point.trained()) {
    Json train = point.train;
    const fs::path start = folder_ / "start";
    fs::create_directories(start);
    train["start"] = start.string();
    write_file(folder / "point.json", train.dump(2) + "\n");
  }
  const ProcessResult result = run_process(words_of(point, false), folder, 0, how.progress);
  write_file(folder / "log.txt", result.output);
  if (result.exit_code == 0) return made(point, result.output);
  const std::string error =
      fmt::format("{} ended with {}: {}", point.trained() ? "the trainer" : "sluice quantise",
                  result.exit_code, last_lines(result.output));
  // What a signal ended, such as for want of memory, may go well the next time: not kept
  if (result.exit_code >= kSignal) throw UserError(error);
  return {{"network", point.network}, {"error", error}};
}

StudyNetwork StudyNetworks::get(const NetworkPoint& point, const How& how) {
  StudyNetwork network;
  network.file = point.trained() || point.quantised() ? (folder_of(point) / "network.onnx").string()
                                                      : point.file;
  network.there_before = true;
  const auto check = [&](const json::Value& kept) {
    if (kept.find("error")) {
      kept.at("error").text();
      return;
    }
    if (kept.at("sha256").text() != file_hash(network.file)) kept.fail("that of the file there");
  };
  const fs::path file = folder_ / "results" / (point.key + ".json");
  if (how.retry_failed && !how.only_kept) study::drop_failed(file);
  try {
    const Json kept = kept_.get(
        point.key,
        [&]() -> Json {
          if (how.only_kept) throw UserError(kMissing);
          network.there_before = false;
          try {
            return make(point, how);
          } catch (const fs::filesystem_error& failure) {
            throw UserError(failure.what());
          }
        },
        check);
    if (kept.contains("error")) {
      network.error = kept["error"];
      return network;
    }
    study::Figures figures;
    study::read_figures(json::Document(kept.dump(), {point.key, ""}).root(), figures);
    network.float_accuracy = figures.float_accuracy;
    network.trained_accuracy = figures.trained_accuracy;
    network.images = kept.value("images", "");
    network.labels = kept.value("labels", "");
  } catch (const UserError& error) {
    network.error = error.what();
  }
  return network;
}

}  // namespace sluice::app
