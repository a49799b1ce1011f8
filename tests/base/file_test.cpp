#include "base/file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/errors.h"

using namespace pharmacy;
using namespace pharmacy::test;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t limit = 1024 * 1024;

class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "pharmacy-file-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }
  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{path_}, fs::directory_iterator{}));
  }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("a file is written whole, for its owner only, and read back") {
  const Folder folder;
  const std::string path = folder.file("out.csv");
  const std::string content = std::string("张伟\0\n", 8) + std::string(300'000, 'x');
  write_file(path, content, Existing::refused);
  CHECK((read_file(path, limit) == content));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(folder.count() == 1);
}

TEST_CASE("an existing file is refused unless it may be replaced") {
  const Folder folder;
  const std::string path = folder.file("out");
  write_file(path, "old", Existing::refused);
  CHECK(code_of([&] {
          write_file(path, "new", Existing::refused);
          return 0;
        }) == Errc::cannot_create);
  CHECK(read_file(path, limit) == "old");
  write_file(path, "new", Existing::replaced);
  CHECK(read_file(path, limit) == "new");
  CHECK(folder.count() == 1);
}

TEST_CASE("what is left of a file whose writing was cut off goes with the next, and nothing else") {
  const Folder folder;
  const auto path = folder.file("made"), left = folder.file("made.0123456789abcdef.tmp");
  for (const char* name : {"made.0123456789abcdef.tmp", "made.0123456789abcdeX.tmp", "made.tmp",
                           "other.0123456789abcdef.tmp", "made.0123456789abcdef.tmp.tmp"})
    std::ofstream{folder.file(name)} << "half";
  fs::create_symlink("made.tmp", folder.file("made.1123456789abcdef.tmp"));
  fs::create_directory(folder.file("made.2123456789abcdef.tmp"));
  NewFile slow{path, Existing::replaced};
  CHECK_FALSE(fs::exists(left));
  CHECK(folder.count() == 7);
  // Somebody else's goes on.
  write_file(path, "whole", Existing::replaced);
  CHECK(folder.count() == 8);
  slow.write("slow");
  slow.finish();
  CHECK(read_file(path, limit) == "slow");
  CHECK(folder.count() == 7);
}

TEST_CASE("links, directories and devices are not written over") {
  const Folder folder;
  const std::string target = folder.file("target");
  write_file(target, "precious", Existing::refused);
  fs::create_symlink(target, folder.file("link"));
  fs::create_symlink(folder.file("nowhere"), folder.file("dangling"));
  fs::create_directory(folder.file("directory"));
  for (const char* name : {"link", "dangling", "directory"}) {
    for (const Existing existing : {Existing::refused, Existing::replaced}) {
      CAPTURE(name);
      CHECK(code_of([&] {
              write_file(folder.file(name), "x", existing);
              return 0;
            }) == Errc::cannot_create);
    }
  }
  CHECK(code_of([] {
          write_file("/dev/null", "x", Existing::replaced);
          return 0;
        }) == Errc::cannot_create);
  CHECK(read_file(target, limit) == "precious");
  CHECK_FALSE(fs::exists(folder.file("nowhere")));
  CHECK(folder.count() == 4);
}

TEST_CASE("a file in a folder that is not there cannot be created") {
  const Folder folder;
  CHECK(code_of([&] {
          write_file(folder.file("no/out"), "x", Existing::refused);
          return 0;
        }) == Errc::cannot_create);
  CHECK(message_of([&] {
          write_file(folder.file("no/out"), "x", Existing::refused);
          return 0;
        }) == "cannot create " + folder.file("no/out") + ": No such file or directory");
}

TEST_CASE("whether a file can be made is known before, and nothing is made by asking") {
  const Folder folder;
  const auto code = [&](const std::string& path) {
    return code_of([&] { check_new_file(path, Existing::refused); });
  };
  CHECK(code(folder.file("new")) == std::nullopt);
  CHECK(code("new-in-the-working-directory") == std::nullopt);
  CHECK(code(folder.file("absent/new")) == Errc::cannot_create);
  std::ofstream{folder.file("file")} << "x";
  CHECK(code(folder.file("file/new")) == Errc::cannot_create);
  CHECK(code(folder.file(std::string(300, 'n').c_str())) == Errc::cannot_create);
  CHECK(folder.count() == 1);
}

TEST_CASE("a line that is added begins a line, whatever stands at the end of the file") {
  const Folder folder;
  const auto path = folder.file("lines");
  append_line(path, "one");
  append_line(path, "two");
  CHECK(read_file(path, limit) == "one\ntwo\n");
  std::ofstream(path, std::ios::app) << "thr";
  append_line(path, "four");
  CHECK(read_file(path, limit) == "one\ntwo\nthr\nfour\n");
}

TEST_CASE("a directory is made with those above it, once") {
  const Folder folder;
  const auto path = folder.file("a/b/c");
  for (int i = 0; i < 2; ++i) {
    make_directories(path);
    CHECK(fs::is_directory(path));
  }
  write_file(folder.file("file"), "", Existing::refused);
  CHECK(message_of([&] { make_directories(folder.file("file/below")); }) ==
        "cannot create " + folder.file("file") + ": File exists");
}

TEST_CASE("an input that is not there or cannot be read is named") {
  const Folder folder;
  CHECK(code_of([&] { return read_file(folder.file("none"), limit); }) == Errc::input_missing);
  CHECK(message_of([&] { return read_file(folder.file("none"), limit); }) ==
        "cannot read " + folder.file("none") + ": No such file or directory");
  CHECK(message_of([&] { return read_file("/", limit); }) == "cannot read /: Is a directory");
  CHECK(code_of([&] { return read_file("", limit); }) == Errc::input_missing);
}

TEST_CASE("an input above the limit is refused, one at the limit is read") {
  const Folder folder;
  const std::string path = folder.file("in");
  write_file(path, std::string(100, 'x'), Existing::refused);
  CHECK(read_file(path, 100).size() == 100);
  CHECK(code_of([&] { return read_file(path, 99); }) == Errc::bad_data);
  CHECK(read_system_file(path, 100).has_value());
  CHECK_FALSE(read_system_file(path, 99).has_value());
  CHECK_FALSE(read_system_file(folder.file("none"), 99).has_value());
  CHECK_FALSE(read_system_file("/", 99).has_value());
}

TEST_CASE("files without a size and pipes are read to their end") {
  CHECK(read_file("/proc/self/status", limit).starts_with("Name:"));
  CHECK(code_of([] { return read_file("/proc/self/status", 10); }) == Errc::bad_data);
}

TEST_CASE("a hyphen is the standard input, which stays open") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const int saved = ::dup(STDIN_FILENO);
  REQUIRE(::dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
  REQUIRE(::write(ends[1], "from a pipe", 11) == 11);
  ::close(ends[1]);
  const std::string bytes = read_file("-", limit);
  const bool open = ::fcntl(STDIN_FILENO, F_GETFD) >= 0;
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  ::close(ends[0]);
  CHECK(bytes == "from a pipe");
  CHECK(open);
}

TEST_CASE("a descriptor is closed once, by its last owner") {
  Fd first{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  REQUIRE(first.is_open());
  const int number = first.number();
  {
    const Fd second{std::move(first)};
    CHECK(second.number() == number);
    CHECK(::fcntl(number, F_GETFD) >= 0);
  }
  CHECK(::fcntl(number, F_GETFD) < 0);
}

TEST_CASE("a device that never ends is refused, and the null device is empty") {
  CHECK(code_of([] { return read_file("/dev/zero", limit); }) == Errc::input_missing);
  CHECK(message_of([] { return read_file("/dev/zero", limit); }) ==
        "/dev/zero is a device, not a file");
  CHECK(read_file("/dev/null", limit) == "");
}

TEST_CASE("a file is read piece by piece, and from any place again") {
  const Folder folder;
  const std::string path = folder.file("in.csv");
  write_file(path, "0123456789", Existing::refused);
  InputFile file{path};
  CHECK(file.size() == 10);
  std::string piece(4, '\0');
  CHECK(file.read(piece) == 4);
  CHECK(piece == "0123");
  std::string rest(100, '\0');
  CHECK(file.read(rest) == 6);
  CHECK(file.read(rest) == 0);
  file.go_to(8);
  CHECK(file.read(rest) == 2);
  CHECK(rest.starts_with("89"));
  CHECK(code_of([&] { InputFile{folder.file("absent")}; }) == Errc::input_missing);
  CHECK(code_of([&] { InputFile{folder.file("")}; }) == Errc::input_missing);  // the folder
  CHECK(code_of([&] { InputFile{"/dev/zero"}; }) == Errc::input_missing);
}

TEST_CASE("a pipe has no size, and what came out of it can be read twice from a copy") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const Fd from{ends[0]};
  {
    const Fd to{ends[1]};
    REQUIRE(::write(to.number(), "piped", 5) == 5);
  }
  InputFile pipe{"/dev/fd/" + std::to_string(from.number())};
  CHECK_FALSE(pipe.size());
  InputFile copy = InputFile::copy_of(pipe);
  CHECK(copy.size() == 5);
  for (int times = 0; times < 2; ++times) {
    std::string bytes(10, '\0');
    copy.go_to(0);
    CHECK(copy.read(bytes) == 5);
    CHECK(bytes.starts_with("piped"));
  }
}
