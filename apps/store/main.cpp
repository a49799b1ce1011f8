#include "cli/world.h"
#include "store/store.h"

int main(int argc, char** argv) {
  return pharmacy::cli::run_main("store", pharmacy::cli::define_store, argc, argv);
}
