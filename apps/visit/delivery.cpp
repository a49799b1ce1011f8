// visit delivery: what was promised, and when it came.
#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "pharmacy/deliveries.h"
#include "visit/items.h"
#include "visit/visit.h"

namespace pharmacy::cli {
namespace {

void define_delivery_list(Frame& frame) {
  CLI::App& cmd = frame.command("delivery list",
                                _("What is still to be delivered, or was promised for some days"),
                                {"visit delivery list", "visit delivery list --period this-month"});
  auto filter = std::make_shared<DeliveryFilter>();
  frame.option(cmd, "--period", filter->period,
               _("Promised for these days, whatever became of it"));
  frame.option(cmd, "--limit", filter->limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [filter, &frame](Reading& reading, Output& out) {
    const auto [found, more] = list_deliveries(reading, *filter);
    if (more) out.note(_("there are more: raise --limit"));
    const std::string none = _("nothing is to be delivered");
    if (readers_of(frame) == Readers::programs) {
      out.list("visit.deliveries", "deliveries", found, none);
      return;
    }
    out.list("visit.deliveries", "deliveries",
             narrowed(to_table(found),
                      {.scope = scope_of("visit.deliveries"),
                       .first_to_go = {"tracking", "amount_fen", "minutes_late", "delivered_at"},
                       .columns = columns_of_screen(frame)}),
             none);
  });
}

void define_delivery_done(Frame& frame) {
  struct DoneAsked {
    ReceiptId receipt;
    SaleTime on;
  };
  CLI::App& cmd = frame.command("delivery done", _("Record that a sale was delivered"),
                                {"visit delivery done 1"});
  auto asked = std::make_shared<DoneAsked>();
  frame.option(cmd, "receipt", asked->receipt, _("Number of the receipt"))->required();
  frame.option(cmd, "--on", asked->on, _("When it came, where not now"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    const Delivery delivery = record_delivery(tx, asked->receipt, asked->on.at);
    out.record("visit.delivery", delivery);
    out.changed(fmt::format(fmt::runtime(_("receipt {receipt} is delivered: {state}")),
                            fmt::arg("receipt", to_string(delivery.receipt)),
                            fmt::arg("state", word_label(to_word(delivery.state)))),
                {});
  });
}

// What a machine learns of a parcel.
struct RecordedTracking {
  ReceiptId receipt;
  std::string tracking;
  std::int64_t lines;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &RecordedTracking::receipt},
                      Field{"tracking", &RecordedTracking::tracking},
                      Field{"lines", &RecordedTracking::lines}};
  }
};

void define_delivery_track(Frame& frame) {
  struct TrackAsked {
    ReceiptId receipt;
    std::string tracking;
    std::vector<std::int64_t> lines;
  };
  CLI::App& cmd = frame.command("delivery track",
                                _("Record the number of a parcel that lines of a sale are in"),
                                {"visit delivery track 1 SF1234567890123",
                                 "visit delivery track 1 SF1234567890123 --line 1"});
  auto asked = std::make_shared<TrackAsked>();
  frame.option(cmd, "receipt", asked->receipt, _("Number of the receipt"))->required();
  frame.option(cmd, "tracking", asked->tracking, _("The carrier's number"))->required();
  frame.option(cmd, "--line", asked->lines,
               _("A line that is in it, all where absent; may be given again"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    const auto lines = add_tracking(tx, asked->receipt, asked->tracking, asked->lines);
    out.record("visit.delivery.tracking", RecordedTracking{asked->receipt, asked->tracking, lines});
    out.changed(
        fmt::format(
            fmt::runtime(P_("receipt {receipt}: {lines} line is in parcel {tracking}",
                            "receipt {receipt}: {lines} lines are in parcel {tracking}", lines)),
            fmt::arg("receipt", to_string(asked->receipt)), fmt::arg("lines", lines),
            fmt::arg("tracking", asked->tracking)),
        {});
  });
}

}  // namespace

void define_deliveries(Frame& frame) {
  frame.noun("delivery", _("What is delivered: what was promised, and when it came"));
  define_delivery_list(frame);
  define_delivery_done(frame);
  define_delivery_track(frame);
}

}  // namespace pharmacy::cli
