#include "visits/special/identity.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/as_bytes.h"
#include "base/capitals.h"
#include "base/count.h"
#include "base/i18n.h"
#include "base/id_number.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "pharmacy/text.h"
#include "visits/text_checks.h"

namespace pharmacy::visits {

namespace {

constexpr std::string_view buyer_first_line = "pharmacy-buyer-1\n";
constexpr std::size_t buyer_bytes = 512;  // written, whoever it is
constexpr std::size_t document_tag_bytes = 16;

// Letters and digits, as machines read them off a passport.
std::optional<std::string> kept_document_number(std::string_view text) {
  const auto kept = normalise(text);
  if (!kept) return std::nullopt;
  std::string number = in_capitals(fold_width(*kept));
  std::erase_if(number, [](char c) { return c == ' ' || c == '-'; });
  const auto is_plain = [](char c) { return is_digit(c) || is_capital(c); };
  if (!std::ranges::all_of(number, is_plain)) return std::nullopt;
  if (number.empty() || number.size() > document_number_max) return std::nullopt;
  return number;
}

// Whether it can be the number of an ID card, whatever day it is.
bool is_of_id_card(std::string_view number) {
  constexpr Date ever{std::chrono::year{9999} / std::chrono::December / 31};
  return kept_id_number(number, ever).has_value();
}

// What stands behind "word=" in the next line; nullopt where it does not.
std::optional<std::string> take_value(std::string_view& rest, std::string_view word) {
  const std::string before = std::string{word} + '=';
  const auto end = rest.find('\n');
  if (!rest.starts_with(before) || end == std::string_view::npos) return std::nullopt;
  std::string value{rest.substr(before.size(), end - before.size())};
  rest.remove_prefix(end + 1);
  return value;
}

}  // namespace

BuyerIdentity checked_buyer(std::vector<Fault>& faults, const BuyerIdentity& input, Date today) {
  BuyerIdentity buyer = input;
  buyer.name = checked_text(faults, _("name"), buyer.name, buyer_name_max);
  if (!buyer.number) {
    faults.push_back({_("whoever buys needs the number of a document"),
                      _("give it with --id-number; - asks for it")});
    return buyer;
  }
  if (buyer.document == IdDocument::id_card) {
    if (auto number = kept_id_number(*buyer.number, today)) {
      buyer.number = std::move(number);
    } else {
      faults.push_back({_("this is not the number of an ID card"),
                        _("18 digits, the last of which may be X, with a real day of birth; the"
                          " last one checks the others")});
    }
    return buyer;
  }
  auto number = kept_document_number(*buyer.number);
  if (!number) {
    faults.push_back(
        {_("this is not the number of a document"),
         fmt::format(fmt::runtime(_("letters and digits, at most {}")), document_number_max)});
  } else if (buyer.document != IdDocument::residence_permit && is_of_id_card(*number)) {
    faults.push_back({_("this is the number of an ID card, and of no other document"),
                      _("leave out --document where it is one")});
  } else {
    buyer.number = std::move(number);
  }
  return buyer;
}

std::string written(const SealedBuyer& buyer) {
  std::string text{buyer_first_line};
  text += fmt::format("receipt={}\nname={}\ndocument={}\nnumber={}\n", buyer.receipt.number(),
                      buyer.name, to_word(buyer.document), buyer.number);
  PHARMACY_CHECK(text.size() <= buyer_bytes);
  text.resize(buyer_bytes, '\0');
  return text;
}

std::optional<SealedBuyer> read_buyer(std::string_view text) {
  std::string_view rest = text;
  if (!rest.starts_with(buyer_first_line)) return std::nullopt;
  rest.remove_prefix(buyer_first_line.size());
  const auto receipt = take_value(rest, "receipt");
  const auto name = take_value(rest, "name");
  const auto document = take_value(rest, "document");
  const auto number = take_value(rest, "number");
  const auto id = receipt ? parse_receipt_id(*receipt) : std::nullopt;
  const auto kind = document ? from_word<IdDocument>(*document) : std::nullopt;
  if (!id || !name || !kind || !number) return std::nullopt;
  SealedBuyer buyer{.receipt = *id, .name = *name, .document = *kind, .number = *number};
  // Only what written() writes, nothing behind; whoever has the public key can seal anything.
  const bool is_kept = normalise(*name) == *name && !name->empty() &&
                       name->size() <= buyer_name_max && kept_document_number(*number) == *number;
  if (!is_kept || written(buyer) != text) return std::nullopt;
  return buyer;
}

db::Bytes sealed(const SealedBuyer& buyer, const vault::HealthSeal& seal) {
  return crypto::seal_to(seal.key, as_bytes(written(buyer)));
}

std::optional<SealedBuyer> opened_buyer(const db::Bytes& sealed, const crypto::BoxKeys& keys) {
  if (sealed.size() < crypto::box_overhead) return std::nullopt;
  std::vector<unsigned char> plain(sealed.size() - crypto::box_overhead);
  if (!crypto::open_sealed_to(keys, sealed, plain)) return std::nullopt;
  return read_buyer({reinterpret_cast<const char*>(plain.data()), plain.size()});
}

db::Bytes document_tag(const crypto::Key& key, IdDocument document, std::string_view number) {
  const IdDocument kind = document == IdDocument::residence_permit && is_of_id_card(number)
                              ? IdDocument::id_card
                              : document;
  const std::string message = std::string{to_word(kind)} + ' ' + std::string{number};
  const auto digest = crypto::keyed_digest(key, as_bytes(message));
  return {digest.begin(), digest.begin() + document_tag_bytes};
}

crypto::Key document_tag_key(db::Database& database) {
  const auto stored = database.value<db::Bytes>("SELECT key FROM special_tag_key WHERE id = 1");
  if (stored) return crypto::Key{std::span{*stored}.first<32>()};
  const auto made = crypto::random_bytes<32>();
  database.run("INSERT INTO special_tag_key (id, key) VALUES (1, ?1)",
               db::Bytes{made.begin(), made.end()});
  return crypto::Key{made};
}

}  // namespace pharmacy::visits
