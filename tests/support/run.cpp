#include "support/run.h"

#include <deque>
#include <sstream>

namespace pharmacy::test {

namespace {
// Takes nothing, as /dev/full.
class FullDisk : public std::streambuf {
 protected:
  int_type overflow(int_type) override { return traits_type::eof(); }
};
}  // namespace

Ran run(cli::Define define, const std::vector<std::string>& args, Surroundings around) {
  std::istringstream in{around.in};
  std::ostringstream out;
  std::ostringstream err;
  FullDisk full;
  std::ostream nowhere{&full};
  std::deque<std::string> secrets{around.secrets.begin(), around.secrets.end()};
  Ran ran;
  cli::World world{.in = in,
                   .out = around.output_fails ? nowhere : static_cast<std::ostream&>(out),
                   .err = err,
                   .in_is_terminal = around.terminal,
                   .out_is_terminal = around.terminal,
                   .err_is_terminal = around.terminal,
                   .columns = around.columns,
                   .rows = around.rows,
                   .clock = around.clock,
                   .env = [&](const char* name) -> std::optional<std::string> {
                     const auto found = around.env.find(name);
                     if (found == around.env.end()) return std::nullopt;
                     return found->second;
                   },
                   .ask_secret = [&](const std::string& prompt) -> std::optional<Secret> {
                     if (!around.terminal || secrets.empty()) return std::nullopt;
                     err << prompt << '\n';
                     Secret secret{secrets.front()};
                     secrets.pop_front();
                     return secret;
                   },
                   .page =
                       [&](const std::string& text) {
                         ran.paged = text;
                         return true;
                       },
                   .edit = around.edit ? [&](const std::string&,
                                             const std::string& text) { return around.edit(text); }
                                       : decltype(cli::World::edit){},
                   .system_log = [&](const std::string& line) { ran.logged.push_back(line); },
                   .secrets_are_locked = [&] { return around.secrets_are_locked; },
                   .system_config = "/nonexistent/pharmacy.toml"};
  ran.status = cli::run(world, "program", define, args);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

}  // namespace pharmacy::test
