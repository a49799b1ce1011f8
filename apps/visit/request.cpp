// visit request: what members asked for that was not there.
#include <fmt/format.h>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/people.h"
#include "pharmacy/members.h"
#include "pharmacy/stock_requests.h"
#include "pharmacy/text.h"
#include "visit/visit.h"

namespace pharmacy::cli {
namespace {

void print(Frame& frame, Output& out, const std::vector<StockRequest>& requests,
           const std::string& none) {
  if (readers_of(frame) == Readers::programs) {
    out.list("visit.requests", "requests", requests, none);
    return;
  }
  out.list("visit.requests", "requests",
           narrowed(only(to_table(requests),
                         {"id", "member", "name", "class", "wanted", "quantity_milli", "state",
                          "held_milli", "held_until", "note"}),
                    {.scope = scope_of("visit.requests"),
                     .first_to_go = {"note", "class", "name", "held_milli"},
                     .columns = columns_of_screen(frame)}),
           none);
}

// "request 3: 2 of 某药 for M1 张伟"
std::string kept_for(const StockRequest& request) {
  std::string whom = to_string(request.member);
  if (request.name) whom += ' ' + *request.name;
  return fmt::format(fmt::runtime(_("request {id}: {held} of {wanted} for {whom}")),
                     fmt::arg("id", to_string(request.id)),
                     fmt::arg("held", to_string(request.held.value_or(request.quantity))),
                     fmt::arg("wanted", request.wanted), fmt::arg("whom", whom));
}

void define_request_add(Frame& frame) {
  struct AddAsked {
    std::string who;
    NewStockRequest request;
  };
  CLI::App& cmd = frame.command("request add", _("Record that a member wants what is not there"),
                                {"visit request add 6001 6901234567890 --qty 2",
                                 "visit request add M1 --wanted 阿胶块250g --note 下午来取"});
  auto asked = std::make_shared<AddAsked>();
  frame.option(cmd, "member", asked->who, _("M12, a card, or a phone"))->required();
  frame.option(cmd, "product", asked->request.product, _("Code of the product"));
  frame.option(cmd, "--wanted", asked->request.wanted,
               _("What it is, where it is no product of the catalog yet"));
  frame.option(cmd, "--qty", asked->request.quantity, _("How much of it; 1 where absent"));
  frame.option(cmd, "--note", asked->request.note, _("What else was said"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    asked->request.member = get_member_id(tx, asked->who);
    const StockRequestId id = add_stock_request(tx, asked->request);
    out.record("visit.request",
               list_stock_requests(tx, {.member = asked->request.member}).requests.front());
    out.changed(fmt::format(fmt::runtime(_("recorded request {}")), to_string(id)),
                fmt::format("visit request end {} --as declined", to_string(id)));
  });
}

void define_request_list(Frame& frame) {
  struct ListAsked {
    std::optional<std::string> who;
    StockRequestFilter filter;
  };
  CLI::App& cmd = frame.command("request list",
                                _("What members wait for, in the order in which they are served"),
                                {"visit request list", "visit request list --product 6901234567890",
                                 "visit request list --member 6001"});
  auto asked = std::make_shared<ListAsked>();
  frame.option(cmd, "--product", asked->filter.product, _("Only this product, by its code"));
  frame.option(cmd, "--member", asked->who, _("Only hers, those too that are over"));
  frame.option(cmd, "--limit", asked->filter.limit, _("How many to list; 100 where not given"));
  frame.on_view(cmd, [asked, &frame](Reading& reading, Output& out) {
    if (asked->who) asked->filter.member = get_member_id(reading, *asked->who);
    const auto [requests, more] = list_stock_requests(reading, asked->filter);
    if (more) out.note(_("there are more: raise --limit"));
    print(frame, out, requests, _("nobody waits for anything"));
  });
}

void define_request_hold(Frame& frame) {
  struct HoldAsked {
    std::string product;
    Quantity quantity;
  };
  CLI::App& cmd = frame.command(
      "request hold", _("Keep goods that came for those who wait for them, in their order"),
      {"visit request hold 6901234567890 --qty 10"});
  auto asked = std::make_shared<HoldAsked>();
  frame.option(cmd, "product", asked->product, _("Code of the product"))->required();
  frame.option(cmd, "--qty", asked->quantity, _("How much of it came"))->required();
  frame.on_write(cmd, [asked, &frame](Transaction& tx, Output& out) {
    const auto held = hold_stock(tx, asked->product, asked->quantity);
    if (held.empty() && readers_of(frame) == Readers::people)
      return out.note(_("nobody waits for it"));
    print(frame, out, held, {});
    if (held.empty()) return;
    for (const StockRequest& request : held) out.note(kept_for(request));
    out.changed(
        fmt::format(fmt::runtime(P_("held for {n} member until {day}: tell her",
                                    "held for {n} members until {day}: tell them", held.size())),
                    fmt::arg("n", held.size()),
                    fmt::arg("day", to_string(*held.front().held_until))),
        {});
  });
}

void define_request_end(Frame& frame) {
  struct EndAsked {
    StockRequestId request;
    StockRequestEnd how = StockRequestEnd::declined;
    std::optional<std::string> reason;
  };
  CLI::App& cmd = frame.command("request end", _("End a request that no sale serves"),
                                {"visit request end 1 --as declined",
                                 "visit request end 1 --as unavailable --reason 厂家停产"});
  auto asked = std::make_shared<EndAsked>();
  frame.option(cmd, "request", asked->request, _("Number of the request"))->required();
  frame.option(cmd, "--as", asked->how, _("declined or unavailable"))->required();
  frame.option(cmd, "--reason", asked->reason, _("Why"));
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    end_stock_request(tx, asked->request, asked->how, asked->reason);
    out.changed(fmt::format(fmt::runtime(_("ended request {}")), to_string(asked->request)), {});
  });
}

}  // namespace

void define_requests(Frame& frame) {
  frame.noun("request", _("What members asked for that was not there"));
  define_request_add(frame);
  define_request_list(frame);
  define_request_hold(frame);
  define_request_end(frame);
}

}  // namespace pharmacy::cli
