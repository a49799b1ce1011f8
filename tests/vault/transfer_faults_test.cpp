// Sealed files as anybody may change them on their way, and as a sender may make them who is
// dishonest: each is refused, and nothing of it is left.
#include "support/trials.h"
#include "support/two_stores.h"

using namespace pharmacy;
using test::address_of;
using test::Random;
using test::signed_again;
using test::Trials;
using test::TwoStores;

namespace {

constexpr std::size_t header_size = vault::transfer_header_size;
constexpr std::size_t sealed_piece = vault::piece_size + 17;
constexpr std::size_t magic_size = 10;  // with format and cipher

// A file of several pieces, each of which is another.
std::string pieces(std::size_t count) {
  std::string content;
  for (std::size_t i = 0; i < count; ++i)
    content += std::string(vault::piece_size, static_cast<char>('a' + i));
  return content;
}

std::string flipped(std::string bytes, std::size_t bit) {
  bytes[bit / 8] ^= static_cast<char>(1U << (bit % 8));
  return bytes;
}

using Messages = std::vector<std::pair<crypto::Message, std::string>>;

// A file of any messages, signed by its sender.
std::string sealed_by(Store& sender, const StoreAddress& to, const Messages& messages) {
  const auto keys = test::keys_of(sender);
  const crypto::Key key = crypto::random_key();
  crypto::StreamSeal stream{key};
  vault::TransferHeader header{.sender = keys.address, .recipient = to, .stream = stream.header()};
  std::ranges::copy(crypto::seal_to(to.box_key, key.bytes()), header.sealed_key.begin());
  const auto head = vault::encode(header);
  std::string bytes = head;
  for (const auto& [kind, text] : messages) {
    std::vector<unsigned char> sealed(text.size() + crypto::stream_overhead);
    stream.seal(kind, vault::as_bytes(head), vault::as_bytes(text), sealed);
    bytes.append(sealed.begin(), sealed.end());
  }
  return signed_again(bytes + std::string(vault::signature_size, '\0'), keys.sign);
}

}  // namespace

TEST_CASE("a sealed file with a bit flipped is refused") {
  TwoStores s;
  const auto good = s.send("name\n李娜\n");
  const auto bits = static_cast<std::int64_t>(good.size()) * 8;
  Trials trials("bits of a sealed file", bits, bits);
  trials.tally("taken", 0);
  trials.each([&](std::int64_t bit, Random&) {
    const auto place = static_cast<std::size_t>(bit);
    const auto code = s.refusal_of(flipped(good, place));
    if (!code) trials.tally("taken");
    CHECK(code == (place / 8 < magic_size ? Errc::bad_data : Errc::damaged));
  });
  CHECK(trials.tallied("taken") == 0);
  CHECK(s.refusal_of(good) == std::nullopt);
}

TEST_CASE("what a sender signed does not open unless she sealed it so") {
  TwoStores s;
  const auto good = s.send("name\n李娜\n");
  const auto keys = test::keys_of(s.here.store());
  CHECK(s.refusal_of(signed_again(good, keys.sign)) == std::nullopt);
  const std::size_t end = good.size() - vault::signature_size;
  const auto bits = static_cast<std::int64_t>(end - magic_size) * 8;
  Trials trials("bits of a signed file", bits, bits);
  trials.each([&](std::int64_t bit, Random&) {
    const auto place = magic_size * 8 + static_cast<std::size_t>(bit);
    const auto code = s.refusal_of(signed_again(flipped(good, place), keys.sign));
    // Of the addresses: of another store, or its signature does not fit its key.
    const bool is_address = place / 8 < magic_size + 2 * vault::address_size;
    CHECK((code == Errc::damaged || (is_address && code == Errc::refused)));
  });
}

TEST_CASE("a sealed file that is cut, or longer, is refused") {
  TwoStores s;
  const auto good = s.send("name\n李娜\n");
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK(s.refusal_of(good.substr(0, size)) ==
          (size < magic_size ? Errc::bad_data : Errc::damaged));
  }
  CHECK(s.refusal_of(good + '\0') == Errc::damaged);
  CHECK(s.refusal_of(good + good) == Errc::damaged);
  CHECK(s.refusal_of(good) == std::nullopt);
}

TEST_CASE("pieces in another order, left out, or of another file are refused, whoever signs") {
  TwoStores s;
  const auto keys = test::keys_of(s.here.store());
  const auto content = pieces(3);
  const auto other = s.send(content);
  const auto good = s.send(content);
  const auto begin_of = [](std::size_t piece) { return header_size + piece * sealed_piece; };
  const auto piece_of = [&](const std::string& bytes, std::size_t piece) {
    return bytes.substr(begin_of(piece), sealed_piece);
  };
  std::vector<std::string> wrong;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      std::string bytes = good;
      if (i != k) wrong.push_back(bytes.replace(begin_of(i), sealed_piece, piece_of(good, k)));
      wrong.push_back(bytes.replace(begin_of(i), sealed_piece, piece_of(other, k)));
    }
    wrong.push_back(std::string{good}.erase(begin_of(i), sealed_piece));
    wrong.push_back(std::string{good}.insert(begin_of(i), piece_of(good, i)));
  }
  std::string swapped = good;
  swapped.replace(begin_of(0), sealed_piece, piece_of(good, 1));
  swapped.replace(begin_of(1), sealed_piece, piece_of(good, 0));
  wrong.push_back(swapped);
  // Without the closing message, and with that of the other file.
  const std::size_t closing = good.size() - vault::signature_size - vault::closing_size - 17;
  wrong.push_back(std::string{good}.erase(closing, vault::closing_size + 17));
  wrong.push_back(good.substr(0, closing) + other.substr(closing));
  CHECK(wrong.size() == 24);
  for (const auto& bytes : wrong) {
    CHECK(s.refusal_of(bytes) == Errc::damaged);
    CHECK(s.refusal_of(signed_again(bytes, keys.sign)) == Errc::damaged);
  }
  CHECK(s.refusal_of(signed_again(good, keys.sign)) == std::nullopt);
}

