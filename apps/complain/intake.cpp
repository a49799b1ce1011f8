// complain add: taking one in.
#include <fmt/format.h>

#include "cli/i18n.h"
#include "cli/phrases.h"
#include "complain/complain.h"
#include "pharmacy/error.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {
namespace {

struct AskedIntake {
  std::optional<std::string> who;
  bool is_quality = false;
  NewComplaint complaint;
};

// A fault of a product is pressing, and of which batch it is has to be known.
void make_quality_complaint(NewComplaint& complaint) {
  complaint.category = ComplaintCategory::quality;
  if (complaint.severity == ComplaintSeverity::minor) complaint.severity = ComplaintSeverity::major;
  if (complaint.product && complaint.batch) return;
  throw Error(Errc::invalid_input, _("of which product and batch it is, is not said"),
              _("give --product and --batch"));
}

void tell(Output& out, const TakenComplaint& taken, const NewComplaint& complaint,
          const Zone& zone) {
  const std::string number = to_string(taken.id);
  out.changed(fmt::format(fmt::runtime(_("took in {}")), number),
              "complain close " + number + " --as mistake --reason typing");
  if (taken.promised) {
    out.note(fmt::format(fmt::runtime(_("tell the person: she hears what came of it by {}")),
                         to_minute_string(*taken.promised, zone)));
  }
  if (taken.repeats) {
    out.note(
        fmt::format(fmt::runtime(_("the same person was not content with the same before: {}")),
                    "complain show " + to_string(*taken.repeats)));
  }
  if (complaint.category == ComplaintCategory::quality && complaint.product && complaint.batch) {
    out.note(
        fmt::format(fmt::runtime(_("who else bought of the batch: {}")),
                    fmt::format("report recall --product {} --batch {}",
                                shell_word(*complaint.product), shell_word(*complaint.batch))));
  }
}

void declare(Frame& frame, CLI::App& cmd, AskedIntake& asked) {
  NewComplaint& complaint = asked.complaint;
  frame.option(cmd, "text", complaint.text, _("What happened; - reads it from standard input"))
      ->required();
  frame.option(cmd, "--kind", complaint.kind,
               _("complaint, suggestion, objection, praise or adverse_reaction"));
  frame.option(cmd, "--channel", complaint.channel, _("store, phone, web, wechat or app"));
  frame.option(cmd, "--severity", complaint.severity, _("minor, major or critical"));
  frame.option(cmd, "--category", complaint.category,
               _("What it is about: service, advice, dispensing, quality, price, stock, delivery,"
                 " points, privacy, environment or other"));
  frame.option(cmd, "--from", complaint.origin, _("customer, or staff for one of your own"));
  frame.option(cmd, "--member", asked.who, _("Whose it is: M12, a card, or a phone"));
  frame.option(cmd, "--by", complaint.name, _("Who it is from, where she is no member"));
  frame.option(cmd, "--contact", complaint.contact, _("How she is reached"));
  frame.option(cmd, "--product", complaint.product, _("Code of the product"));
  frame.option(cmd, "--batch", complaint.batch, _("Batch of the product"));
  frame.option(cmd, "--receipt", complaint.receipt, _("The sale that it is about"));
  frame.option(cmd, "--quality", asked.is_quality,
               _("A product is faulty: of this category, major at least, and traced"));
  frame.option(cmd, "--health", complaint.health,
               _("What of it is about health, sealed for who may read that; - for the input"));
  frame.option(cmd, "--on", complaint.on, _("When it was received, if that was not just now"));
  frame.option(cmd, "--reason", complaint.reason, _("Why it is dated back so far"));
}

}  // namespace

void define_intake(Frame& frame) {
  CLI::App& cmd = frame.command(
      "add", _("Take in a complaint, a suggestion, an objection, praise, or a reaction"),
      {"complain add --channel phone --by 李娜 --contact 13900139000 --severity major"
       " 昨天买的药盒里少了一板",
       "complain add --member 6001 --quality --product 6901234567890 --batch B2304 胶囊受潮结块",
       "complain add --kind suggestion --from staff 建议晚上加一名收银"});
  auto asked = std::make_shared<AskedIntake>();
  declare(frame, cmd, *asked);
  frame.on_session(cmd, [asked](Session& session) {
    NewComplaint& complaint = asked->complaint;
    if (asked->is_quality) make_quality_complaint(complaint);
    if (complaint.text == "-" && complaint.health == "-") {
      throw Error(Errc::invalid_input, _("standard input can be read once"),
                  _("give one of the texts on the command line"));
    }
    complaint.text = text_of(session, complaint.text);
    if (complaint.health) complaint.health = text_of(session, *complaint.health);
    session.change([&](Transaction& tx, Output& out) {
      if (asked->who) complaint.member = get_member_id(tx, *asked->who);
      const TakenComplaint taken = add_complaint(tx, complaint);
      out.record("complain.taken", taken);
      tell(out, taken, complaint, tx.zone());
    });
  });
}

}  // namespace pharmacy::cli
