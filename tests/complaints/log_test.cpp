// What the access log tells of who looked at what of a complaint.
#include <doctest/doctest.h>

#include "complaints/case_store.h"
#include "pharmacy/audit.h"

namespace pharmacy::test {
namespace {

struct LoggedCases : CaseStore {
  // What the newest entry tells, once `look` was done.
  std::string told_of(const std::function<void(Reading&)>& look) {
    store().view(look);
    return newest();
  }
  std::string newest() {
    auto reading = this->reading();
    return list_accesses(reading, {}).at(0).detail.value_or("");
  }
};

bool tells(const std::string& detail, const std::string& what) {
  return (' ' + detail + ' ').find(' ' + what + ' ') != std::string::npos;
}

}  // namespace

TEST_CASE("the log tells who read what is sealed of a complaint, and not of who saw the rest") {
  LoggedCases t;
  NewComplaint complaint = lina();
  complaint.health = "服药后皮疹";
  const ComplaintId id = t.add(complaint).id;
  const auto seen = t.told_of([&](Reading& reading) { get_complaint(reading, id); });
  CHECK(tells(seen, "complaint C2026-000001"));
  CHECK_FALSE(tells(seen, "health of complaint C2026-000001"));
  CHECK(tells(t.told_of([&](Reading& reading) { complaint_health(reading, id); }),
              "health of complaint C2026-000001"));
}

TEST_CASE("the log tells which piece of evidence was taken out") {
  LoggedCases t;
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{});
  const auto step = t.take(id, AddEvidence{.name = "照片.jpg", .content = "一张照片"}).id;
  CHECK(tells(t.told_of([&](Reading& reading) { get_evidence(reading, id, step); }),
              "evidence " + std::to_string(step)));
}

TEST_CASE("the log names both complaints that are linked") {
  LoggedCases t;
  const ComplaintId one = t.add().id, other = t.add().id;
  t.take(one, LinkComplaint{.other = other});
  const std::string detail = t.newest();
  CHECK(tells(detail, "complaint C2026-000001"));
  CHECK(tells(detail, "complaint C2026-000002"));
}

}  // namespace pharmacy::test
