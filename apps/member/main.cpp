#include "cli/world.h"
#include "member/member.h"

int main(int argc, char** argv) {
  return pharmacy::cli::run_main("member", pharmacy::cli::member, argc, argv);
}
