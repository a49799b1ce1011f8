// The table of roles, and a pharmacy to try it in.
#pragma once

#include <array>
#include <map>
#include <string>

#include "support/process.h"
#include "support/temp_dir.h"

namespace pharmacy::test {

inline constexpr std::array roles{"clerk", "service", "pharmacist", "manager", "auditor", "job"};
inline constexpr int not_permitted = 77;
inline constexpr int refused_by_rule = 3;

struct Line {
  std::array<int, roles.size()> status{};  // 0 for who may
  std::string verb;                        // "store staff list"
  std::string permission;                  // which it takes beside those of its verb, or none
  std::string command;
};
// Of roles.txt, by what its second column says: "store staff list", "member show + reveal".
std::map<std::string, Line> read_lines();

// Without blanks at its ends.
std::string trimmed(std::string text);

// A pharmacy with somebody of each role, a member, a product, a sale, and files to import.
class Pharmacy {
 public:
  // Whether there are more members than one person may export, and a request for that.
  enum class Crowd { no, yes };

  explicit Pharmacy(Crowd crowd = Crowd::no);

  // A line of the shell, run in the pharmacy's directory with this key file, or none.
  [[nodiscard]] Ended run(const std::string& command, const std::string& key) const;
  [[nodiscard]] const TempDir& dir() const { return dir_; }

 private:
  void set_up(Crowd crowd) const;
  void live_through_complaints() const;
  void set_up_what_takes_more() const;
  void must(const std::string& command, const std::string& key = "wangli.key") const;

  TempDir dir_;
};

}  // namespace pharmacy::test
