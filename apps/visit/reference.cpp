#include "pharmacy/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "cli/i18n.h"
#include "cli/import_verb.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "cli/phrases.h"
#include "visit/visit.h"

namespace pharmacy::cli {
namespace {

// The fields of all kinds, for the help.
const std::vector<SheetField>& all_fields() {
  static const std::vector<SheetField> fields = [] {
    std::vector<SheetField> all;
    for (const auto& [kind, word] : EnumNames<ReferenceKind>::table) {
      for (const auto& field : reference_import_fields(kind)) {
        const auto known = [&](const SheetField& one) { return one.name == field.name; };
        if (std::none_of(all.begin(), all.end(), known)) all.push_back(field);
      }
    }
    return all;
  }();
  return fields;
}

// Which table is imported.
struct Wanted {
  ReferenceKind kind = ReferenceKind::atc;
  std::string edition;
};

void define_reference_import(Frame& frame) {
  CLI::App& cmd = frame.command(
      "reference import", _("Put a reference table in place of the edition that is loaded"),
      {"visit reference import atc atc.csv --edition 2026",
       "visit reference import interactions 相互作用.csv --edition 2026.1 --separator '$'",
       "visit reference import national 国家药品目录.csv --edition 2026-10 --encoding gb18030"});
  auto wanted = std::make_shared<Wanted>();
  frame.option(cmd, "table", wanted->kind, _("Which table it is"))->required();
  const auto plan = [wanted](Reading& reading, const std::string& bytes, ImportOptions options) {
    options.edition = wanted->edition;
    return plan_reference_import(reading, wanted->kind, bytes, options);
  };
  const auto added = [wanted](const ImportSummary& summary) {
    const auto rows = summary.added;
    return fmt::format(
        fmt::runtime(_("{rows} of {table} {edition}")),
        fmt::arg("rows", fmt::format(fmt::runtime(P_("{} row", "{} rows", rows)), rows)),
        fmt::arg("table", word_label(to_word(wanted->kind))), fmt::arg("edition", wanted->edition));
  };
  define_import(frame, cmd,
                {.plan = plan,
                 .fields = all_fields(),
                 .added = added,
                 .notices_most = std::numeric_limits<std::size_t>::max()});
  frame.option(cmd, "--edition", wanted->edition, _("Which edition it is: 2026.1"))->required();
}

// Whoever sees no alert has to know that nobody looked.
void tell_missing(const std::vector<Reference>& references, Output& out) {
  std::vector<std::string> missing;
  for (const auto& one : references) {
    if (one.state == ReferenceState::not_loaded) missing.push_back(word_label(to_word(one.kind)));
  }
  if (missing.empty()) return;
  out.note(fmt::format(fmt::runtime(_("not loaded, so that nothing is found in them: {}")),
                       listed(missing)));
}

void define_reference_list(Frame& frame) {
  CLI::App& cmd =
      frame.command("reference list", _("Which reference tables are loaded, and which are not"),
                    {"visit reference list", "visit reference list --all"});
  auto all = std::make_shared<bool>(false);
  frame.option(cmd, "--all", *all, _("Those that were replaced too"));
  frame.on_view(cmd, [all, &frame](Reading& reading, Output& out) {
    const auto references = list_references(reading, *all ? Replaced::listed : Replaced::left_out);
    tell_missing(references, out);
    auto table = to_table(references);
    if (readers_of(frame) == Readers::people) {
      table = narrowed(only(table, {"kind", "state", "edition", "rows", "since", "source", "by"}),
                       {.scope = scope_of("references"),
                        .first_to_go = {"by", "source"},
                        .columns = columns_of_screen(frame)});
    }
    out.list("references", "references", table);
  });
}

std::string field_label(const ProductCompletion& one) {
  return label(one.field, scope_of("product"));
}

void define_complete(Frame& frame) {
  CLI::App& cmd =
      frame.command("product complete", _("Fill what products lack from the national list"),
                    {"visit product complete --dry-run", "visit product complete"});
  frame.on_write(cmd, [](Transaction& tx, Output& out) {
    const auto completions = complete_products(tx);
    out.list("completions", "completions", completions);
    std::int64_t facts = 0;
    for (const auto& one : completions) {
      if (one.value) {
        ++facts;
        continue;
      }
      out.note(fmt::format(
          fmt::runtime(_("{product} stays without its {field}: the list has several")),
          fmt::arg("product", one.code + ' ' + one.name), fmt::arg("field", field_label(one))));
    }
    if (facts == 0) {
      out.note(_("nothing was filled: the list has no more of any product"));
      return;
    }
    out.changed(fmt::format(fmt::runtime(P_("filled {} fact from the national list",
                                            "filled {} facts from the national list", facts)),
                            facts),
                {});
  });
}

}  // namespace

void define_references(Frame& frame) {
  define_reference_import(frame);
  define_reference_list(frame);
  define_complete(frame);
}

}  // namespace pharmacy::cli
