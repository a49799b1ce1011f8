#include "programs/shell.h"

#include <doctest/doctest.h>

namespace pharmacy::test {

Ended shell(const Counter& counter, const std::string& line) {
  Run run = counter.command("store", {});
  run.argv = {"/bin/sh", "-c", line};
  run.env[0] = "PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin";
  return run_process(run);
}

Peak peak_of(const Counter& counter, const std::string& line) {
  auto ended = shell(counter,
                     "python3 -c 'import resource, subprocess, sys\n"
                     "status = subprocess.run(sys.argv[1], shell=True).returncode\n"
                     "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
                     "sys.exit(status)' '" +
                         line + "'");
  const auto last = ended.out.find_last_of('\n', ended.out.size() - 2);
  const std::string kib = ended.out.substr(last == std::string::npos ? 0 : last + 1);
  REQUIRE_MESSAGE(kib.find_first_not_of("0123456789\n") == std::string::npos, ended.out);
  ended.out.resize(ended.out.size() - kib.size());
  return {.ended = std::move(ended), .kib = std::stol(kib)};
}

}  // namespace pharmacy::test
