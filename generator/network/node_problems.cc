// SPDX-License-Identifier: Apache-2.0
#include "generator/network/node_problems.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::net {

Problem node_problem(const std::string& name, const std::string& type, const std::string& what,
                     const std::string& help) {
  Problem problem{what};
  problem.help = help;
  problem.subject = name.empty() ? fmt::format("node without name ({})", type)
                                 : fmt::format("node '{}' ({})", name, type);
  problem.about = {{"node", name}, {"operator", type}};
  return problem;
}

void fail_nodes(const std::string& path, std::vector<Problem> problems) {
  constexpr std::size_t kMostShown = 50;
  const bool one = problems.size() == 1;
  std::string text = path + ": ";
  if (!one) text += fmt::format("{} nodes are not supported", problems.size());
  for (std::size_t k = 0; k < std::min(problems.size(), kMostShown); ++k) {
    const Problem& problem = problems[k];
    text += fmt::format("{}{}: {}", one ? "" : "\n  ", problem.subject, problem.message);
    // Neighbours with one remedy have it behind the last of them.
    const bool again = k + 1 < problems.size() && problems[k + 1].help == problem.help;
    if (!problem.help.empty() && (!again || k + 1 == kMostShown))
      text += fmt::format("\n{}  help: {}", one ? "" : "  ", problem.help);
  }
  if (problems.size() > kMostShown)
    text += fmt::format("\n  ... and {} more", problems.size() - kMostShown);
  for (Problem& problem : problems) problem.place.file = path;
  throw UserError(text, std::move(problems));
}

}  // namespace sluice::net
