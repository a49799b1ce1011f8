#include "pharmacy/policy.h"

#include "policy/policies.h"
#include "vault/access.h"

namespace pharmacy {

Policy policy_on(Reading& reading, Date day) {
  return policy::policy_on(vault::database(reading), day);
}

std::string policy_document(Reading& reading, Date day) {
  return policy::policy_document(vault::database(reading), day);
}

}  // namespace pharmacy
