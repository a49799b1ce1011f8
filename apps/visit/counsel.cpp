// visit counsel: what a pharmacist tells of medicines and of health.
#include "pharmacy/counsel.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "cli/phrases.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "visit/buyer.h"
#include "visit/counsel_slip.h"
#include "visit/receipt_output.h"
#include "visit/visit.h"

namespace pharmacy::cli {
namespace {

void print(Frame& frame, Output& out, const std::vector<Counsel>& counsels) {
  const std::string none = _("nothing was told");
  if (readers_of(frame) == Readers::programs) {
    out.list("visit.counsels", "counsels", counsels, none);
    return;
  }
  out.list("visit.counsels", "counsels",
           narrowed(only(to_table(counsels), {"id", "at", "member", "name", "counsel_kind", "stage",
                                              "receipt", "product_name", "staff", "void_reason"}),
                    {.scope = scope_of("visit.counsels"),
                     .first_to_go = {"name", "stage", "receipt", "staff", "counsel_kind"},
                     .columns = columns_of_screen(frame)}),
           none);
}

std::vector<std::string> numbers_of(const std::vector<CounselId>& ids) {
  std::vector<std::string> numbers;
  for (const CounselId id : ids) numbers.push_back(to_string(id));
  return numbers;
}

std::string command_of(const char* command, const std::vector<CounselId>& ids) {
  std::string line = command;
  for (const CounselId id : ids) line += ' ' + to_string(id);
  return line;
}

std::vector<Counsel> counsels_of(Reading& reading, const std::vector<CounselId>& ids) {
  std::vector<Counsel> counsels;
  for (const CounselId id : ids) counsels.push_back(get_counsel(reading, id));
  return counsels;
}

struct AskedCounsel {
  std::optional<std::string> who;
  NewCounsel counsel;
  PaperSlip paper;
};

void add(Transaction& tx, Output& out, AskedCounsel& asked, const Page& page, Standing standing) {
  if (asked.who) asked.counsel.member = buyer(tx, *asked.who);
  const GivenCounsel given = add_counsel(tx, asked.counsel);
  for (const CounterAlert& alert : given.alerts) out.aside(alert.text);
  for (const std::string& code : given.without) {
    out.note(fmt::format(fmt::runtime(_("nothing is kept to be told of {code}: say it with "
                                        "--product {code}")),
                         fmt::arg("code", shell_word(code))));
  }
  const auto counsels = counsels_of(tx, given.ids);
  out.list("visit.counsels", "counsels", counsels);
  if (standing == Standing::recorded) {
    const SlipForm form{.columns = page.slip_columns};
    out.text(counsel_slip(counsels, tx.zone(), form));
    asked.paper.write(
        counsel_slip(counsels, tx.zone(), {.columns = page.slip_columns, .paper = Paper::printer}),
        command_of("visit counsel slip", given.ids) + " --print");
  }
  out.changed(fmt::format(fmt::runtime(_("recorded what was told: counselling {}")),
                          listed(numbers_of(given.ids))),
              command_of("visit counsel void", given.ids) + " --reason typing");
}

void define_counsel_add(Frame& frame) {
  CLI::App& cmd =
      frame.command("counsel add", _("Record what was told of a medicine, or of health"),
                    {"visit counsel add 6001 --product 6901234567890 --dose 每次1片，一日1次"
                     " --times 早餐后 --avoid 勿与西柚同服",
                     "visit counsel add --receipt 1",
                     "visit counsel add 6001 --need 头痛三天 --note 先量血压，必要时就医"});
  auto asked = std::make_shared<AskedCounsel>();
  NewCounsel& counsel = asked->counsel;
  frame.option(cmd, "member", asked->who,
               _("M12, a card or a phone; - for no member; the receipt's where absent"));
  frame.option(cmd, "--receipt", counsel.receipt,
               _("Of this sale; all its products of which advice is kept, unless one is named"));
  frame.option(cmd, "--product", counsel.product, _("Code of the product"));
  frame.option(cmd, "--dose", counsel.points.dose,
               _("How much and how often; what is kept of the product where absent"));
  frame.option(cmd, "--times", counsel.points.times, _("When it is taken; likewise"));
  frame.option(cmd, "--avoid", counsel.points.avoid, _("What it does not go with; likewise"));
  frame.option(cmd, "--note", counsel.points.note, _("What else was told; likewise"));
  frame.option(cmd, "--need", counsel.need,
               _("What the member said of her health: kept as a health note"));
  frame.option(cmd, "--kind", counsel.kind, _("usage, choice, wellness or training"));
  frame.option(cmd, "--stage", counsel.stage, _("before, at or after a purchase"));
  asked->paper.declare(frame, cmd);
  frame.on_session(cmd, [asked, &frame](Session& session) {
    if (!asked->who && !asked->counsel.receipt) {
      throw Error(Errc::invalid_input, _("whom it was told is not said"),
                  _("name a member, - for no member, or a receipt with --receipt"));
    }
    asked->paper.require_printer(session);
    session.change([&](Transaction& tx, Output& out) {
      add(tx, out, *asked, page_of(frame, session), standing_in(session));
    });
    if (asked->paper.is_wanted()) asked->paper.print_or_tell(session);
  });
}

void define_counsel_list(Frame& frame) {
  struct ListAsked {
    std::optional<std::string> who;
    CounselFilter filter;
  };
  CLI::App& cmd = frame.command("counsel list", _("What was told, the newest first"),
                                {"visit counsel list --period today", "visit counsel list 6001",
                                 "visit counsel list --receipt 1"});
  auto asked = std::make_shared<ListAsked>();
  frame.option(cmd, "member", asked->who, _("Only to this one: M12, a card or a phone"));
  frame.option(cmd, "--receipt", asked->filter.receipt, _("Only of this sale"));
  frame.option(cmd, "--period", asked->filter.period, _("Only on these days"));
  frame.option(cmd, "--limit", asked->filter.limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [asked, &frame](Reading& reading, Output& out) {
    if (asked->who) asked->filter.member = get_member_id(reading, *asked->who);
    const auto [counsels, more] = list_counsels(reading, asked->filter);
    if (more) out.note(_("there are more: raise --limit"));
    print(frame, out, counsels);
  });
}

void define_counsel_show(Frame& frame) {
  CLI::App& cmd = frame.command("counsel show", _("Show what was told"), {"visit counsel show 1"});
  auto id = std::make_shared<CounselId>();
  frame.option(cmd, "counsel", *id, _("Its number"))->required();
  frame.on_view(cmd, [id](Reading& reading, Output& out) {
    out.record("visit.counsel", get_counsel(reading, *id));
  });
}

struct AskedSlip {
  std::vector<CounselId> ids;
  std::optional<ReceiptId> receipt;
  std::optional<int> width;
  PaperSlip paper;
};

// What is on the slip, in the order in which it was told.
std::vector<Counsel> counsels_on_slip(Reading& reading, const AskedSlip& asked) {
  std::vector<Counsel> counsels = counsels_of(reading, asked.ids);
  if (asked.receipt) {
    counsels =
        list_counsels(reading, {.receipt = asked.receipt, .limit = counsels_limit_max}).counsels;
    std::ranges::reverse(counsels);
  }
  for (const Counsel& counsel : counsels) {
    if (counsel.member == counsels.front().member) continue;
    throw Error(Errc::invalid_input, _("these were told to several people"),
                _("print a slip for each"));
  }
  return counsels;
}

void show_slip(Session& session, AskedSlip& asked, const Page& page) {
  if (asked.ids.empty() == !asked.receipt) {
    throw Error(Errc::invalid_input, _("of what the slip is wanted is not said"),
                _("give numbers of counselling, or a receipt with --receipt"));
  }
  const SlipForm form{.columns = slip_columns(asked.width, page)};
  asked.paper.require_printer(session);
  session.store().view([&](Reading& reading) {
    const auto counsels = counsels_on_slip(reading, asked);
    const auto text = counsel_slip(counsels, reading.zone(), form);
    if (text.empty()) {
      throw Error(Errc::not_found, _("nothing was told, or it was a mistake"),
                  _("list what there is with: visit counsel list"));
    }
    if (asked.paper.is_wanted()) {
      asked.paper.write(counsel_slip(counsels, reading.zone(),
                                     {.columns = form.columns, .paper = Paper::printer}),
                        {});
    } else {
      session.out().document(text, "visit.counsels", {}, {list_section("counsels", counsels)});
    }
  });
  asked.paper.print(session);
}

void define_counsel_slip(Frame& frame) {
  CLI::App& cmd =
      frame.command("counsel slip", _("The slip of what was told, to take home"),
                    {"visit counsel slip 1", "visit counsel slip --receipt 1 --width 32"});
  auto asked = std::make_shared<AskedSlip>();
  frame.option(cmd, "counsel", asked->ids, _("Numbers of counselling, of one person"));
  frame.option(cmd, "--receipt", asked->receipt, _("All that was told of this sale"));
  frame.option(cmd, "--width", asked->width, _("Columns of the slip: 32 or 48"));
  asked->paper.declare(frame, cmd);
  frame.on_session(
      cmd,
      [asked, &frame](Session& session) { show_slip(session, *asked, page_of(frame, session)); },
      Steps::may_change);
}

void define_counsel_void(Frame& frame) {
  struct VoidAsked {
    std::vector<CounselId> ids;
    std::string reason;
  };
  CLI::App& cmd = frame.command("counsel void", _("Mark as a mistake what was recorded as told"),
                                {"visit counsel void 1 --reason 录错会员"});
  auto asked = std::make_shared<VoidAsked>();
  frame.option(cmd, "counsel", asked->ids, _("Their numbers"))->required();
  frame.option(cmd, "--reason", asked->reason, _("What was wrong"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    for (const CounselId id : asked->ids) void_counsel(tx, id, asked->reason);
    out.changed(fmt::format(fmt::runtime(_("marked as a mistake: counselling {}")),
                            listed(numbers_of(asked->ids))),
                {});
  });
}

}  // namespace

void define_counsels(Frame& frame) {
  frame.noun("counsel", _("What a pharmacist tells of medicines and of health"));
  define_counsel_add(frame);
  define_counsel_list(frame);
  define_counsel_show(frame);
  define_counsel_slip(frame);
  define_counsel_void(frame);
}

}  // namespace pharmacy::cli
