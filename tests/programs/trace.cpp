#include "programs/trace.h"

#include <fstream>
#include <map>
#include <regex>

namespace pharmacy::test {

// Of a call that makes a file: two paths in hexadecimal, and words.
constexpr std::size_t longest_line = 40'000;

// A line of a trace with its strings, which are all in hexadecimal, as bytes.
static std::string decoded(const std::string& line) {
  std::string bytes;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line.compare(i, 2, "\\x") == 0 && i + 4 <= line.size()) {
      bytes += static_cast<char>(std::stoi(line.substr(i + 2, 2), nullptr, 16));
      i += 3;
    } else {
      bytes += line[i];
    }
  }
  return bytes;
}

// What stands between these in the line.
static void take_paths(const std::string& line, char open, char close,
                       std::set<std::string>& paths) {
  for (auto begin = line.find(open); begin != std::string::npos; begin = line.find(open, begin)) {
    const auto end = line.find(close, begin + 1);
    if (end == std::string::npos) break;
    paths.insert(line.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
}

static void take_line(const std::string& line, Traced& all) {
  // "1234  pwrite64(4</store/store.db-wal>, …"
  const auto name = line.substr(0, line.find('('));
  const auto calls = [&name](const char* text) { return name.find(text) != std::string::npos; };
  const auto has = [&line](const char* text) { return line.find(text) != std::string::npos; };
  if (calls("execve")) {
    all.started += decoded(line) + '\n';
  } else if (calls("copy_file_range") || calls("sendfile") || calls("splice")) {
    take_paths(decoded(line), '<', '>', all.paths);
  } else if (calls("write")) {
    // To files, not to pipes and terminals.
    const auto text = decoded(line);
    const auto path = text.find('<');
    const bool to_file = path != std::string::npos && text.compare(path, 2, "</") == 0 &&
                         text.compare(path, 6, "</dev/") != 0;
    if (to_file) all.written += text + '\n';
  } else if ((calls("open") && (has("O_WRONLY") || has("O_RDWR"))) || calls("creat") ||
             calls("mkdir") || calls("mknod") || calls("rename") || calls("link")) {
    take_paths(decoded(line), '"', '"', all.paths);
  }
}

Traced read_trace(const std::string& trace) {
  Traced all;
  std::ifstream in{trace};
  for (std::string line; std::getline(in, line);) take_line(line, all);
  return all;
}

// The path that a call made, which it gave as its first string, or as what it opened.
static std::string path_made(const std::string& line) {
  const auto opened = line.rfind("= ");
  const auto at = line.find('<', opened);
  if (at != std::string::npos && line.find("open") != std::string::npos)
    return line.substr(at + 1, line.rfind('>') - at - 1);
  const auto quote = line.find('"');
  std::string path = line.substr(quote + 1, line.find('"', quote + 1) - quote - 1);
  const auto from = line.find('<');
  if (!path.starts_with('/') && from < quote)
    path = line.substr(from + 1, line.find('>', from) - from - 1) + '/' + path;
  return path;
}

std::vector<Made> made_in(const std::string& trace, unsigned umask) {
  // "1234  openat(AT_FDCWD</here>, "name", O_RDWR|O_CREAT, 0600) = 3</here/name>"
  static const std::regex makes{
      R"(^([0-9]+) +(open|openat|creat|mkdir|mkdirat|mknod|mknodat)\(.*, 0([0-7]*)\) += [0-9])"};
  static const std::regex sets{R"(^([0-9]+) +umask\(0([0-7]*)\))"};
  std::vector<Made> made;
  std::map<std::string, unsigned> umasks;
  std::ifstream in{trace};
  const auto octal = [](const std::string& digits) {
    return digits.empty() ? 0U : static_cast<unsigned>(std::stoul(digits, nullptr, 8));
  };
  for (std::string line; std::getline(in, line);) {
    if (line.find("umask(") == std::string::npos && line.find(", 0") == std::string::npos) continue;
    if (line.size() > longest_line) continue;
    std::smatch parts;
    if (std::regex_search(line, parts, sets)) {
      umasks[parts[1]] = octal(parts[2]);
    } else if (std::regex_search(line, parts, makes)) {
      const auto own = umasks.find(parts[1]);
      const unsigned masked = own == umasks.end() ? umask : own->second;
      made.push_back({path_made(decoded(line)), octal(parts[3]) & ~masked});
    }
  }
  return made;
}

Run traced(Run run, const std::string& trace) {
  run.argv.insert(
      run.argv.begin(),
      {"strace", "-f", "-v", "-qq", "-A", "-xx", "-y", "-s", "2000000", "-o", trace, "-e",
       "trace=execve,execveat,openat,openat2,open,creat,mkdir,mkdirat,mknod,mknodat,umask,rename,"
       "renameat,renameat2,link,linkat,write,writev,pwrite64,pwritev,pwritev2,sendfile,copy_file_"
       "range,"
       "splice"});
  return run;
}

}  // namespace pharmacy::test
