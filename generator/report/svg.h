// SPDX-License-Identifier: Apache-2.0
// Small pieces of HTML and SVG.
#pragma once

#include <string>
#include <vector>

namespace sluice::report {

/// The text with what HTML gives a meaning replaced.
std::string escape(const std::string& text);

/// Maps values to places on an axis, linearly or, for values far apart, by their logarithm.
class Scale {
 public:
  /// `low` and `high`: of the values, both more than 0 if `log`.
  Scale(double low, double high, double from, double to, bool log);

  /// From 0; from below the least if the values are close; or logarithmic if they span more than a
  /// factor of 30.
  static Scale of(const std::vector<double>& values, double from, double to);

  double at(double value) const;
  /// Round values within the range: at most 20, whatever the range.
  std::vector<double> ticks() const;
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  std::vector<double> linear_ticks() const;
  std::vector<double> log_ticks() const;

  double low_, high_, from_, to_;
  bool log_;
};

/// "1.5 k", "20 M".
std::string short_number(double value);

/// An SVG as wide as the page allows; `label` says what it shows to those who cannot see it.
std::string svg(int width, int height, const std::string& label, const std::string& content);

/// Horizontal and vertical axis with ticks and grid lines, around the box (left, top, right,
/// bottom) that the scales span.
struct Box {
  double left, top, right, bottom;
};
std::string axes(const Box& box, const Scale& x, const Scale& y, const std::string& x_title,
                 const std::string& y_title);

/// A text that is shown when the element is pointed at: an attribute.
std::string hint(const std::string& text);

/// A sentence that is read before all else, above a figure; nothing if there is none.
std::string warning(const std::string& text);

/// A figure with a heading, an SVG or table, and a sentence or more below.
std::string figure(const std::string& heading, const std::string& content,
                   const std::string& caption);

}  // namespace sluice::report
