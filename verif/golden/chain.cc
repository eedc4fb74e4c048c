// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/chain.h"

#include <iterator>
#include <utility>

#include "verif/golden/images.h"
#include "verif/golden/results.h"

namespace sluice::golden {

std::vector<std::vector<LayerResult>> evaluate(std::span<const net::Network> chain,
                                               const Tensor& input, bool gated) {
  std::vector<std::vector<LayerResult>> all = {evaluate(chain[0], input, gated)};
  for (std::size_t k = 1; k < chain.size(); ++k) {
    const net::Network& before = chain[k - 1];
    const std::vector<float> numbers = numbers_of(before, 0, results_of(before, all.back()));
    all.push_back(evaluate(chain[k], input_of_numbers(chain[k], numbers), gated));
  }
  return all;
}

std::vector<LayerResult> joined(std::vector<std::vector<LayerResult>> networks) {
  std::vector<LayerResult> all = std::move(networks.front());
  for (std::size_t k = 1; k < networks.size(); ++k)
    std::move(networks[k].begin(), networks[k].end(), std::back_inserter(all));
  return all;
}

}  // namespace sluice::golden