TEST_CASE("what is sealed to another store, or by another, is refused") {
  TwoStores s;
  test::TestStore third{"2026-03-01"};
  s.send("once");
  const auto receive_as = [&](Store& store, const StoreAddress& from) {
    return test::code_of(
        [&] { receive_file(store, {.path = s.sealed, .from = from}, {.path = s.output}); });
  };
  const auto from = address_of(s.here.store());
  CHECK(receive_as(third.store(), from) == Errc::refused);
  CHECK(receive_as(s.here.store(), from) == Errc::refused);
  CHECK(receive_as(s.there.store(), address_of(third.store())) == Errc::refused);
  // Another's keys under the sender's store id.
  StoreAddress forged = address_of(third.store());
  forged.store_id = from.store_id;
  CHECK(receive_as(s.there.store(), forged) == Errc::refused);
  CHECK_FALSE(std::filesystem::exists(s.output));
  CHECK(receive_as(s.there.store(), from) == std::nullopt);
}

TEST_CASE("nobody passes another's sealed file off as her own") {
  TwoStores s;
  test::TestStore mallory{"2026-03-01"};
  const auto mine = test::keys_of(mallory.store());
  auto bytes = s.send("once");
  const auto address = vault::encode(address_of(mallory.store()));
  bytes.replace(magic_size, address.size(), address);
  test::put_bytes(s.sealed, signed_again(bytes, mine.sign));
  CHECK(test::code_of([&] {
          s.receive({.path = s.sealed, .from = address_of(mallory.store())});
        }) == Errc::damaged);
}

TEST_CASE("whoever was sent a file cannot pass it on in the sender's name") {
  TwoStores s;
  test::TestStore third{"2026-03-01"};
  auto bytes = s.send("once");
  const auto address = vault::encode(address_of(third.store()));
  bytes.replace(magic_size + address.size(), address.size(), address);
  test::put_bytes(s.sealed, bytes);
  CHECK(test::code_of([&] { receive_file(third.store(), s.receiving(), {.path = s.output}); }) ==
        Errc::damaged);
}

TEST_CASE("a sealed file of another form is refused, though its sender made it so") {
  using enum crypto::Message;
  TwoStores s;
  s.send("");
  const auto closing = [](std::uint64_t bytes, const char* name = "a.csv") {
    return vault::encode(vault::Closing{Instant{1'772'000'000}, bytes, name});
  };
  const std::string whole(vault::piece_size, 'x');
  const auto refusal = [&](const Messages& messages) {
    return s.refusal_of(sealed_by(s.here.store(), address_of(s.there.store()), messages));
  };
  CHECK(refusal({{last, closing(0)}}) == std::nullopt);
  CHECK(refusal({{within, "abc"}, {last, closing(3)}}) == std::nullopt);
  CHECK(refusal({{within, whole}, {within, "abc"}, {last, closing(whole.size() + 3)}}) ==
        std::nullopt);
  const std::vector<Messages> wrong{
      {{within, closing(0)}},
      {{last, "abc"}, {last, closing(3)}},
      {{within, "abc"}, {within, closing(3)}},
      {{within, "abc"}, {last, closing(2)}},
      {{within, "abc"}, {last, closing(4)}},
      {{within, "abc"}, {last, closing(3, "a/b")}},
      {{within, "abc"}, {last, closing(3, "..")}},
      {{within, ""}, {last, closing(0)}},
      {{within, "abc"}, {within, ""}, {last, closing(3)}},
      {{within, "abc"}, {within, whole}, {last, closing(whole.size() + 3)}},
      {{within, "abc"}, {within, "def"}, {last, closing(6)}},
      {{within, "abc"}, {last, closing(3)}, {within, "def"}},
      {{last, closing(0)}, {last, closing(0)}},
      {{within, "abc"}, {last, closing(3) + '\0'}},
  };
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    CAPTURE(i);
    CHECK(refusal(wrong[i]) == Errc::damaged);
  }
}

TEST_CASE("a closing message has one form") {
  const vault::Closing good{.sealed = Instant{1'772'000'000}, .bytes = 5, .name = "会员.csv"};
  const auto bytes = vault::encode(good);
  REQUIRE(vault::parse_closing(bytes));
  CHECK(vault::parse_closing(bytes)->name == good.name);
  CHECK_FALSE(vault::parse_closing(bytes.substr(1)));
  CHECK_FALSE(vault::parse_closing(bytes + '\0'));
  auto padded = bytes;
  padded.back() = 1;
  CHECK_FALSE(vault::parse_closing(padded));
  for (const char* name : {"", ".", "..", "a/b", " a", "a\n"})
    CHECK_FALSE(vault::parse_closing(vault::encode(vault::Closing{good.sealed, 5, name})));
  CHECK_FALSE(vault::parse_closing(vault::encode(vault::Closing{Instant{-1}, 5, "a"})));
  CHECK_FALSE(
      vault::parse_closing(vault::encode(vault::Closing{Instant{253'402'300'800}, 5, "a"})));
}
