// Apart from the rest: what is linked without a test's main function has no TestStore.
#include "support/run.h"

namespace pharmacy::test {

Ran run(cli::Define define, TestStore& store, const std::vector<std::string>& args,
        Surroundings around) {
  around.env.emplace("PHARMACY_STORE", store.path().string());
  around.env.emplace("PHARMACY_KEY_FILE", store.key_file_path());
  around.clock = store.clock();
  return run(define, args, std::move(around));
}

}  // namespace pharmacy::test
