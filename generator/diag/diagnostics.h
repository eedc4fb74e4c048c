// SPDX-License-Identifier: Apache-2.0
// The sink that collects what is wrong with the user's input. Mistakes of users come here;
// mistakes of this program are assertions and exceptions.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "generator/diag/codes.h"
#include "generator/diag/source.h"

namespace sluice {

/// A second place that explains an error.
struct Note {
  Span span;  ///< a span without a source prints the message alone
  std::string message;
};

struct Diagnostic {
  Code code{};
  Span span;
  std::string message;  ///< the key, its value, what it must be
  std::vector<Note> notes;
  std::string help;  ///< a remedy that works as written; may be empty
};

class Diagnostics {
 public:
  /// Keeps a source for as long as the diagnostics live. Errors are sorted by this order first.
  const Source& add_source(Source::Kind kind, std::string name, std::string text);

  /// Adds an error; the reference is valid until the next one is added.
  Diagnostic& error(Code code, Span span, std::string message);

  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }

  /// Error number `index` in the order in which they were added.
  Diagnostic& at(std::size_t index) { return list_.at(index); }

  /// All errors in the order of their places: sources as added, then line, then column.
  std::vector<Diagnostic> sorted() const;

 private:
  int source_order(const Source* source) const;

  std::deque<Source> sources_;
  std::vector<Diagnostic> list_;
};

}  // namespace sluice
