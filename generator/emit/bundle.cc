// SPDX-License-Identifier: Apache-2.0
#include "generator/emit/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "generator/config/canonical.h"
#include "generator/emit/layout.h"
#include "generator/emit/manifest.h"
#include "generator/emit/plan_values.h"
#include "generator/util/resources.h"
#include "generator/util/sha256.h"
#include "generator/util/version.h"

namespace sluice {
namespace {

/// Clock period, in ns, that constraints and scripts begin with.
constexpr int kClockPeriod = 20;

std::string render_resource(const std::string& path, const Values& values) {
  return render_template(path, resource(path), values);
}

/// "array/pe.sv.tpl" -> "rtl/array/edge_pe.sv"
std::string rtl_path(const std::string& name, const std::string& path) {
  const std::size_t slash = path.find('/');
  const std::string file = path.substr(slash + 1, path.size() - slash - 1 - 4);
  return fmt::format("rtl/{}/{}_{}", path.substr(0, slash), name, file);
}

/// Says that a file is generated, from what, how to change it, and whose it is.
std::string header(const std::string& comment, const Plan& plan, const Origin& origin,
                   const std::string& sources) {
  return fmt::format(
      "{0} GENERATED - do not edit. Change {1}, then run\n"
      "{0}   {2}\n"
      "{0} sluice {3}; config sha256 {4}\n"
      "{0} This file is yours: use, change and license it as you like.\n"
      "{0} {5}\n",
      comment, sources, command_line(origin), version(), plan.hash, kOutputLicence);
}

/// Lists files, as rows for templates; `comma` parts them in JSON.
Values::Rows file_rows(const std::vector<OutputFile>& files) {
  Values::Rows rows;
  for (const OutputFile& file : files) {
    Values row;
    row.text("path", file.path);
    row.text("comma", rows.size() + 1 < files.size() ? "," : "");
    row.flag("is_header", file.path.ends_with(".h"));
    rows.push_back(std::move(row));
  }
  return rows;
}

/// The same as seen from flow/, with memories of macros.
Values::Rows synthesis_rows(const std::string& name, const std::vector<OutputFile>& rtl) {
  Values::Rows rows;
  for (const OutputFile& file : rtl) {
    const bool memory = file.path.ends_with("/" + name + "_ram.sv");
    Values row;
    row.text("path", memory ? "macro/" + name + "_ram.sv" : "../" + file.path);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string json_escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// A file of SystemVerilog: header and template, laid out.
std::string render_module(const std::string& source, const Plan& plan, const Origin& origin,
                          const Values& values) {
  const std::string sources = fmt::format("{} or {}", origin.config_file, source);
  return lay_out(header("//", plan, origin, sources) + "\n" + render_resource(source, values));
}

std::vector<OutputFile> render_rtl(const Plan& plan, const Origin& origin, const Values& values) {
  std::vector<OutputFile> files;
  for (const std::string& path : design_templates(plan)) {
    files.push_back({rtl_path(plan.config.name, path),
                     render_module("templates/" + path, plan, origin, values)});
  }
  return files;
}

/// Modules with assertions: "assert/axi_checker.sv.tpl" -> "assert/edge_axi_checker.sv"
std::vector<OutputFile> render_assertions(const Plan& plan, const Origin& origin,
                                          const Values& values) {
  std::vector<OutputFile> files;
  for (const ManifestRow& row : assertion_manifest()) {
    if (!row.used(plan)) continue;
    files.push_back({rtl_path(plan.config.name, row.path).substr(4),
                     render_module(std::string("templates/") + row.path, plan, origin, values)});
  }
  return files;
}

/// A file for tools or software: its template below templates/`folder`.
OutputFile render_row(const FlowRow& row, const std::string& folder, const std::string& name,
                      const Plan& plan, const Origin& origin, const Values& values) {
  const std::string source = "templates/" + folder + "/" + row.path;
  const std::string sources = fmt::format("{} or {}", origin.config_file, source);
  const std::string path = fmt::format(fmt::runtime(row.output), name);
  const std::string comment = row.comment;
  const std::string head =
      comment.empty() ? "" : header(comment, plan, origin, sources) + comment + "\n";
  const std::string text = head + render_resource(source, values);
  return {path, path.ends_with(".sv") ? lay_out(text) : text};
}

/// Those that the table lists.
std::vector<OutputFile> render_table(const std::vector<FlowRow>& table, const std::string& folder,
                                     const Plan& plan, const Origin& origin, const Values& values) {
  std::vector<OutputFile> files;
  for (const FlowRow& row : table) {
    files.push_back(render_row(row, folder, plan.config.name, plan, origin, values));
  }
  return files;
}

/// The memories below flow/macro/: the module that all are instances of, and a model of each macro.
std::vector<OutputFile> render_macros(const Plan& plan, const Origin& origin, const Values& values,
                                      const std::optional<MacroCuts>& cuts) {
  const MacroManifest& rows = macro_manifest();
  const std::string& design = plan.config.name;
  if (!cuts) {
    return {render_row(rows.example_memories, "flow", design, plan, origin, values),
            render_row(rows.example_macro, "flow", design, plan, origin, values)};
  }
  std::vector<OutputFile> files = {render_row(rows.memories, "flow", design, plan, origin, values)};
  for (const MacroSize& size : macro_sizes(*cuts)) {
    const std::string name = macro_name(design, size);
    Values own = values;
    add_macro(own, name, size);
    files.push_back(render_row(rows.macro, "flow", name, plan, origin, own));
  }
  return files;
}

/// One line a file, in the form that `sha256sum -c` reads.
std::string marker_text(const Plan& plan, const std::vector<OutputFile>& files) {
  std::string text = fmt::format(
      "# This folder was written by sluice {} from a config of sha256 {}.\n"
      "# Running it again replaces the folder, unless files were added or changed.\n"
      "# {}\n",
      version(), plan.hash, kOutputLicence);
  for (const OutputFile& file : files)
    text += fmt::format("{}  {}\n", sha256(file.text), file.path);
  return text;
}

}  // namespace

Bundle render_bundle(const Plan& plan, const Origin& origin, const std::optional<MacroCuts>& cuts) {
  const std::string& name = plan.config.name;
  Values values = plan_values(plan, origin);
  Bundle bundle{name, render_rtl(plan, origin, values)};
  values.list("files", file_rows(bundle.files));
  values.text("top_module", std::filesystem::path(bundle.files.back().path).stem().string());

  values.list("synthesis_files", synthesis_rows(name, bundle.files));
  values.number("clock_period", kClockPeriod);
  values.text("command_line_json", json_escaped(command_line(origin)));
  const std::vector<OutputFile> assertions = render_assertions(plan, origin, values);
  bundle.files.insert(bundle.files.end(), assertions.begin(), assertions.end());
  add_macro_values(values, name, cuts);
  values.text("macro_table", origin.memories);
  const auto flow = render_table(flow_manifest(), "flow", plan, origin, values);
  bundle.files.insert(bundle.files.end(), flow.begin(), flow.end());
  const auto macros = render_macros(plan, origin, values, cuts);
  bundle.files.insert(bundle.files.end(), macros.begin(), macros.end());
  const auto driver = render_table(driver_manifest(), "driver", plan, origin, values);
  bundle.files.insert(bundle.files.end(), driver.begin(), driver.end());
  values.list("assertion_files", file_rows(assertions));
  values.list("driver_files", file_rows(driver));

  const auto add = [&](const std::string& path, std::string text) {
    bundle.files.push_back({path, std::move(text)});
  };
  add(name + ".f", header("//", plan, origin, origin.config_file) +
                       render_resource("templates/bundle/files.f.tpl", values));
  // FuseSoC wants its version tag in the first line, so the header follows it.
  add(name + ".core", "CAPI=2:\n" + header("#", plan, origin, origin.config_file) +
                          render_resource("templates/bundle/fusesoc.core.tpl", values));
  add(name + ".h", header("//", plan, origin, origin.config_file) + "\n" +
                       render_resource("templates/bundle/params.h.tpl", values));
  add(name + ".xml", render_resource("templates/bundle/ipxact.xml.tpl", values));
  add(name + ".resolved.yaml",
      header("#", plan, origin, origin.config_file) + canonical_yaml(plan.config));
  add("README.md", render_resource("templates/bundle/README.md.tpl", values));

  std::sort(bundle.files.begin(), bundle.files.end(),
            [](const OutputFile& a, const OutputFile& b) { return a.path < b.path; });
  bundle.files.push_back({kMarkerFile, marker_text(plan, bundle.files)});
  return bundle;
}

}  // namespace sluice
