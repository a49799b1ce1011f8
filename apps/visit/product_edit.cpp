#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/phrases.h"
#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "visit/visit.h"

namespace pharmacy::cli {
namespace {

// What of an edit has no value of its own.
struct Switches {
  std::vector<std::string> ingredients;
  bool points = false;
  bool no_points = false;
  bool long_term = false;
  bool not_long_term = false;
};

void take_switches(const Switches& given, ProductEdit& edit) {
  std::vector<Fault> faults;
  const auto take = [&](bool yes, bool no, const char* names, auto& answer) {
    if (yes && no) {
      faults.push_back(
          {fmt::format(fmt::runtime(_("{} are opposites")), names), _("give one of them")});
    }
    if (yes || no) answer = yes;
  };
  take(given.points, given.no_points, "--points, --no-points", edit.earns_points);
  take(given.long_term, given.not_long_term, "--long-term, --not-long-term", edit.long_term);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  if (given.ingredients.empty()) return;
  edit.ingredients = given.ingredients;
  std::erase(*edit.ingredients, std::string{});
}

// After a space a dash would begin another option.
std::string with_value(const std::string& option, const std::string& value) {
  return ' ' + option + (value.starts_with('-') ? '=' : ' ') + shell_word(value);
}

std::string option_of(const std::string& field) {
  if (field == "generic_name") return "--generic-name";
  if (field == "approval") return "--approval-number";
  if (field == "ingredients") return "--ingredient";
  if (field == "days_supply") return "--days-supply";
  return "--" + field;
}

// The command that brings back what was there before; empty where none does: whether a product is
// taken for long cannot be made unknown again.
std::string undo_of(const std::string& code, const std::vector<ProductChange>& changes) {
  std::string command = "visit product edit " + shell_word(code);
  for (const auto& [field, old, now] : changes) {
    if (field == "earns_points") {
      command += old == "yes" ? " --points" : " --no-points";
    } else if (field == "long_term") {
      if (!old) return {};
      command += old == "yes" ? " --long-term" : " --not-long-term";
    } else {
      command += with_value(option_of(field), old.value_or(""));
    }
  }
  return command;
}

std::string labelled(const Product& product) { return product.code + ' ' + product.name; }

}  // namespace

void define_product_edit(Frame& frame) {
  CLI::App& cmd = frame.command(
      "product edit", _("Change what is known of a product; '' clears a fact"),
      {"visit product edit 6901234567890 --price 29.50 --maker ''",
       "visit product edit 6901234567890 --ingredient 苯磺酸氨氯地平 --atc C08CA01 --class rx "
       "--days-supply 28 --long-term"});
  auto code = std::make_shared<std::string>();
  auto edit = std::make_shared<ProductEdit>();
  auto given = std::make_shared<Switches>();
  frame.option(cmd, "code", *code, _("Its code"))->required();
  frame.option(cmd, "--name", edit->name, _("Name; the code where cleared"));
  frame.option(cmd, "--price", edit->price, _("Price of one unit"));
  frame.option(cmd, "--unit", edit->unit, _("What it is counted in: 盒, 瓶, g"));
  frame.option(cmd, "--form", edit->form, _("Form: 片剂, 胶囊"));
  frame.option(cmd, "--strength", edit->strength, _("Strength: 5mg"));
  frame.option(cmd, "--maker", edit->maker, _("Who makes it"));
  frame.option(cmd, "--approval-number", edit->approval, _("Approval number: 国药准字…"));
  frame.option(cmd, "--generic-name", edit->generic_name, _("Generic name"));
  frame.option(cmd, "--ingredient", given->ingredients,
               _("What is in it, once for each; in place of all before"));
  frame.option(cmd, "--atc", edit->atc, _("ATC code, of any level"));
  frame.option(cmd, "--class", edit->product_class, _("How it may be sold"));
  frame.option(cmd, "--special", edit->special, _("A drug with rules of its own"));
  frame.option(cmd, "--days-supply", edit->days_supply, _("Days that one unit lasts"));
  frame.option(cmd, "--long-term", given->long_term, _("Taken for months or years"));
  frame.option(cmd, "--not-long-term", given->not_long_term, _("Taken for a short time"));
  frame.option(cmd, "--points", given->points, _("Earns points"));
  frame.option(cmd, "--no-points", given->no_points, _("Earns no points"));
  frame.on_write(cmd, [code, edit, given](Transaction& tx, Output& out) {
    take_switches(*given, *edit);
    const auto changes = edit_product(tx, *code, *edit);
    const Product now = get_product(tx, *code);
    out.record("product", now);
    if (changes.empty()) {
      out.note(fmt::format(fmt::runtime(_("nothing changed: {} is so already")), labelled(now)));
      return;
    }
    std::vector<std::string> fields;
    for (const auto& change : changes) {
      fields.push_back(label(change.field, scope_of("product")));
    }
    out.changed(fmt::format(fmt::runtime(_("changed {product}: {fields}")),
                            fmt::arg("product", labelled(now)), fmt::arg("fields", listed(fields))),
                undo_of(now.code, changes));
  });
}

}  // namespace pharmacy::cli
