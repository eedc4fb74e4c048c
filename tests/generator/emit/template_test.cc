// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/template.h"

#include <catch2/catch.hpp>

namespace sluice {
namespace {

Values sample() {
  Values values;
  values.text("name", "edge");
  values.number("rows", 16);
  values.flag("gating", true);
  values.flag("narrow", false);
  Values first, second;
  first.text("path", "a.sv");
  second.text("path", "b.sv");
  values.list("files", {first, second});
  values.list("none", {});
  return values;
}

std::string render(const std::string& text) { return render_template("t.tpl", text, sample()); }

std::string error_of(const std::string& text) {
  try {
    render(text);
  } catch (const TemplateError& error) {
    return error.what();
  }
  return "no error";
}

TEST_CASE("Template.FillsNamesWithoutEscaping") {
  Values values;
  values.text("text", "a < b && \"c\" {{d}} <%e%>\n");
  CHECK(render_template("t", "[<%text%>]", values) == "[a < b && \"c\" {{d}} <%e%>\n]");
}

TEST_CASE("Template.LeavesSystemVerilogAlone") {
  const std::string text = "assign x = {{4{a}}, b} & 8'hff; // 100%\n\n\n  `ifdef X\n";
  CHECK(render(text) == text);
}

TEST_CASE("Template.TakenSectionLeavesNoTrace") {
  CHECK(render("a\n<%#gating%>\n  b\n<%/gating%>\nc\n") == "a\n  b\nc\n");
}

TEST_CASE("Template.SectionNotTakenLeavesNoTrace") {
  CHECK(render("a\n  <%#narrow%>\n  b\n  <%/narrow%>\nc\n") == "a\nc\n");
  CHECK(render("a\n<%^gating%>\nb\n<%/gating%>\nc") == "a\nc");
}

TEST_CASE("Template.KeepsBlankLinesInAndAroundSections") {
  CHECK(render("a\n\n<%#gating%>\n\nb\n\n<%/gating%>\n\nc\n") == "a\n\n\nb\n\n\nc\n");
}

TEST_CASE("Template.SectionWithinALineKeepsTheLine") {
  CHECK(render("a <%#gating%>b <%/gating%>c\n") == "a b c\n");
  CHECK(render("a <%#narrow%>b <%/narrow%>c\n") == "a c\n");
}

TEST_CASE("Template.RepeatsLists") {
  CHECK(render("<%#files%>\n- <%path%> of <%name%>\n<%/files%>\n") ==
        "- a.sv of edge\n- b.sv of edge\n");
  CHECK(render("<%#none%>\n<%path%>\n<%/none%>\nx<%^none%>y<%/none%>") == "xy");
}

TEST_CASE("Template.DropsComments") { CHECK(render("a\n<%! why %>\nb<%! x %>c") == "a\nbc"); }

TEST_CASE("Template.UnknownNameIsAnErrorWithItsLine") {
  CHECK(error_of("a\n\n<%nane%>") == "t.tpl:3: no value is named 'nane'");
  CHECK(error_of("<%#gatin%><%/gatin%>") == "t.tpl:1: no value is named 'gatin'");
}

TEST_CASE("Template.UnknownNameInASectionNotTakenIsAnError") {
  CHECK(error_of("<%#narrow%>\n<%nane%>\n<%/narrow%>") == "t.tpl:2: no value is named 'nane'");
}

TEST_CASE("Template.RowNamesAreOnlyKnownInTheirList") {
  CHECK(error_of("<%path%>") == "t.tpl:1: no value is named 'path'");
}

TEST_CASE("Template.TextsAndSectionsDoNotMix") {
  CHECK(error_of("<%gating%>") == "t.tpl:1: 'gating' is a section, not a text");
  CHECK(error_of("<%#rows%><%/rows%>") == "t.tpl:1: 'rows' is a text, not a section");
}

TEST_CASE("Template.BrokenTagsAreErrors") {
  CHECK(error_of("a\n<%name") == "t.tpl:2: '<%' without '%>'");
  CHECK(error_of("<%#gating%>\n") == "t.tpl:1: section 'gating' is not closed");
  CHECK(error_of("<%/gating%>") == "t.tpl:1: '<%/gating%>' closes a section that is not open");
  CHECK(error_of("<%#gating%><%#narrow%><%/gating%><%/narrow%>") ==
        "t.tpl:1: '<%/gating%>' closes a section that is not open");
  CHECK(error_of("<%> other%>") == "t.tpl:1: '<%> other%>' is no tag: names are lower_snake_case");
  CHECK(error_of("<%%>") == "t.tpl:1: '<%%>' is no tag: names are lower_snake_case");
}

}  // namespace
}  // namespace sluice
