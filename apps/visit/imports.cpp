#include "pharmacy/imports.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/import_verb.h"
#include "visit/visit.h"

namespace pharmacy::cli {

static void define_product_import(Frame& frame) {
  CLI::App& cmd = frame.command(
      "product import", _("Take over the catalog of another system"),
      {"visit product import 商品.csv --encoding gb18030",
       "visit product import products.csv --map code=EAN --map name=TITLE --dry-run"});
  define_import(frame, cmd,
                {.plan = plan_product_import,
                 .fields = product_import_fields(),
                 .added = [](const ImportSummary& summary) {
                   return fmt::format(fmt::runtime(P_("{} product", "{} products", summary.added)),
                                      summary.added);
                 }});
}

static std::string purchases_of(const ImportSummary& summary) {
  return fmt::format(fmt::runtime(_("{rows} rows: {sales} sales, {refunds} refunds, net {net}")),
                     fmt::arg("rows", summary.added), fmt::arg("sales", summary.sales),
                     fmt::arg("refunds", summary.refunds), fmt::arg("net", to_string(summary.net)));
}

static void define_purchase_import(Frame& frame) {
  CLI::App& cmd = frame.command(
      "import", _("Take over past purchases from another till"),
      {"visit import 销售.csv --encoding gb18030 --create-members --create-products",
       "visit import sales.csv --at-format '%Y-%m-%d *' --map card=社保卡号 --keep-good",
       "visit import - --source till-2 --set channel=phone --dry-run <sales.csv"});
  const auto options = define_import(
      frame, cmd,
      {.plan = plan_purchase_import, .fields = purchase_import_fields(), .added = purchases_of});
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
