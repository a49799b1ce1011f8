// The power goes off at any step of a random piece of work, and again while the store that was left
// is being used: what was promised is there, nothing is called damaged.
#include "random_work.h"

namespace pharmacy::db::test {
namespace {

// What is wrong with what the power cut left; "" if nothing is.
std::string fault_of(const RandomWork::Cut& cut) {
  MemoryDisk::put(cut.left);
  try {
    const auto found = contents(open_in_memory()->db());
    if (found == cut.promised || found == cut.next) return "";
    if (found == "damaged") return "false alarm";
    return found.ends_with("ok ") ? "lost" : "corrupt";
  } catch (const Error& error) {
    return error.code() == Errc::damaged ? "false alarm" : "corrupt";
  }
}

constexpr int cuts_each = 40;

void cut_often(Trials& trials, Heeded heeded) {
  const DiskImage empty = new_store();
  for (const char* what : {"cuts", "cuts after cuts", "lost", "corrupt", "false alarm"})
    trials.tally(what, 0);
  trials.each([&](std::int64_t, Random& random) {
    RandomWork work(empty, random);
    work.run();
    trials.tally("logs emptied", work.emptied());
    for (int i = 0; i < cuts_each; ++i) {
      const auto cut = work.cut(heeded);
      auto fault = fault_of(cut);
      trials.tally("cuts");
      if (fault.empty() && random.one_in(10)) {
        RandomWork further(cut.left, random);
        further.run(1 + random.below(3));
        fault = fault_of(further.cut(heeded));
        trials.tally("cuts after cuts");
      }
      if (!fault.empty()) trials.tally(fault);
    }
  });
}

}  // namespace

TEST_CASE("no power cut loses what was promised") {
  Trials trials("power cuts, 40 of each work", 1'250, 50'000);
  cut_often(trials, {});
  for (const char* what : {"lost", "corrupt", "false alarm"}) {
    CAPTURE(what);
    CHECK(trials.tallied(what) == 0);
  }
  CHECK(trials.tallied("cuts after cuts") * 20 > trials.tallied("cuts"));
  CHECK(trials.tallied("logs emptied") * 20 > trials.done());
}

TEST_CASE("power cuts are noticed where the disk does not heed syncs") {
  const auto share = [](const char* name, Heeded heeded) {
    Trials trials(name, 20, 20);
    cut_often(trials, heeded);
    return (trials.tallied("lost") + trials.tallied("corrupt") + trials.tallied("false alarm")) *
           100 / trials.tallied("cuts");
  };
  // What a disk that heeds none loses is at least a fifth.
  CHECK(share("control: no sync heeded", {.of_database = false, .of_log = false}) >= 20);
  CHECK(share("control: no sync of the log heeded", {.of_database = true, .of_log = false}) > 0);
  CHECK(share("control: no sync of the file heeded", {.of_database = false}) > 0);
}

}  // namespace pharmacy::db::test
