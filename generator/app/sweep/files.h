// Files that survive a kill or a power cut: whole or not there. All throw SweepError.
#pragma once

#include <filesystem>
#include <string>

namespace sluice::sweep {

/// A file descriptor that is closed with its owner, and not inherited by tools that are started.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int number() const { return number_; }

 private:
  int number_ = -1;
};

/// Writes beside the file, then takes its place in one step.
void write_whole(const std::filesystem::path& file, const std::string& text);

/// Opens a file to append to; made if there is none.
Descriptor open_append(const std::filesystem::path& file);

/// Appends with one write and waits until it is on disk.
void append_line(const Descriptor& descriptor, const std::string& line);

/// Locks a file, exclusively or shared with others that share it. False if somebody else has it.
/// The lock ends with the descriptor, however the program ends.
bool try_lock(const std::filesystem::path& file, bool exclusive, Descriptor& lock);

}  // namespace sluice::sweep
