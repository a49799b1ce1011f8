// Transfers: the address of a store, sealing a file to another store's, and opening what came.
#include "pharmacy/transfer.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/frame.h"
#include "cli/frame_impl.h"
#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "store/store.h"

namespace pharmacy::cli {
namespace {

Existing existing(bool force) { return force ? Existing::replaced : Existing::refused; }

// An address as programs read it.
struct Known {
  std::string store_id;
  std::string fingerprint;
  std::string text;

  static constexpr auto fields() {
    return std::tuple{Field{"store_id", &Known::store_id},
                      Field{"fingerprint", &Known::fingerprint}, Field{"text", &Known::text}};
  }
};

struct AddressAsked {
  std::optional<std::string> name;
  FileName output{"-"};
  bool force = false;
  bool renew = false;
};

std::optional<StoreAddress> address_of(Store& store) {
  auto reading = store.read();
  return find_store_address(reading);
}

// False where the answer was no.
bool make_address(Session& session, bool renew) {
  check_may_transfer(session.store());
  if (session.replayed()) return true;
  if (renew && !session.dry_run() &&
      !session.confirm(
          _("replace the address of this store, so that all who receive from it need the "
            "new one?"))) {
    session.out().ends_with(static_cast<int>(Exit::not_found));
    return false;
  }
  session.change([](Transaction& tx, Output& out) {
    const StoreAddress made = make_store_address(tx);
    out.changed(fmt::format(fmt::runtime(_("made an address for this store, with the fingerprint "
                                           "{}")),
                            fingerprint(made)),
                {});
  });
  return true;
}

void print_address(Frame& frame, Session& session, const AddressAsked& asked,
                   const StoreAddress& address) {
  const std::string text = to_string(address);
  const bool to_file = asked.output.path != "-";
  if (!to_file && !frame.impl().globals.format) {
    session.write_file("-", text, Existing::refused);
    return;
  }
  if (to_file) {
    if (!session.dry_run()) session.write_file(asked.output.path, text, existing(asked.force));
    session.out().changed(
        fmt::format(fmt::runtime(_("wrote the address with the fingerprint {fingerprint} to "
                                   "{file}")),
                    fmt::arg("fingerprint", fingerprint(address)),
                    fmt::arg("file", asked.output.path)),
        {});
  }
  if (frame.impl().globals.format) {
    const std::string store_id = session.store().info().store_id;
    session.out().record("store.address", Known{store_id, fingerprint(address), text});
  }
}

void define_address(Frame& frame) {
  CLI::App& cmd = frame.command(
      "address", _("Print the address by which other stores seal files to this one"),
      {"store address --name 康民大药房", "store address --name 康民大药房 -o ours.address"});
  auto asked = std::make_shared<AddressAsked>();
  frame.option(cmd, "--name", asked->name, _("What people call this store, for whom it is given"));
  frame.option(cmd, "--output,-o", asked->output,
               _("A file; standard output where not given, or -"));
  frame.option(cmd, "--force", asked->force, _("Replace a file that is there"));
  frame.option(cmd, "--renew", asked->renew, _("Make a new address in place of the old one"));
  frame.on_session(cmd, [&frame, asked](Session& session) {
    session.check_file(asked->output.path, existing(asked->force));
    auto address = address_of(session.store());
    if (!address || asked->renew) {
      if (!make_address(session, asked->renew) || session.dry_run()) return;
      address = address_of(session.store());
    }
    address->name = asked->name.value_or("");
    print_address(frame, session, *asked, *address);
  });
}

StoreAddress address_in(Session& session, const FileName& file) {
  const auto address = parse_store_address(session.read_file(file.path, address_text_max));
  if (!address) {
    throw Error(Errc::bad_data,
                fmt::format(fmt::runtime(_("{} is no address of a store, or has a typing error")),
                            for_terminal(file.path)),
                _("\"store address\" prints it, in the store whose address it is"));
  }
  return *address;
}

// The other store, as a person can compare it.
std::string other(const StoreAddress& address) {
  const std::string digits = fingerprint(address);
  return address.name.empty() ? fmt::format(fmt::runtime(_("the store {}")), digits)
                              : fmt::format("{} ({})", address.name, digits);
}

void check_one_standard_input(const FileName& file, const FileName& address) {
  if (file.path != "-" || address.path != "-") return;
  throw Error(Errc::invalid_input, _("only one of the two can come from the standard input"));
}

TransferOutput output_of(Session& session, const FileName& file, bool force) {
  TransferOutput output{.path = file.path, .existing = existing(force)};
  if (file.path != "-") {
    session.check_file(file.path, output.existing);
    return output;
  }
  std::ostream& out = session.world().out;
  if (session.world().out_is_terminal) {
    throw Error(Errc::invalid_input,
                _("this goes to a file or to another program, not to a terminal"),
                _("name a file with --output FILE"));
  }
  output.stream = [&out](std::string_view bytes) {
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  };
  return output;
}

void define_send(Frame& frame) {
  struct Asked {
    FileName file;
    FileName to;
    std::optional<std::string> name;
    FileName output{"-"};
    bool force = false;
  };
  CLI::App& cmd = frame.command(
      "send", _("Seal a file to another store, and sign it"),
      {"store send members.csv --to kangmin.address -o for-kangmin.sealed",
       "member export | store send - --as members.csv --to kangmin.address -o all.sealed"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "file", asked->file, _("The file; - for standard input"))->required();
  frame.option(cmd, "--to", asked->to, _("The file with the other store's address"))->required();
  frame.option(cmd, "--as", asked->name, _("What the file is called there"));
  frame.option(cmd, "--output,-o", asked->output,
               _("A file; standard output where not given, or -"));
  frame.option(cmd, "--force", asked->force, _("Replace a file that is there"));
  frame.on_session(cmd, [asked](Session& session) {
    check_may_transfer(session.store());
    check_one_standard_input(asked->file, asked->to);
    const Sending what{
        .path = asked->file.path, .name = asked->name, .to = address_in(session, asked->to)};
    const TransferOutput output = output_of(session, asked->output, asked->force);
    std::string name;
    if (session.dry_run()) {
      name = check_sending(session.store(), what);
    } else {
      const Transfer sent =
          send_file(session.store(), what, output, session.progress(_("sealing")));
      name = sent.file;
      if (!output.stream) session.out().record("store.transfer", sent);
    }
    session.out().changed(fmt::format(fmt::runtime(_("sealed {file} to {store}")),
                                      fmt::arg("file", name), fmt::arg("store", other(what.to))),
                          {});
  });
}

void tell(const Received& received, const StoreAddress& from, bool in_file, Session& session) {
  Output& out = session.out();
  const Transfer& transfer = received.transfer;
  if (in_file || session.dry_run()) out.record("store.transfer", transfer);
  out.changed(
      fmt::format(fmt::runtime(_("received {file}, sealed {time} by {store}")),
                  fmt::arg("file", transfer.file),
                  fmt::arg("time", to_minute_string(transfer.sealed, session.store().zone())),
                  fmt::arg("store", other(from))),
      {});
  if (received.is_old_address) {
    out.note(_("it is sealed to an older address of this store: give its sender the new one"));
  }
}

void define_receive(Frame& frame) {
  struct Asked {
    FileName file;
    FileName from;
    FileName output{"-"};
    bool again = false;
    bool force = false;
  };
  CLI::App& cmd = frame.command(
      "receive", _("Check a file that another store sealed to this one, and open it"),
      {"store receive members.sealed --from kangmin.address -o received.csv",
       "store receive members.sealed --from kangmin.address | member import - --yes"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "file", asked->file, _("The sealed file; - for standard input"))->required();
  frame.option(cmd, "--from", asked->from, _("The file with the other store's address"))
      ->required();
  frame.option(cmd, "--output,-o", asked->output,
               _("A file; standard output where not given, or -"));
  frame.option(cmd, "--again", asked->again, _("Also what was received before"));
  frame.option(cmd, "--force", asked->force, _("Replace a file that is there"));
  frame.on_session(cmd, [asked](Session& session) {
    Store& store = session.store();
    check_may_transfer(store);
    check_one_standard_input(asked->file, asked->from);
    const Receiving what{
        .path = asked->file.path, .from = address_in(session, asked->from), .again = asked->again};
    const TransferOutput output = output_of(session, asked->output, asked->force);
    const auto progress = session.progress(_("checking"));
    const Received received = session.dry_run() ? check_receiving(store, what, progress)
                                                : receive_file(store, what, output, progress);
    tell(received, what.from, !output.stream, session);
  });
}

}  // namespace

void define_transfer(Frame& frame) {
  define_address(frame);
  define_send(frame);
  define_receive(frame);
}

}  // namespace pharmacy::cli
