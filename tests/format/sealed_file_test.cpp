// Sealed files as two programs see them, the library and one that was written from the manual page:
// each opens what the other sealed, and of faults they say the same.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "format/vectors.h"
#include "support/process.h"
#include "support/trials.h"
#include "support/two_stores.h"

namespace pharmacy::test {
namespace {

std::string run_python(std::vector<std::string> arguments) {
  Run run;
  run.argv = {"/usr/bin/python3", "-B", (vectors_directory() / "sealed_file.py").string()};
  run.argv.insert(run.argv.end(), arguments.begin(), arguments.end());
  run.env = {"LC_ALL=C.UTF-8"};
  const Ended ended = run_process(run);
  CHECK(ended.err == "");
  CHECK(ended.status == 0);
  return ended.out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string content_of(std::size_t size) {
  std::string content;
  for (std::size_t i = 0; i < size; ++i) content += static_cast<char>('a' + i * i % 23);
  return content;
}

struct TwoReaders : TwoStores {
  std::string our_address = here.path().string() + ".address";
  std::string their_address = there.path().string() + ".address";

  TwoReaders() {
    put_bytes(our_address, to_string(address_of(here.store())));
    put_bytes(their_address, to_string(address_of(there.store())));
  }
  // What the reader says of each file.
  [[nodiscard]] std::vector<std::string> say(const std::vector<std::string>& files) {
    const auto keys = keys_of(there.store());
    std::vector<std::string> arguments{"open", our_address, their_address,
                                       vault::hex(keys.box.secret.bytes())};
    arguments.insert(arguments.end(), files.begin(), files.end());
    return lines_of(run_python(arguments));
  }
  // What the library says of the sealed file, in the reader's words.
  std::string library_says() {
    try {
      const Transfer received = receive().transfer;
      return fmt::format("ok {} {} {} {}", received.sealed.seconds, received.bytes, received.digest,
                         received.file);
    } catch (const Error& error) {
      if (error.code() == Errc::bad_data) return "no sealed file";
      if (error.code() == Errc::refused) return "refused";
      CHECK(error.code() == Errc::damaged);
      return "damaged";
    }
  }
};

constexpr std::array sizes{std::size_t{0}, std::size_t{1}, vault::piece_size, vault::piece_size + 1,
                           std::size_t{200'000}};

// A few changes, and often a signature that fits them.
std::string with_faults(std::string bytes, const crypto::SignKeys& sign, Random& random) {
  const auto place = [&] { return random.below(static_cast<std::uint32_t>(bytes.size())); };
  switch (random.below(6)) {
    case 0:
      bytes.resize(place());
      break;
    case 1:
      bytes.insert(place(), bytes.substr(place(), random.below(100)));
      break;
    case 2: {  // pieces change places
      constexpr auto at = vault::transfer_header_size, size = vault::piece_size + 17;
      if (bytes.size() > at + 2 * size)
        std::swap_ranges(bytes.begin() + at, bytes.begin() + at + size, bytes.begin() + at + size);
      break;
    }
    case 3:  // nothing
      break;
    default:
      bytes[place()] ^= static_cast<char>(1U << random.below(8));
  }
  const bool can_sign = bytes.size() > vault::signature_size;
  return can_sign && random.one_in(2) ? signed_again(bytes, sign) : bytes;
}

TEST_CASE("the reader opens what the library sealed") {
  TwoReaders s;
  for (const std::size_t size : sizes) {
    s.send(content_of(size));
    CHECK(s.say({s.sealed}) ==
          std::vector{fmt::format("ok {} {} {} members.csv", s.here.store().now().seconds, size,
                                  request_digest(content_of(size)))});
  }
}

TEST_CASE("the library opens what another program sealed by the manual page") {
  TwoReaders s;
  const auto address = s.dir.file("python.address");
  for (const std::size_t size : sizes) {
    put_bytes(s.plain, content_of(size));
    run_python({"seal", address, s.their_address, "会员.csv", "1772000000", s.plain, s.sealed});
    const auto from = parse_store_address(bytes_of(address));
    REQUIRE(from);
    const Transfer received = s.receive({.path = s.sealed, .from = *from}).transfer;
    CHECK((bytes_of(s.output) == content_of(size)));
    CHECK(received.file == "会员.csv");
    CHECK(received.sealed == Instant{1'772'000'000});
  }
}

TEST_CASE("of faults in sealed files the library and the reader say the same") {
  TwoReaders s;
  const std::string small = s.send("name\n李娜\n"), large = s.send(content_of(150'000));
  const auto keys = keys_of(s.here.store());
  std::vector<std::string> files, library;
  Trials trials("sealed files", 300, 20'000);
  trials.each([&](std::int64_t trial, Random& random) {
    const auto bytes = with_faults(random.one_in(4) ? large : small, keys.sign, random);
    put_bytes(s.sealed, bytes);
    library.push_back(s.library_says());
    trials.tally(library.back().substr(0, 2) == "ok" ? "taken" : library.back());
    files.push_back(s.dir.file(fmt::format("trial-{}", trial)));
    put_bytes(files.back(), bytes);
  });
  const auto reader = s.say(files);
  REQUIRE(reader.size() == files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    CAPTURE(files[i]);
    CHECK(library[i] == reader[i]);
  }
  CHECK(trials.tallied("taken") > 0);
  CHECK(trials.tallied("damaged") > 0);
}

}  // namespace
}  // namespace pharmacy::test
