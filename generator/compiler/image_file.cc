// SPDX-License-Identifier: Apache-2.0
#include "generator/compiler/image_file.h"

#include <fmt/format.h>

#include <span>

#include "generator/compiler/commands.h"
#include "generator/compiler/errors.h"
#include "generator/compiler/host_section.h"

namespace sluice::compiler {
namespace {

constexpr std::uint32_t kLocalFlag = 0x100;             // in word 1 of LAYER
constexpr std::uint32_t kOnePositionFlag = 0x10000000;  // in word 4 of ADDITION

std::uint32_t word_at(std::span<const std::uint8_t> bytes, std::uint64_t at) {
  std::uint32_t word = 0;
  for (int b = 3; b >= 0; b--) word = word << 8 | bytes[at + b];
  return word;
}

void put_word(std::vector<std::uint8_t>& bytes, std::uint64_t at, std::uint32_t word) {
  for (int b = 0; b < 4; b++) bytes[at + b] = static_cast<std::uint8_t>(word >> 8 * b);
}

void put_address(std::vector<std::uint8_t>& bytes, std::uint64_t at, std::uint64_t address) {
  put_word(bytes, at, static_cast<std::uint32_t>(address));
  put_word(bytes, at + 4, static_cast<std::uint32_t>(address >> 32));
}

void put_map(std::vector<std::uint8_t>& bytes, int first, const MapLayout& layout,
             const net::FeatureMap& map) {
  const std::uint64_t at = 4ull * first;
  put_address(bytes, at, layout.address);
  const int words[] = {map.height,       map.width,
                       map.channels,     layout.bits,
                       layout.groups,    layout.channels_per_group,
                       layout.atom,      layout.atoms_per_position,
                       layout.row_pitch, layout.group_pitch,
                       layout.pad_top,   layout.pad_left,
                       layout.pad_value};
  static_assert(2 + std::size(words) == ImageHeader::kMapWords);
  for (std::size_t k = 0; k < std::size(words); k++)
    put_word(bytes, at + 8 + 4 * k, static_cast<std::uint32_t>(words[k]));
}

void check_base(const Program& program, const Plan& plan, std::uint64_t base) {
  const std::uint64_t word = plan.config.memory.bytes;
  const std::uint64_t reach = std::uint64_t{1} << plan.config.memory.address_bits;
  if (base % word != 0) {
    throw CompileError(fmt::format(
        "the load address {:#x} is no multiple of the memory word, {} bytes", base, word));
  }
  if (base >= reach || program.image.size() > reach - base) {
    throw CompileError(
        fmt::format("{} bytes at load address {:#x} go beyond what memory.address_bits = {} reach",
                    program.image.size(), base, plan.config.memory.address_bits));
  }
}

/// Contents of memory with its addresses moved by `base`, without the zeros at its end.
std::vector<std::uint8_t> contents(const Program& program, const std::vector<std::uint32_t>& places,
                                   std::uint64_t base) {
  std::vector<std::uint8_t> memory = program.image;
  for (const std::uint32_t place : places) {
    const std::uint64_t address =
        std::uint64_t{word_at(memory, place + 4)} << 32 | word_at(memory, place);
    put_address(memory, place, address + base);
  }
  while (!memory.empty() && memory.back() == 0) memory.pop_back();
  memory.resize((memory.size() + 3) / 4 * 4);
  return memory;
}

}  // namespace

bool is_image_file(std::string_view head) {
  constexpr std::uint64_t kHeaderBytes = 4ull * ImageHeader::kWords;
  if (head.size() < kHeaderBytes) return false;
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(head.data()), head.size());
  return word_at(bytes, 0) == ImageHeader::kMagic;
}

std::uint32_t crc32(const std::uint8_t* bytes, std::size_t count) {
  std::uint32_t crc = 0xffffffff;
  for (std::size_t k = 0; k < count; k++) {
    crc ^= bytes[k];
    for (int b = 0; b < 8; b++) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

std::vector<std::uint32_t> relocations(const Program& program, const Plan& plan) {
  std::vector<std::uint32_t> places;
  bool local = false;
  std::uint64_t at = program.command_address;
  for (;; at += plan.command_bytes) {
    const auto opcode = static_cast<Opcode>(word_at(program.image, at) & 15);
    const auto place = static_cast<std::uint32_t>(at);
    if (opcode == Opcode::kEnd) return places;
    if (opcode == Opcode::kLoad || opcode == Opcode::kFetch) places.push_back(place + 4);
    if (opcode == Opcode::kLayer) local = word_at(program.image, at + 4) & kLocalFlag;
    if (opcode == Opcode::kRun && !local) places.push_back(place + 8);
    // Of one position it has the address of the other map, else how far away that is.
    const bool vector =
        opcode == Opcode::kAddition && (word_at(program.image, at + 16) & kOnePositionFlag) != 0;
    if (vector) places.push_back(place + 4);
  }
}

std::vector<std::uint8_t> image_file(const Program& program, const net::Network& network,
                                     const Plan& plan, std::uint64_t base) {
  check_base(program, plan, base);
  const std::vector<std::uint32_t> places = relocations(program, plan);
  const std::vector<std::uint8_t> memory = contents(program, places, base);
  const std::vector<int> results = net::result_maps(network);
  const std::uint64_t header_bytes =
      4ull * (ImageHeader::kWords + ImageHeader::kMapWords * (results.size() - 1));

  std::vector<std::uint8_t> file(header_bytes + 4 * places.size());
  for (std::size_t k = 0; k < places.size(); k++) put_word(file, header_bytes + 4 * k, places[k]);
  file.insert(file.end(), memory.begin(), memory.end());
  const std::vector<std::uint32_t> host = host_section(network);
  const std::uint64_t host_at = file.size();
  file.resize(host_at + 4 * host.size());
  for (std::size_t k = 0; k < host.size(); k++) put_word(file, host_at + 4 * k, host[k]);

  put_word(file, 0, ImageHeader::kMagic);
  put_word(file, 4, ImageHeader::kVersion);
  put_word(file, 8, static_cast<std::uint32_t>(std::stoul(plan.hash, nullptr, 16)));
  put_address(file, 16, base);
  put_address(file, 24, program.image.size());
  put_address(file, 32, memory.size());
  put_word(file, 40, static_cast<std::uint32_t>(program.command_address));
  put_word(file, 44, static_cast<std::uint32_t>(places.size()));
  put_word(file, 48, static_cast<std::uint32_t>(header_bytes));
  put_word(file, 4ull * ImageHeader::kHostWords, static_cast<std::uint32_t>(host.size()));
  put_map(file, ImageHeader::kInputMap, program.input, network.maps[0]);
  put_word(file, 4ull * ImageHeader::kMoreOutputs, static_cast<std::uint32_t>(results.size() - 1));
  for (std::size_t k = 0; k < results.size(); k++) {
    const int more = ImageHeader::kWords + ImageHeader::kMapWords * (static_cast<int>(k) - 1);
    put_map(file, k == 0 ? ImageHeader::kOutputMap : more, program.outputs[k],
            network.maps[results[k]]);
  }
  // Over all but the words before and including itself
  put_word(file, 12, crc32(file.data() + 16, file.size() - 16));
  return file;
}

}  // namespace sluice::compiler
