#include "cli/world.h"
#include "complain/complain.h"

int main(int argc, char** argv) {
  return pharmacy::cli::run_main("complain", pharmacy::cli::complain, argc, argv);
}
