// SPDX-License-Identifier: Apache-2.0
// A folder of pictures: PNG and JPEG files.
#pragma once

#include <string>

#include "verif/data/images.h"

namespace sluice::data {

/// All pictures of a folder, in the order of their names; files that end otherwise than in .png,
/// .jpg or .jpeg are passed over. Or, where the folder has no pictures but folders, those of these,
/// one of each in turn: each is a class, and labels count them in the order of their names.
/// Pictures are grey if all are, else red, green, blue; what is transparent is on black. They must
/// have one size. Throws UserError.
ImageSet read_pictures(const std::string& folder);

}  // namespace sluice::data
