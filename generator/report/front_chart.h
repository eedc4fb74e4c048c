// SPDX-License-Identifier: Apache-2.0
// Points of which some are no worse than any other in two figures, and the line of these.
#pragma once

#include <string>
#include <vector>

#include "generator/report/svg.h"

namespace sluice::report {

/// A point: to be small in x and large in y.
struct Dot {
  double x = 0, y = 0;
  std::string text;                    ///< shown when it is pointed at
  std::string colour;                  ///< class of one that is not on the front, or of all
  std::string front_colour = "front";  ///< class of one that is
};

/// Points, the steps of the front and its points above the others. `front`: indices, smallest x
/// first.
std::string front_chart(const std::string& label, const std::string& x_title,
                        const std::string& y_title, const std::vector<Dot>& dots,
                        const std::vector<std::size_t>& front);

}  // namespace sluice::report
