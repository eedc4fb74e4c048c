// SPDX-License-Identifier: Apache-2.0
// What is assumed where a user says nothing, and more than one command, file or room needs to know.
#pragma once

namespace sluice::defaults {

inline constexpr double kDensity = 0.143;       ///< share of open gates of layers that do not say
inline constexpr double kClockMhz = 200;        ///< that frames a second are for
inline constexpr int kMemoryLatency = 20;       ///< cycles, of reads and of writes
inline constexpr int kCalibrationImages = 100;  ///< training images that measure gate densities
inline constexpr const char* kLiberty = "osu018";    ///< cell library
inline constexpr const char* kMemories = "cacti65";  ///< table of memories
inline constexpr double kMapSeconds = 600;           ///< that Yosys may take for a design

}  // namespace sluice::defaults
