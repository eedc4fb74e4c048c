// SPDX-License-Identifier: Apache-2.0
#include "verif/data/npy_header.h"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "generator/util/user_error.h"

namespace sluice::data {
namespace {

constexpr std::size_t kMaxDimensions = 32;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NpyHeader parse() {
    expect('{');
    while (!next_is('}')) {
      entry();
      if (!next_is(',')) {
        expect('}');
        break;
      }
    }
    skip_blanks();
    if (at_ != text_.size()) fail("its end");
    for (const char* key : {"descr", "fortran_order", "shape"}) {
      if (!known_.contains(key)) throw UserError(fmt::format("has no '{}' in its header", key));
    }
    return header_;
  }

 private:
  void entry() {
    const std::string key = word();
    if (!known_.insert(key).second) {
      throw UserError(fmt::format("has '{}' twice in its header", key));
    }
    expect(':');
    if (key == "descr") {
      header_.type = type();
    } else if (key == "fortran_order") {
      header_.fortran_order = truth();
    } else if (key == "shape") {
      header_.shape = numbers();
    } else {
      throw UserError(fmt::format("has '{}' in its header, which NPY does not know", key));
    }
  }

  std::string type() {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '[') {
      throw UserError("has records of several fields; save one array of numbers");
    }
    return word();
  }

  std::string word() {
    skip_blanks();
    if (at_ == text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) fail("a word in quotes");
    const std::size_t end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) fail("a word in quotes");
    std::string result(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return result;
  }

  bool truth() {
    skip_blanks();
    for (const std::string_view value : {"True", "False"}) {
      if (text_.substr(at_).starts_with(value)) {
        at_ += value.size();
        return value == "True";
      }
    }
    fail("True or False");
  }

  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> result;
    expect('(');
    while (!next_is(')')) {
      result.push_back(number());
      if (result.size() > kMaxDimensions) {
        throw UserError(fmt::format("has more than {} dimensions", kMaxDimensions));
      }
      if (!next_is(',')) {
        expect(')');
        break;
      }
    }
    return result;
  }

  std::int64_t number() {
    skip_blanks();
    std::int64_t value = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc() || value < 0) fail("a size");
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) at_++;
  }

  bool next_is(char wanted) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    at_++;
    return true;
  }

  void expect(char wanted) {
    if (!next_is(wanted)) fail(fmt::format("'{}'", wanted));
  }

  [[noreturn]] void fail(const std::string& wanted) const {
    throw UserError(
        fmt::format("has a damaged header: at its character {} there should be {}", at_, wanted));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  NpyHeader header_;
  std::set<std::string> known_;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text) { return Parser(text).parse(); }

}  // namespace sluice::data
