// What the verbs on policies share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/frame.h"
#include "pharmacy/policy.h"

namespace pharmacy::cli {

// A policy as a person names it: a version by its number, else a file. A file whose name is a
// number is "./2".
struct NamedPolicy {
  std::string name;  // "policy 2", or that of the file
  std::optional<std::int64_t> version;
  std::string document;  // of a file; of a version once find_document() was called
};
// Reads the file, if it is one.
NamedPolicy read_policy(Session& session, const FileName& named);
// The document of the version, if it is one. Throws not_found.
void find_document(Reading& reading, NamedPolicy& policy);

// The verbs that write.
void define_policy_set(Frame& frame);
void define_policy_edit(Frame& frame);

}  // namespace pharmacy::cli
