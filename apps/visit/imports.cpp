#include "pharmacy/imports.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/import_verb.h"
#include "cli/phrases.h"
#include "visit/visit.h"

namespace pharmacy::cli {

static std::string products_of(const ImportSummary& summary) {
  const auto made = summary.added - summary.completed;
  if (summary.completed == 0) {
    return fmt::format(fmt::runtime(P_("{} product", "{} products", made)), made);
  }
  return fmt::format(fmt::runtime(_("{made} new and {completed} completed products")),
                     fmt::arg("made", made), fmt::arg("completed", summary.completed));
}

static void define_product_import(Frame& frame) {
  CLI::App& cmd = frame.command(
      "product import", _("Take over the catalog of another system"),
      {"visit product import 商品.csv --encoding gb18030",
       "visit product import foreign.csv --map code=EAN --map name=TITLE --dry-run"});
  define_import(
      frame, cmd,
      {.plan = plan_product_import, .fields = product_import_fields(), .added = products_of});
}

static std::string counted(const char* text, std::int64_t count) {
  return fmt::format(fmt::runtime(text), count);
}

static std::string purchases_of(const ImportSummary& summary) {
  const auto rows = summary.added;
  const auto sales = summary.sales;
  const auto refunds = summary.refunds;
  return fmt::format(fmt::runtime(_("{rows}: {sales}, {refunds}, net {net}")),
                     fmt::arg("rows", counted(P_("{} row", "{} rows", rows), rows)),
                     fmt::arg("sales", counted(P_("{} sale", "{} sales", sales), sales)),
                     fmt::arg("refunds", counted(P_("{} refund", "{} refunds", refunds), refunds)),
                     fmt::arg("net", to_string(summary.net)));
}

static std::string made_with_purchases(const ImportSummary& summary) {
  std::vector<std::string> parts;
  const auto add = [&](const char* text, std::int64_t count) {
    if (count > 0) parts.push_back(counted(text, count));
  };
  const auto members = summary.members_created;
  const auto products = summary.products_created;
  const auto strangers = summary.anonymous;
  add(P_("{} new member", "{} new members", members), members);
  add(P_("{} new product", "{} new products", products), products);
  add(P_("{} receipt of non-members", "{} receipts of non-members", strangers), strangers);
  if (parts.empty()) return {};
  return fmt::format(fmt::runtime(_("with {}")), listed(parts));
}

static void define_purchase_import(Frame& frame) {
  CLI::App& cmd = frame.command(
      "import", _("Take over past purchases from another till"),
      {"visit import 销售.csv --encoding gb18030 --create-members --create-products",
       "visit import 医保.csv --at-format '%Y-%m-%d *' --map card=社保卡号 --keep-good",
       "visit import - --source till-2 --set channel=phone --dry-run <sales.csv"});
  const auto options = define_import(frame, cmd,
                                     {.plan = plan_purchase_import,
                                      .fields = purchase_import_fields(),
                                      .added = purchases_of,
                                      .details = made_with_purchases});
  frame.option(cmd, "--create-members", options->create_members,
               _("An unknown card makes a member without a name"));
  frame.option(cmd, "--create-products", options->create_products,
               _("An unknown code makes a product"));
  frame.option(cmd, "--earn", options->earn, _("The sales earn points, by the rules of their day"));
}

void define_imports(Frame& frame) {
  define_product_import(frame);
  define_purchase_import(frame);
}

}  // namespace pharmacy::cli
