// SPDX-License-Identifier: Apache-2.0
// The text files compiled into the program: templates/, verif/sim/benches/, synth/scripts/ and the
// tables of synth/memories/.
#pragma once

#include <string_view>
#include <vector>

namespace sluice {

struct Resource {
  std::string_view path;  ///< path in the repository, such as "templates/array/pe.sv.tpl"
  std::string_view text;
};

/// All embedded files, sorted by path.
const std::vector<Resource>& resources();

/// The text of an embedded file. Throws std::out_of_range, naming the path, if there is none.
std::string_view resource(std::string_view path);

}  // namespace sluice
