// Nonces never come twice: not in one process, not after a fork, not in two openings.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "db/nonce_source.h"
#include "support/child.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

using NonceBytes = std::array<unsigned char, 24>;

TEST_CASE("a million nonces of one source and those of four forked children are all different") {
  constexpr std::size_t in_parent = 1'000'000, in_child_each = 50'000;
  constexpr int children = 4;
  NonceSource source;
  std::vector<NonceBytes> all(in_parent);
  for (NonceBytes& nonce : all) source.next(nonce);

  for (int child = 0; child < children; ++child) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      for (std::size_t i = 0; i < in_child_each; ++i) {
        NonceBytes nonce;
        source.next(nonce);
        if (::write(ends[1], nonce.data(), nonce.size()) < 0) _exit(1);
      }
      pharmacy::test::end_child(0);
    }
    ::close(ends[1]);
    FILE* in = fdopen(ends[0], "rb");
    for (NonceBytes nonce; fread(nonce.data(), nonce.size(), 1, in) == 1;) all.push_back(nonce);
    fclose(in);
    waitpid(pid, nullptr, 0);
    NonceBytes own;  // the parent goes on by itself
    source.next(own);
    all.push_back(own);
  }
  REQUIRE(all.size() == in_parent + children * (in_child_each + 1));
  std::ranges::sort(all);
  CHECK(std::ranges::adjacent_find(all) == all.end());
}

TEST_CASE("all nonces on file are different, over several openings") {
  TempDir dir;
  { Session store(dir.path(), keys_of(1), Session::Make::yes); }
  std::set<Bytes> nonces;
  std::size_t frames = 0;
  for (int opening = 0; opening < 5; ++opening) {
    Session store(dir.path(), keys_of(1));
    if (opening == 0) store.write("CREATE TABLE t(a TEXT)");
    for (int i = 0; i < 3; ++i) store.write("INSERT INTO t VALUES('x')");
  }
  const Bytes log = read_file(dir.path() / "store.db-wal");
  for (std::size_t at = 32; at + 4160 <= log.size(); at += 4160, ++frames) {
    const auto begin = log.begin() + static_cast<std::ptrdiff_t>(at);
    nonces.emplace(begin, begin + 24);
    nonces.emplace(begin + 64 + 4048, begin + 64 + 4072);
  }
  CHECK(frames > 16);
  CHECK(nonces.size() == 2 * frames);
}

}  // namespace
}  // namespace pharmacy::db::test
