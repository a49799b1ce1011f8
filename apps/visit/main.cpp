#include "cli/world.h"
#include "visit/visit.h"

int main(int argc, char** argv) {
  return pharmacy::cli::run_main("visit", pharmacy::cli::define_visit, argc, argv);
}
