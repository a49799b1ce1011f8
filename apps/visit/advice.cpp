// visit advice: what is told of each product, unless something else is said.
#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "cli/phrases.h"
#include "pharmacy/counsel.h"
#include "pharmacy/error.h"
#include "visit/visit.h"

namespace pharmacy::cli {
namespace {

void define_advice_set(Frame& frame) {
  struct Asked {
    std::string code;
    CounselPoints points;
  };
  CLI::App& cmd = frame.command(
      "advice set", _("Change what is told of a product; '' clears a point; for pharmacists"),
      {"visit advice set 6901234567890 --dose 每次1片，一日1次 --times 早餐后 --avoid 勿与西柚同服",
       "visit advice set 6901234567890 --avoid ''"});
  auto asked = std::make_shared<Asked>();
  CounselPoints& points = asked->points;
  frame.option(cmd, "code", asked->code, _("Code of the product"))->required();
  frame.option(cmd, "--dose", points.dose, _("How much each time, and how often"));
  frame.option(cmd, "--times", points.times, _("When it is taken"));
  frame.option(cmd, "--avoid", points.avoid,
               _("What it does not go with, and who should not take it"));
  frame.option(cmd, "--note", points.note, _("What else is told"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    if (asked->points.is_empty()) {
      throw Error(Errc::invalid_input, _("nothing to change"),
                  _("give --dose, --times, --avoid or --note"));
    }
    const bool is_new = set_product_advice(tx, asked->code, asked->points);
    out.list("visit.advice", "advice", list_product_advice(tx, asked->code));
    if (is_new) {
      out.changed(
          fmt::format(fmt::runtime(_("changed what is told of {}")), shell_word(asked->code)), {});
    } else {
      out.note(fmt::format(fmt::runtime(_("nothing changed: {} is so already")),
                           shell_word(asked->code)));
    }
  });
}

void define_advice_list(Frame& frame) {
  CLI::App& cmd =
      frame.command("advice list", _("What is told of products"),
                    {"visit advice list", "visit advice list 6901234567890 --format json"});
  auto code = std::make_shared<std::optional<std::string>>();
  frame.option(cmd, "code", *code, _("Only of this product, by its code"));
  frame.on_view(cmd, [code, &frame](Reading& reading, Output& out) {
    const auto advice = list_product_advice(reading, *code);
    const std::string none = _("nothing is kept to be told");
    if (readers_of(frame) == Readers::programs) {
      out.list("visit.advice", "advice", advice, none);
      return;
    }
    out.list("visit.advice", "advice",
             narrowed(to_table(advice), {.scope = scope_of("visit.advice"),
                                         .first_to_go = {"set_at", "staff", "product"},
                                         .columns = columns_of_screen(frame)}),
             none);
  });
}

}  // namespace

void define_advice(Frame& frame) {
  frame.noun("advice", _("What is told of each product, unless something else is said"));
  define_advice_set(frame);
  define_advice_list(frame);
}

}  // namespace pharmacy::cli
