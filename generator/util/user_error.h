// SPDX-License-Identifier: Apache-2.0
// What goes wrong because of the user, a file, a tool or the machine; the one exception that
// commands turn into a message and exit code 1. Mistakes of this program are assertions and other
// exceptions. Configs and sweeps collect theirs in diag/diagnostics.h.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sluice {

/// A place in a file. Lines and columns count from 1; 0: the file as a whole.
struct Place {
  std::string file;
  int line = 0, column = 0;

  /// "file:line:column", as much of it as there is.
  std::string text() const;
};

/// One thing that is wrong.
struct Problem {
  std::string message;       ///< what was found, what is allowed, how to mend it
  Place place = {};          ///< without a file: of no place
  std::string subject = {};  ///< what it is about, where a line does not say: "node 'conv1' (Conv)"
  std::string reason = {};   ///< what the system says, "No space left on device"; may be empty
  std::string help = {};     ///< how to mend it, where the message does not say; may be empty
  /// More that JSON names, such as {"node", "conv1"}.
  std::vector<std::pair<std::string, std::string>> about = {};

  /// "file:line:column: subject: message: reason; help".
  std::string text() const;
};

class UserError : public std::runtime_error {
 public:
  explicit UserError(const std::string& message);
  UserError(Place place, const std::string& message);
  explicit UserError(Problem problem);
  /// Several, which `text` tells in its own way. At least one.
  UserError(const std::string& text, std::vector<Problem> problems);

  const std::vector<Problem>& problems() const { return problems_; }
  /// The first of them.
  const Problem& problem() const { return problems_.front(); }

 private:
  std::vector<Problem> problems_;
};

}  // namespace sluice
