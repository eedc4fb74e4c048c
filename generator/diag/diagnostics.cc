// SPDX-License-Identifier: Apache-2.0
#include "generator/diag/diagnostics.h"

#include <algorithm>
#include <tuple>

namespace sluice {

const Source& Diagnostics::add_source(Source::Kind kind, std::string name, std::string text) {
  return sources_.emplace_back(kind, std::move(name), std::move(text));
}

Diagnostic& Diagnostics::error(Code code, Span span, std::string message) {
  return list_.emplace_back(Diagnostic{code, span, std::move(message), {}, {}});
}

int Diagnostics::source_order(const Source* source) const {
  int order = 0;
  for (const Source& known : sources_) {
    if (&known == source) break;
    order++;
  }
  return order;
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> list = list_;
  const auto place = [this](const Diagnostic& d) {
    return std::tuple(source_order(d.span.source), d.span.line, d.span.column);
  };
  std::stable_sort(list.begin(), list.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  return list;
}

}  // namespace sluice
