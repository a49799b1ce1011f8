// What of an answer a role does not see that may ask for it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "roles/pharmacy.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

struct Part {
  const char* command;
  const char* text;
  std::initializer_list<const char*> seen_by;  // roles
};

const Part parts[] = {
    // Names, by whoever keeps them.
    {"member show 6001", "张伟", {"clerk", "service", "pharmacist", "manager"}},
    {"member find 6001", "张伟", {"clerk", "service", "pharmacist", "manager"}},
    {"visit lead show 1", "王芳", {"clerk", "service", "pharmacist", "manager"}},
    {"visit lead list", "王芳", {"clerk", "service", "pharmacist", "manager"}},
    {"report recall 1", "张伟", {"pharmacist", "manager"}},
    {"report credit --bands", "张伟", {"manager"}},
    // Why business with somebody is a risk; what it binds sales to, whoever sells must know.
    {"member show 6004 --columns risks", "other", {"pharmacist", "manager", "auditor"}},
    {"member show 6004 --columns conditions",
     "manager_sign_off",
     {"clerk", "service", "pharmacist", "manager", "auditor"}},
    {"member timeline 6004", "\trisk\t", {"pharmacist", "manager", "auditor"}},
    // Of a complaint, what was reported to the authority, and what is of health.
    {"complain show C2020-1", "adverse_reaction\tnumber", {"pharmacist", "manager"}},
    {"complain show C2020-1", "皮疹", {"pharmacist"}},
    {"member copy 6001", "青霉素", {"pharmacist"}}};

// The roles that are shown the text.
std::vector<std::string> who_sees(const Pharmacy& pharmacy, const Part& part) {
  std::vector<std::string> seers;
  for (const std::string role : roles) {
    const auto ended = pharmacy.run(part.command, fmt::format("r-{}.key", role));
    const auto all = ended.out + ended.err;
    if (all.find(part.text) != std::string::npos) seers.push_back(role);
  }
  return seers;
}

}  // namespace

TEST_CASE("of an answer each role sees what the table says, and the rest is left out or masked") {
  const Pharmacy pharmacy;
  Trials trials{"parts of answers", 4, std::ssize(parts)};
  trials.each([&](std::int64_t number, Random&) {
    const Part& part = parts[number];
    const auto seers = who_sees(pharmacy, part);
    CHECK_MESSAGE(std::ranges::equal(seers, part.seen_by, std::equal_to<std::string>{}),
                  std::string{part.command} << " shows " << std::string{part.text} << " to "
                                            << fmt::format("{}", fmt::join(seers, " ")));
  });
}

TEST_CASE("a text that is shown to a role too many is noticed") {
  const Pharmacy pharmacy;
  const Part part{"member show 6001", "6001", {"clerk", "service", "pharmacist", "manager"}};
  const auto seers = who_sees(pharmacy, part);
  CHECK(std::ranges::find(seers, "auditor") != seers.end());
  CHECK_FALSE(std::ranges::equal(seers, part.seen_by, std::equal_to<std::string>{}));
}

}  // namespace pharmacy::test
