#include <fmt/format.h>

#include <algorithm>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "cli/phrases.h"
#include "pharmacy/catalog.h"
#include "visit/visit.h"

namespace pharmacy::cli {

static void define_add(Frame& frame) {
  CLI::App& cmd =
      frame.command("product add", _("List a product"),
                    {"visit product add 6901234567890 苯磺酸氨氯地平片 --price 28.00 --unit 盒",
                     "visit product add H0031 黄芪 --price 0.35 --unit g",
                     "visit product add 6904444444444 氨酚伪麻美芬片 --ingredient 对乙酰氨基酚 "
                     "--ingredient 盐酸伪麻黄碱 --class otc_a --special ephedrine"});
  auto input = std::make_shared<NewProduct>();
  auto no_points = std::make_shared<bool>(false);
  auto long_term = std::make_shared<bool>(false);
  frame.option(cmd, "code", input->code, _("Bar code, or the till's own code"))->required();
  frame.option(cmd, "name", input->name, _("Name; the code where absent"));
  frame.option(cmd, "--price", input->price, _("Price of one unit"));
  frame.option(cmd, "--unit", input->unit, _("What it is counted in: 盒, 瓶, g"));
  frame.option(cmd, "--form", input->form, _("Form: 片剂, 胶囊"));
  frame.option(cmd, "--strength", input->strength, _("Strength: 5mg"));
  frame.option(cmd, "--maker", input->maker, _("Who makes it"));
  frame.option(cmd, "--approval-number", input->approval, _("Approval number: 国药准字…"));
  frame.option(cmd, "--generic-name", input->generic_name, _("Generic name"));
  frame.option(cmd, "--ingredient", input->ingredients,
               _("What is in it, as on the pack; once for each"));
  frame.option(cmd, "--atc", input->atc, _("ATC code, of any level"));
  frame.option(cmd, "--class", input->product_class, _("How it may be sold"));
  frame.option(cmd, "--special", input->special, _("A drug with rules of its own"));
  frame.option(cmd, "--days-supply", input->days_supply, _("Days that one unit lasts"));
  frame.option(cmd, "--long-term", *long_term, _("Taken for months or years"));
  frame.option(cmd, "--no-points", *no_points, _("Earns no points"));
  frame.on_write(cmd, [input, no_points, long_term](Transaction& tx, Output& out) {
    input->earns_points = !*no_points;
    if (*long_term) input->long_term = true;
    add_product(tx, *input);
    const auto product = get_product(tx, input->code);
    out.record("product", product);
    out.changed(fmt::format(fmt::runtime(_("added product {code} {name}; it stays, and visit "
                                           "product edit changes what is known of it")),
                            fmt::arg("code", product.code), fmt::arg("name", product.name)),
                {});
  });
}

static void define_show_one(Frame& frame) {
  CLI::App& cmd =
      frame.command("product show", _("Show a product"), {"visit product show 6901234567890"});
  auto code = std::make_shared<std::string>();
  frame.option(cmd, "code", *code, _("Its code"))->required();
  frame.on_view(cmd, [code](Reading& reading, Output& out) {
    out.record("product", get_product(reading, *code));
  });
}

// What tells products apart, and more where there is room.
static Table products_for_people(const std::vector<Product>& products, int columns) {
  std::vector<std::string> names{"code", "name", "strength", "form", "unit", "price_e4", "maker"};
  const bool some_earn_none = std::any_of(products.begin(), products.end(),
                                          [](const Product& one) { return !one.earns_points; });
  if (some_earn_none) names.emplace_back("earns_points");
  return narrowed(only(to_table(products), names),
                  {.scope = scope_of("products"),
                   .first_to_go = {"maker", "form", "earns_points", "strength"},
                   .columns = columns});
}

static void list(Reading& reading, Output& out, ProductFilter filter, Frame& frame) {
  const auto limit = filter.limit;
  // One more than asked for, to know whether there are more.
  if (filter.limit > 0 && filter.limit < products_limit_max) ++filter.limit;
  auto products = list_products(reading, filter);
  if (products.size() > limit) {
    products.resize(limit);
    out.note(more_behind(shell_word(products.back().code)));
  }
  out.list("products", "products",
           readers_of(frame) == Readers::people
               ? products_for_people(products, columns_of_screen(frame))
               : to_table(products));
}

static void define_list_all(Frame& frame) {
  CLI::App& cmd = frame.command("product list", _("List products by their codes"),
                                {"visit product list", "visit product list 氨氯地平",
                                 "visit product list --class otc_a --ingredient 麻黄碱"});
  auto filter = std::make_shared<ProductFilter>();
  frame.option(cmd, "text", filter->text, _("Part of the name, or beginning of the code"));
  frame.option(cmd, "--class", filter->product_class, _("How it may be sold"));
  frame.option(cmd, "--atc", filter->atc, _("ATC code, or the level above it"));
  frame.option(cmd, "--ingredient", filter->ingredient, _("Part of the name of an ingredient"));
  frame.option(cmd, "--after", filter->after, _("Only codes that follow this one"));
  frame.option(cmd, "--limit,-l", filter->limit, _("How many at most; 1000 where absent"));
  frame.on_view(
      cmd, [filter, &frame](Reading& reading, Output& out) { list(reading, out, *filter, frame); });
}

void define_product(Frame& frame) {
  define_add(frame);
  define_product_edit(frame);
  define_show_one(frame);
  define_list_all(frame);
}

}  // namespace pharmacy::cli
