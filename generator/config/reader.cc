// SPDX-License-Identifier: Apache-2.0
#include "generator/config/reader.h"

#include "generator/config/document.h"
#include "generator/config/overrides.h"
#include "generator/config/relations.h"
#include "generator/config/remedies.h"
#include "generator/config/shape.h"
#include "generator/config/values.h"

namespace sluice {

std::optional<Config> load_config(const std::string& path,
                                  const std::vector<std::string>& overrides,
                                  Diagnostics& diagnostics) {
  const std::optional<std::string> text = read_config_text(path, diagnostics);
  if (!text) return std::nullopt;
  return parse_config(path, *text, overrides, diagnostics);
}

std::optional<Config> parse_config(const std::string& name, const std::string& text,
                                   const std::vector<std::string>& overrides,
                                   Diagnostics& diagnostics) {
  const Source& source = diagnostics.add_source(Source::Kind::kFile, name, text);
  std::optional<Node> document = parse_document(source, diagnostics);
  const std::vector<Override> settings = parse_overrides(overrides, diagnostics);
  if (!document || !check_root(*document, source, diagnostics)) return std::nullopt;

  apply_overrides(settings, *document);
  const GivenValues given = check_shape(*document, source, diagnostics);
  const ReadValues values = read_values(given, diagnostics);
  refine_remedies(values, diagnostics);
  check_relations(values, diagnostics);
  if (!diagnostics.empty()) return std::nullopt;
  return values.config;
}

}  // namespace sluice
