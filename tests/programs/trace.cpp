#include "programs/trace.h"

#include <fstream>

namespace pharmacy::test {

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
             calls("rename") || calls("link")) {
    take_paths(decoded(line), '"', '"', all.paths);
  }
}

Traced read_trace(const std::string& trace) {
  Traced all;
  std::ifstream in{trace};
  for (std::string line; std::getline(in, line);) take_line(line, all);
  return all;
}

Run traced(Run run, const std::string& trace) {
  run.argv.insert(
      run.argv.begin(),
      {"strace", "-f", "-v", "-qq", "-A", "-xx", "-y", "-s", "2000000", "-o", trace, "-e",
       "trace=execve,execveat,openat,openat2,open,creat,rename,renameat,renameat2,link,"
       "linkat,write,writev,pwrite64,pwritev,pwritev2,sendfile,copy_file_range,"
       "splice"});
  return run;
}

}  // namespace pharmacy::test
