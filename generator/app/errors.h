// SPDX-License-Identifier: Apache-2.0
// How commands tell of what the user can mend: as text, or in the one form that JSON has for it.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "generator/util/user_error.h"

namespace sluice::app {

/// The list "errors": [{"message": ..}], with file, line, column and help where there are. Errors
/// of configs have the same form (report() in command.h).
nlohmann::ordered_json errors_json(const UserError& error);

/// Prints what is wrong, as text or as {"ok": false, "errors": [..]}; returns kExitUserError.
int fail(const UserError& error, bool json);
int fail(const std::string& message, bool json);

/// Runs `body` and prints the UserError that it throws; returns its exit code or kExitUserError.
int guarded(bool json, const std::function<int()>& body);

}  // namespace sluice::app
