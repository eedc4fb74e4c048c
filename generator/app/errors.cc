// SPDX-License-Identifier: Apache-2.0
#include "generator/app/errors.h"

#include <fmt/format.h>

#include <filesystem>
#include <ios>

#include "generator/app/command.h"
#include "generator/app/json_text.h"
#include "generator/util/file_problem.h"
#include "generator/util/user_error.h"

namespace sluice::app {
namespace {

using Json = nlohmann::ordered_json;

/// One entry of the list of errors.
Json json_of(const Problem& problem) {
  Json json;
  if (!problem.place.file.empty()) json["file"] = problem.place.file;
  if (problem.place.line > 0) json["line"] = problem.place.line;
  if (problem.place.column > 0) json["column"] = problem.place.column;
  for (const auto& [name, value] : problem.about) json[name] = value;
  json["message"] =
      problem.reason.empty() ? problem.message : problem.message + ": " + problem.reason;
  if (!problem.help.empty()) json["help"] = problem.help;
  return json;
}

}  // namespace

Json errors_json(const UserError& error) {
  Json errors = Json::array();
  for (const Problem& problem : error.problems()) errors.push_back(json_of(problem));
  return errors;
}

int guarded(bool json, const std::function<int()>& body) {
  try {
    return body();
  } catch (const UserError& error) {
    return fail(error, json);
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(text_of(error), json);
  } catch (const std::ios_base::failure& error) {
    return fail(text_of(error), json);
  }
}

int fail(const UserError& error, bool json) {
  if (json) {
    fmt::print("{}\n", json_text({{"ok", false}, {"errors", errors_json(error)}}));
  } else {
    fmt::print(stderr, "error: {}\n", error.what());
  }
  return kExitUserError;
}

int fail(const std::string& message, bool json) { return fail(UserError(message), json); }

}  // namespace sluice::app
