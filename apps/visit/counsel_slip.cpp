#include "visit/counsel_slip.h"

#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

constexpr std::size_t margin = 2;

void write_head(SlipWriter& out, const Counsel& first, const Zone& zone) {
  out.pair(_("Advice of the pharmacist"), to_minute_string(first.at, zone));
  out.pair(first.member ? fmt::format(fmt::runtime(_("Member {}")), to_string(*first.member))
                        : std::string{_("No member")},
           for_terminal(first.staff));
  if (first.receipt) {
    out.lines(fmt::format(fmt::runtime(_("With receipt {}")), to_string(*first.receipt)));
  }
}

void write_point(SlipWriter& out, const char* text, const std::optional<std::string>& point) {
  if (!point) return;
  out.lines_within(margin, fmt::format(fmt::runtime(text), for_terminal(*point)));
}

void write_counsel(SlipWriter& out, const Counsel& counsel) {
  out.lines(counsel.product_name ? for_terminal(*counsel.product_name)
                                 : word_label(to_word(counsel.kind)));
  write_point(out, _("Dose: {}"), counsel.dose);
  write_point(out, _("When: {}"), counsel.times);
  write_point(out, _("Avoid: {}"), counsel.avoid);
  write_point(out, _("Note: {}"), counsel.note);
}

}  // namespace

std::string counsel_slip(const std::vector<Counsel>& counsels, const Zone& zone,
                         const SlipForm& form) {
  SlipWriter out{form};
  bool is_begun = false;
  for (const Counsel& counsel : counsels) {
    if (counsel.voided) continue;
    if (!is_begun) write_head(out, counsel, zone);
    is_begun = true;
    out.rule();
    write_counsel(out, counsel);
  }
  if (!is_begun) return {};
  out.rule();
  out.lines(_("Whatever is unclear, ask the pharmacist"));
  return out.take();
}

}  // namespace pharmacy::cli
