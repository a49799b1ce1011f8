// That the tests of this folder are done where they can be.
#include "deploy/allowed.h"

#include <doctest/doctest.h>

#include "deploy/machine.h"

namespace pharmacy::test {

TEST_CASE("a machine of a test's own is had wherever root may mount, and only there") {
  const Machine machine;
  CHECK(static_cast<bool>(machine) == allows_machine());
}

TEST_CASE("what a machine allows is read from what the kernel says") {
  const std::string root = "Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n";
  const std::string filesystems = "nodev\ttmpfs\n\text4\nnodev\toverlay\n";
  CHECK(allows_machine(root, filesystems));
  CHECK_FALSE(allows_machine(root, "nodev\ttmpfs\n"));
  CHECK_FALSE(allows_machine(root, ""));
  CHECK_FALSE(allows_machine("Uid:\t1000\t0\t0\t0\nCapEff:\t000001ffffffffff\n", filesystems));
  // What a container has as a rule.
  CHECK_FALSE(allows_machine("Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n", filesystems));
  CHECK_FALSE(allows_machine("", filesystems));
}

}  // namespace pharmacy::test
