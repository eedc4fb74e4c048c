// SPDX-License-Identifier: Apache-2.0
#include "generator/report/page.h"

#include <fmt/format.h>

#include "generator/emit/origin.h"
#include "generator/report/svg.h"
#include "generator/util/version.h"

namespace sluice::report {
namespace {

// Colours of bounds: Okabe and Ito's, which those with colour blindness can tell apart.
constexpr const char* kStyle = R"(
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: #fff; color: #222;
  font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0.2rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
main { columns: 30rem 2; column-gap: 1rem; }
section { border: 1px solid #ddd; border-radius: 6px; padding: 1rem; margin-bottom: 1rem;
  break-inside: avoid; }
section:only-child, section.all { column-span: all; }
section:only-child svg { max-width: 46rem; }
section p, footer { font-size: 0.9rem; color: #555; margin: 0.6rem 0 0; }
section p.warning { color: #a33; font-weight: 600; margin: 0 0 0.6rem; }
svg { display: block; width: 100%; height: auto; font-size: 12px; }
svg text { fill: #222; }
svg .tick { font-size: 11px; fill: #555; }
.grid { stroke: #eee; fill: none; }
.axis { stroke: #888; fill: none; }
.point { fill: #9aa5b1; fill-opacity: 0.75; }
.front { fill: #d55e00; fill-opacity: 0.85; }
.plain { fill: #fff; fill-opacity: 0.6; stroke: #0072b2; stroke-width: 1.5; }
.front-line { stroke: #d55e00; stroke-width: 1.5; fill: none; }
.roof { stroke: #444; stroke-width: 1.5; fill: none; }
.both { stroke-dasharray: 5 4; }
[data-t] { cursor: pointer; }
circle[data-t]:hover, rect[data-t]:hover { stroke: #000; stroke-width: 1.5; }
.b0 { fill: #0072b2; background: #0072b2; } .b1 { fill: #56b4e9; background: #56b4e9; }
.b2 { fill: #e69f00; background: #e69f00; } .b3 { fill: #009e73; background: #009e73; }
.b4 { fill: #f0e442; background: #f0e442; } .b5 { fill: #cc79a7; background: #cc79a7; }
.b6 { fill: #d55e00; background: #d55e00; } .b7 { fill: #999; background: #999; }
.h0 { fill: #fff; } .h1 { fill: #dfe8f0; } .h2 { fill: #c3d4e4; } .h3 { fill: #a2bcd6; }
.h4 { fill: #7fa1c5; } .h5 { fill: #5c83ae; } .h6 { fill: #3d648f; } .h7 { fill: #22446b; }
.h8 { fill: #000; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 0.9rem; list-style: none; margin: 0 0 0.5rem;
  padding: 0; font-size: 0.85rem; }
.legend i { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.35em; }
.wide { overflow-x: auto; margin-top: 0.6rem; max-height: 24rem; overflow-y: auto; }
table { border-collapse: collapse; font-size: 0.85rem; white-space: nowrap; }
th, td { text-align: right; padding: 0.15rem 0.7rem 0.15rem 0; border-bottom: 1px solid #eee; }
th { color: #555; font-weight: 600; }
.maps { display: grid; gap: 0.8rem; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); }
.maps figure { margin: 0; }
.maps svg { border: 1px solid #bbb; shape-rendering: crispEdges; }
figcaption { font-size: 0.8rem; color: #555; overflow-wrap: anywhere; }
#tip { position: fixed; display: none; z-index: 1; max-width: 20rem; padding: 0.4rem 0.6rem;
  background: #222; color: #fff; border-radius: 4px; font-size: 0.85rem; white-space: pre-line;
  pointer-events: none; }
@media screen and (max-width: 34rem) {
  body { padding: 0.6rem; }
  section { padding: 0.6rem; }
  svg { font-size: 15px; }
  svg .tick { font-size: 13px; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
  main { columns: 1; }
  section { break-inside: avoid; border: none; padding: 0 0 1rem; max-width: 16cm; }
  .wide { overflow: visible; max-height: none; }
  table { font-size: 8pt; }
  #tip { display: none !important; }
}
)";

// No '<' and no '&', so that the page is well-formed XML as it stands.
constexpr const char* kScript = R"(
const tip = document.getElementById('tip');
function place(event) {
  const right = event.clientX + 14, down = event.clientY + 14;
  tip.style.left = Math.max(4, Math.min(right, innerWidth - tip.offsetWidth - 4)) + 'px';
  tip.style.top = Math.max(4, Math.min(down, innerHeight - tip.offsetHeight - 4)) + 'px';
}
function show(event) {
  const element = event.target.closest('[data-t]');
  tip.style.display = element ? 'block' : 'none';
  if (!element) return;
  tip.textContent = element.dataset.t;
  place(event);
}
document.addEventListener('pointerover', show);
document.addEventListener('pointermove', place);
document.addEventListener('pointerdown', show);
)";

}  // namespace

std::string page(const std::string& title, const std::string& sections) {
  return fmt::format(
      "<!DOCTYPE html>\n<!-- {6} -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n<main>\n{2}</main>\n"
      "{5}{3}.</footer>\n<div id=\"tip\"></div>\n<script>{4}</script>\n"
      "</body>\n</html>\n",
      escape(title), kStyle, sections, version(), kScript, kReportMark, kOutputLicence);
}

}  // namespace sluice::report
