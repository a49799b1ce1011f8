// What many tests begin with, made once.
//
// ctest runs each test in a process of its own. What takes long to make, a store with its schema or
// a shop that the programs set up, is made by the first test that begins with it and kept beside
// the build; the others get a copy. It is made anew after the next build.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace pharmacy::test {

// Fills an empty directory as `set_up` does, of which a name tells all. What is made has no store
// open, and holds nothing that depends on where it lies.
void prepare(const std::filesystem::path& directory, const std::string& name,
             const std::function<void()>& set_up);
// The same of what is made by the machine's clock: none is taken that was made on another day.
void prepare_today(const std::filesystem::path& directory, const std::string& name,
                   const std::function<void()>& set_up);

// The lowest that no other of the process has. As a part of the name it makes different stores of
// those that a test has at once.
class Number {
 public:
  Number();
  ~Number();
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_ = 0;
};

}  // namespace pharmacy::test
