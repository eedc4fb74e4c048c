// SPDX-License-Identifier: Apache-2.0
// Listens to yaml-cpp's parser and builds the tree of config/document.h from its events. The event
// interface is used because it tells of duplicate keys, quotes, aliases and depth, which the
// loaded YAML::Node no longer knows.
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "generator/config/document.h"

namespace sluice {

class TreeBuilder : public YAML::EventHandler {
 public:
  /// Thrown, after reporting, when reading on makes no sense.
  struct Refused {};

  TreeBuilder(const Source& source, int first_column, Diagnostics& diagnostics)
      : source_(source), first_column_(first_column), diagnostics_(diagnostics) {}

  bool failed() const { return failed_; }
  Node root() { return std::move(root_); }

  /// The token at a place of the parsed text: a word, a quoted text, a list or map in brackets.
  Span span_at(const YAML::Mark& mark) const;

  /// The place of the innermost list or map that is not closed yet; no place if there is none.
  Span innermost(Node::Kind kind) const;

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  void add(Node node);
  bool closes_in_line(const Span& span) const;
  void refuse_feature(const YAML::Mark& mark, const std::string& what);
  void check_plain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);

  const Source& source_;
  const int first_column_;
  Diagnostics& diagnostics_;
  std::vector<Node> open_;  ///< containers not yet closed, outermost first
  Node root_;
  int documents_ = 0;
  bool failed_ = false;
};

}  // namespace sluice
