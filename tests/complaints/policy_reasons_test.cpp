// Which complaints and suggestions a policy answers to.
#include <doctest/doctest.h>

#include "complaints/case_store.h"
#include "pharmacy/policy.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

struct ReasonStore : CaseStore {
  // The policy that holds, worded otherwise.
  NewPolicy worded(const std::string& comment, std::vector<ComplaintId> because) {
    auto reading = this->reading();
    const Date today = reading.today();
    return {.document = policy_text_on(reading, today).document + "# " + comment + "\n",
            .name = "policy",
            .effective_on = today,
            .because = std::move(because)};
  }
  std::vector<PolicyVersion> policies() {
    auto reading = this->reading();
    return list_policies(reading);
  }
  SetPolicy set(const NewPolicy& policy) {
    auto tx = begin();
    const SetPolicy made = set_policy(tx, policy);
    tx.commit();
    return made;
  }
};

}  // namespace

TEST_CASE("a policy says which complaints and suggestions it answers to, and keeps that") {
  ReasonStore t;
  const ComplaintId first = t.add().id;
  NewComplaint suggestion = lina();
  suggestion.kind = ComplaintKind::suggestion;
  const ComplaintId second = t.add(suggestion).id;
  CHECK(t.set(t.worded("more", {second, first, second})).is_new);
  CHECK(t.set(t.worded("other", {})).is_new);
  std::vector<std::optional<std::string>> because;
  for (const PolicyVersion& one : t.policies()) because.push_back(one.because);
  const std::vector<std::optional<std::string>> expected{
      std::nullopt, to_string(first) + ", " + to_string(second), std::nullopt};
  CHECK(because == expected);
  const auto refused = [&](const char* sql) {
    auto tx = t.begin();
    return code_of([&] { vault::database(tx).run(sql); }).has_value();
  };
  CHECK(refused("DELETE FROM policy_reason"));
  CHECK(refused("UPDATE policy_reason SET complaint = complaint + 1"));
}

TEST_CASE("a policy answers to no complaint that is not there, and to a hundred at most") {
  ReasonStore t;
  const ComplaintId id = t.add().id;
  const auto code = [&](std::vector<ComplaintId> because) {
    return code_of([&] { return t.set(t.worded("more", std::move(because))).version; });
  };
  CHECK(code({id, ComplaintId{id.number() + 1}}) == Errc::not_found);
  CHECK(code(std::vector(policy_reasons_max + 1, id)) == Errc::invalid_input);
  CHECK(t.policies().size() == 1);
  CHECK_FALSE(code(std::vector(policy_reasons_max, id)));
}

}  // namespace pharmacy::test
