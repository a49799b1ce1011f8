// member consent: what a member agreed to, and took back.
#include "pharmacy/consent.h"

#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "member/member.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {
namespace {

std::string command_for(const char* verb, MemberId member, Purpose purpose,
                        ConsentChannel channel) {
  return fmt::format("member consent {} {} --purpose {} --channel {}", verb, to_string(member),
                     to_word(purpose), to_word(channel));
}

void define_give(Frame& frame) {
  struct Asked {
    std::string who;
    std::optional<std::string> guardian;
    NewConsent consent;
  };
  CLI::App& cmd = frame.command("consent give",
                                _("Record that a member agrees to a use of what is known of her"),
                                {"member consent give 6001 --purpose health",
                                 "member consent give M1 --purpose marketing"
                                 " --channel paper --text-version 1"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame
      .option(cmd, "--purpose", asked->consent.purpose,
              _("membership, health, marketing, profiling or follow_up"))
      ->required();
  frame.option(cmd, "--channel", asked->consent.channel,
               _("How she said so: counter, paper, phone, wechat, app or web; counter where not"
                 " given"));
  frame.option(cmd, "--text-version", asked->consent.text_version,
               _("Version of the text she agreed to; the policy's where not given"));
  frame.option(cmd, "--guardian", asked->guardian,
               _("Who agrees for a child: a parent or guardian who is a member"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    NewConsent& consent = asked->consent;
    consent.member = get_member_id(tx, asked->who);
    if (asked->guardian) consent.guardian = get_member_id(tx, *asked->guardian);
    const bool is_new = give_consent(tx, consent);
    out.list("member.consent", "consents", list_consents(tx, consent.member));
    const std::string member = to_string(consent.member);
    const std::string purpose = word_label(to_word(consent.purpose));
    if (!is_new) {
      out.note(fmt::format(fmt::runtime(_("nothing changed: {member} agreed already: {purpose}")),
                           fmt::arg("member", member), fmt::arg("purpose", purpose)));
      return;
    }
    out.changed(fmt::format(fmt::runtime(_("{member} agrees: {purpose}")),
                            fmt::arg("member", member), fmt::arg("purpose", purpose)),
                command_for("withdraw", consent.member, consent.purpose, consent.channel));
  });
}

void define_withdraw(Frame& frame) {
  struct Asked {
    std::string who;
    Purpose purpose = Purpose::membership;
    ConsentChannel channel = ConsentChannel::counter;
  };
  CLI::App& cmd =
      frame.command("consent withdraw", _("Record that a member takes it back; it holds at once"),
                    {"member consent withdraw 6001 --purpose marketing"
                     " --channel phone"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame
      .option(cmd, "--purpose", asked->purpose,
              _("membership, health, marketing, profiling or follow_up"))
      ->required();
  frame.option(cmd, "--channel", asked->channel,
               _("How she said so: counter, paper, phone, wechat, app or web; counter where not"
                 " given"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    const MemberId id = get_member_id(tx, asked->who);
    const bool was_given = withdraw_consent(tx, id, asked->purpose, asked->channel);
    out.list("member.consent", "consents", list_consents(tx, id));
    const std::string purpose = word_label(to_word(asked->purpose));
    if (!was_given) {
      out.note(fmt::format(fmt::runtime(_("nothing changed: {member} does not agree: {purpose}")),
                           fmt::arg("member", to_string(id)), fmt::arg("purpose", purpose)));
      return;
    }
    out.changed(fmt::format(fmt::runtime(_("{member} agrees no longer: {purpose}")),
                            fmt::arg("member", to_string(id)), fmt::arg("purpose", purpose)),
                command_for("give", id, asked->purpose, asked->channel));
  });
}

void define_consent_show(Frame& frame) {
  struct Asked {
    std::string who;
    bool all = false;
  };
  CLI::App& cmd = frame.command("consent show", _("What a member agrees to"),
                                {"member consent show 6001", "member consent show M1 --all"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "--all", asked->all, _("All that was ever given and withdrawn"));
  frame.on_view(cmd, [asked](Reading& reading, Output& out) {
    const MemberId id = get_member_id(reading, asked->who);
    out.list("member.consent", "consents",
             asked->all ? consent_history(reading, id) : list_consents(reading, id),
             _("nothing was ever given or withdrawn"));
  });
}

}  // namespace

void define_member_consent(Frame& frame) {
  frame.noun("consent", _("What members agree to, for each use by itself"));
  define_give(frame);
  define_withdraw(frame);
  define_consent_show(frame);
}

}  // namespace pharmacy::cli
