// SPDX-License-Identifier: Apache-2.0
#include "generator/report/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sluice::report {

std::string escape(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

namespace {

constexpr int kMostTicks = 20;

}  // namespace

Scale::Scale(double low, double high, double from, double to, bool log)
    : low_(low), high_(high), from_(from), to_(to), log_(log && low > 0) {
  if (!std::isfinite(low_) || !std::isfinite(high_) || !std::isfinite(high_ - low_)) {
    low_ = 0;
    high_ = 1;
    log_ = false;
  }
  if (high_ <= low_) high_ = low_ > 0 ? 2 * low_ : low_ + 1;
}

Scale Scale::of(const std::vector<double>& values, double from, double to) {
  if (values.empty()) return Scale(0, 1, from, to, false);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  if (*least > 0 && *most > 30 * *least) return Scale(*least / 1.3, *most * 1.3, from, to, true);
  // Values close to each other would share a corner of an axis from 0, unless they differ by so
  // little that its ticks would be alike
  const double span = *most - *least;
  if (*least > 0.5 * *most && span > 1e-6 * *most) {
    return Scale(*least - 0.3 * span, *most + 0.1 * span, from, to, false);
  }
  return Scale(0, *most * 1.06, from, to, false);
}

double Scale::at(double value) const {
  const double part =
      log_ ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
  return from_ + part * (to_ - from_);
}

std::vector<double> Scale::ticks() const { return log_ ? log_ticks() : linear_ticks(); }

std::vector<double> Scale::linear_ticks() const {
  const double raw = (high_ - low_) / 5;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  const double step = raw / power > 5   ? 10 * power
                      : raw / power > 2 ? 5 * power
                      : raw / power > 1 ? 2 * power
                                        : power;
  std::vector<double> found;
  const double first = std::ceil(low_ / step);
  for (int k = 0; k < kMostTicks; k++) {
    const double tick = (first + k) * step;
    if (!(tick <= high_)) break;
    // Steps that are lost in rounding give no tick of their own
    if (tick >= low_ && (found.empty() || tick > found.back())) found.push_back(tick);
  }
  return found;
}

std::vector<double> Scale::log_ticks() const {
  const int first = static_cast<int>(std::floor(std::log10(low_)));
  const int last = static_cast<int>(std::floor(std::log10(high_)));
  const bool few = high_ / 300 > low_;
  const int stride = std::max(1, (last - first) / 8);
  std::vector<double> found;
  for (int power = first; power <= last; power += stride) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (few && digit != 1.0) continue;
      const double tick = digit * std::pow(10, power);
      if (tick >= low_ && tick <= high_) found.push_back(tick);
    }
  }
  return found;
}

std::string short_number(double value) {
  if (value >= 1e6) return fmt::format("{:.4g} M", value / 1e6);
  if (value >= 1e4) return fmt::format("{:.4g} k", value / 1e3);
  return fmt::format("{:.4g}", value);
}

std::string svg(int width, int height, const std::string& label, const std::string& content) {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n{}</svg>\n",
                     width, height, escape(label), content);
}

std::string axes(const Box& box, const Scale& x, const Scale& y, const std::string& x_title,
                 const std::string& y_title) {
  std::string text;
  for (const double tick : x.ticks()) {
    const double at = x.at(tick);
    text +=
        fmt::format("<path class=\"grid\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>", at, box.top, box.bottom);
    text += fmt::format(
        "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", at,
        box.bottom + 14, short_number(tick));
  }
  for (const double tick : y.ticks()) {
    const double at = y.at(tick);
    text +=
        fmt::format("<path class=\"grid\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>", box.left, at, box.right);
    text += fmt::format(
        "<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
        box.left - 5, at + 4, short_number(tick));
  }
  text += fmt::format("<path class=\"axis\" d=\"M{0:.1f} {1:.1f}V{2:.1f}H{3:.1f}\"/>\n", box.left,
                      box.top, box.bottom, box.right);
  text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", box.right,
                      box.bottom + 31, escape(x_title));
  // Above the axis, not turned: easier to read
  text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", 4.0, box.top - 10,
                      escape(y_title));
  return text;
}

std::string hint(const std::string& text) { return fmt::format("data-t=\"{}\"", escape(text)); }

std::string warning(const std::string& text) {
  return text.empty() ? "" : fmt::format("<p class=\"warning\">{}</p>\n", escape(text));
}

std::string figure(const std::string& heading, const std::string& content,
                   const std::string& caption) {
  return fmt::format("<section>\n<h2>{}</h2>\n{}<p>{}</p>\n</section>\n", escape(heading), content,
                     caption);
}

}  // namespace sluice::report
