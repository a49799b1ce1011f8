// A program that bears a lack of memory badly, in the way that its word says.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

int main(int, char** argv) {
  const std::string_view way = argv[1];
  if (way == "thrown") std::puts(std::string(100, 'x').c_str());
  auto* volatile first = static_cast<char*>(std::malloc(100));
  auto* volatile second = static_cast<char*>(std::malloc(100));
  if (way == "written") second[0] = 'x';
  if (way == "read") std::printf("%c", second[0]);
  if (second == nullptr && way == "lost") first = nullptr;
  if (second == nullptr && way == "freed twice") std::free(first);
  std::free(second);
  std::free(first);
  return second == nullptr && way == "told badly" ? 70 : 0;
}
