// SPDX-License-Identifier: Apache-2.0
#include "verif/golden/chain.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "verif/golden/host.h"
#include "verif/golden/images.h"

namespace sluice::golden {
std::vector<float> numbers_of(const net::ResultFormat& format, const Tensor& result) {
  std::vector<float> numbers;
  for (int c = 0; c < result.channels; ++c)
    for (int y = 0; y < result.height; ++y)
      for (int x = 0; x < result.width; ++x) {
        const int code = result.at(y, x, c) + format.offset;
        numbers.push_back(format.scale
                              ? static_cast<float>(code - format.zero_point) * *format.scale
                              : static_cast<float>(code));
      }
  return format.host.empty() ? numbers : evaluate(format.host, numbers);
}

std::vector<std::vector<LayerResult>> evaluate(std::span<const net::Network> chain,
                                               const Tensor& input, bool gated) {
  std::vector<std::vector<LayerResult>> all = {evaluate(chain[0], input, gated)};
  for (std::size_t k = 1; k < chain.size(); ++k) {
    const std::vector<float> numbers = numbers_of(chain[k - 1].result, all.back().back().output);
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
