// Where settings come from, and which of them wins.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "store/store.h"
#include "support/run.h"

namespace pharmacy::test {

namespace {
class Home {
 public:
  void config(const std::string& text) const {
    std::filesystem::create_directories(folder_.path() / "pharmacy");
    put_bytes(file(), text);
  }
  [[nodiscard]] std::string file() const {
    return (folder_.path() / "pharmacy" / "config.toml").string();
  }
  [[nodiscard]] Ran show(std::vector<std::string> options = {},
                         std::map<std::string, std::string> env = {}) const {
    env["XDG_CONFIG_HOME"] = folder_.path().string();
    env["HOME"] = "/home/wangli";
    std::vector<std::string> args{"config", "show", "--origin", "--format", "csv"};
    args.insert(args.end(), options.begin(), options.end());
    return run(cli::define_store, args, {.env = std::move(env)});
  }

 private:
  TempDir folder_;
};
}  // namespace

TEST_CASE("without anything said, the defaults hold") {
  CHECK(Home{}.show().out ==
        "key,value,origin\n"
        "store,/home/wangli/.local/share/pharmacy,default\n"
        "login,,default\n"
        "key_file,,default\n"
        "wait,5,default\n"
        "color,auto,default\n"
        "pager,true,default\n"
        "printer,,default\n"
        "slip_width,48,default\n");
}

TEST_CASE("an option goes before the environment, and that before the file") {
  const Home home;
  home.config("store = '~/data'\nlogin = 'lina'\nwait = 7\npager = false\ncolor = 'never'\n");
  CHECK(home.show({"--wait", "9"}, {{"PHARMACY_LOGIN", "wangli"}, {"PHARMACY_WAIT", "8"}}).out ==
        "key,value,origin\n"
        "store,/home/wangli/data," +
            home.file() +
            "\n"
            "login,wangli,PHARMACY_LOGIN\n"
            "key_file,,default\n"
            "wait,9,--wait\n"
            "color,never," +
            home.file() +
            "\n"
            "pager,false," +
            home.file() +
            "\n"
            "printer,,default\n"
            "slip_width,48,default\n");
}

TEST_CASE("an unknown key is an error with its place and the nearest key, all at once") {
  const Home home;
  home.config("# mine\nstroe = 'x'\nwait = 'long'\n[table]\n");
  const auto ran = home.show();
  CHECK(ran.status == 78);
  CHECK(ran.out == "");
  CHECK(ran.err.find("store config show: " + home.file() +
                     ":2: unknown key: stroe\ndid you mean store?\n") != std::string::npos);
  CHECK(ran.err.find(home.file() + ":3: wait must be a number of seconds\n") != std::string::npos);
  CHECK(ran.err.find(home.file() + ":4: unknown key: table\n") != std::string::npos);
}

TEST_CASE("a file that is not TOML is an error with its line") {
  const Home home;
  home.config("wait = 5\nstore = 'open\n");
  CHECK(home.show().status == 78);
  CHECK(home.show().err.find(home.file() + ":2: this is not TOML") != std::string::npos);
}

TEST_CASE("help and version never read the configuration") {
  const Home home;
  home.config("not toml");
  CHECK(home.show().status == 78);
  CHECK(home.show({"--help"}).status == 0);
  CHECK(home.show({"--version"}).status == 0);
}

TEST_CASE("a wrong variable is blamed by its name") {
  const auto ran = Home{}.show({}, {{"PHARMACY_WAIT", "soon"}});
  CHECK(ran.status == 78);
  CHECK(ran.err.find("PHARMACY_WAIT: not a number of seconds: soon") != std::string::npos);
}

TEST_CASE("every value that cannot be taken is blamed by its line, in the order of the lines") {
  const Home home;
  home.config(
      "wait = -1\nstroe = 'x'\nlogin = 5\ncolor = 'purple'\nkey_file = 'pharmacy-key-1 a'\n");
  const auto name = [&home](int line) {
    return "store config show: " + home.file() + ':' + std::to_string(line) + ": ";
  };
  const std::string expected =
      name(1) + "wait: not a number of seconds: -1\n" + "give 0 to 86400, a day at most\n" +
      name(2) + "unknown key: stroe\ndid you mean store?\n" + name(3) +
      "login must be a text in quotes\n" + name(4) +
      "color: not a known word: purple\none of: auto, always, never\n" + name(5) +
      "key_file holds a key, and must hold the name of a file\n"
      "write the key into a file that only you can read, and name that\n";
  CHECK(home.show().err == expected);
  // Also where something else goes before it.
  CHECK(home.show({"--wait", "5"}, {{"PHARMACY_KEY_FILE", "/k"}}).err == expected);
}

TEST_CASE("a printer is a command in the file, and its paper has one of two widths") {
  const Home home;
  home.config("printer = 'lp -d receipt -o raw'\nslip_width = 32\n");
  CHECK(home.show().out.ends_with("printer,lp -d receipt -o raw," + home.file() +
                                  "\nslip_width,32," + home.file() + "\n"));
  home.config("slip_width = 40\n");
  CHECK(home.show().err.find(":1: slip_width: no paper is 40 columns wide\ngive 32 or 48\n") !=
        std::string::npos);
  home.config("slip_width = '32'\n");
  CHECK(home.show().err.find(":1: slip_width must be a number of columns\n") != std::string::npos);
}

TEST_CASE("a wait is a day at most, wherever it is said") {
  const Home home;
  CHECK(home.show({"--wait", "86400"}).status == 0);
  CHECK(home.show({"--wait", "86401"}).status == 2);
  CHECK(home.show({}, {{"PHARMACY_WAIT", "99999999999"}}).status == 78);
  home.config("wait = 99999999999\n");
  CHECK(home.show().err.find(":1: wait: not a number of seconds: 99999999999\n") !=
        std::string::npos);
}

TEST_CASE("with an empty environment there is no place for the store, and it says so") {
  const auto ran = run(cli::define_store, {"info"}, {});
  CHECK(ran.status == 78);
  CHECK(ran.err.find("use --store DIR or PHARMACY_STORE") != std::string::npos);
}

}  // namespace pharmacy::test
