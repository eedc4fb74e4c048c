// SPDX-License-Identifier: Apache-2.0
#include "generator/util/user_error.h"

#include <fmt/format.h>

#include <cassert>

namespace sluice {

std::string Place::text() const {
  std::string text = file;
  if (line > 0) text += fmt::format(":{}", line);
  if (line > 0 && column > 0) text += fmt::format(":{}", column);
  return text;
}

std::string Problem::text() const {
  std::string text = place.file.empty() ? "" : place.text() + ": ";
  if (!subject.empty()) text += subject + ": ";
  text += message;
  if (!reason.empty()) text += ": " + reason;
  return help.empty() ? text : text + "; " + help;
}

UserError::UserError(const std::string& message) : UserError(Problem{message}) {}

UserError::UserError(Place place, const std::string& message)
    : UserError(Problem{message, std::move(place)}) {}

UserError::UserError(Problem problem)
    : std::runtime_error(problem.text()), problems_{std::move(problem)} {}

UserError::UserError(const std::string& text, std::vector<Problem> problems)
    : std::runtime_error(text), problems_(std::move(problems)) {
  assert(!problems_.empty());
}

}  // namespace sluice
