#include "cli/world.h"
#include "report/report.h"

int main(int argc, char** argv) {
  return pharmacy::cli::run_main("report", pharmacy::cli::report, argc, argv);
}
