// pharmacy-demo: writes members.csv, products.csv and purchases.csv of a made-up drugstore.
#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "demo/drugs.h"
#include "demo/facts.h"
#include "demo/people.h"
#include "demo/sales.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace demo {
namespace {

constexpr const char* usage =
    "usage: pharmacy-demo [--members N] [--lines N] [--months N] [--seed N] --until DATE DIR\n"
    "writes members.csv, products.csv and purchases.csv of a made-up drugstore into DIR, which is\n"
    "made where it is absent\n";

struct Options {
  std::uint32_t members = 2000;
  std::uint32_t lines = 20000;
  std::uint32_t months = 12;
  std::uint32_t seed = 1;
  std::optional<Date> until;
  std::string_view directory;
};

bool parse_number(std::string_view text, std::uint32_t low, std::uint32_t high,
                  std::uint32_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value >= low && value <= high;
}

bool parse_option(std::string_view name, std::string_view value, Options& options) {
  if (name == "--members") return parse_number(value, 1, 9'000'000, options.members);
  if (name == "--lines") return parse_number(value, 1, 100'000'000, options.lines);
  if (name == "--months") return parse_number(value, 1, 120, options.months);
  if (name == "--seed") return parse_number(value, 0, 0xffffffffU, options.seed);
  if (name == "--until") return (options.until = pharmacy::parse_date(value)).has_value();
  return false;
}

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--")) {
      if (i + 1 == argc || !parse_option(word, argv[i + 1], options)) return std::nullopt;
      ++i;
    } else if (options.directory.empty()) {
      options.directory = word;
    } else {
      return std::nullopt;
    }
  }
  if (!options.until || options.directory.empty()) return std::nullopt;
  return options;
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

[[noreturn]] void fail(const std::filesystem::path& path) {
  fmt::print(stderr, "pharmacy-demo: cannot write {}: {}\n", path.string(),
             std::generic_category().message(errno));
  std::exit(73);
}

File create(const std::filesystem::path& path) {
  File file{std::fopen(path.c_str(), "wxe")};
  if (!file) fail(path);
  return file;
}

// What is not on the disk was not written.
void finish(File file, const std::filesystem::path& path) {
  if (std::fclose(file.release()) != 0) fail(path);
}

void write_products(std::FILE* csv) {
  fmt::print(csv,
             "code,name,price,unit,form,strength,maker,class,atc,ingredients,special,days_supply,"
             "long_term\n");
  constexpr DrugFacts unknown{};
  for (std::size_t i = 0; i < drugs().size(); ++i) {
    const auto& drug = drugs()[i];
    const DrugFacts* found = facts_of(drug.name);
    const DrugFacts& known = found == nullptr ? unknown : *found;
    fmt::print(csv, "{},{},{},{},{},{},{},{},{},{},{},{},{}\n", drug_code(i), drug.name,
               to_string(pharmacy::Money{drug.price_fen}), drug.unit, drug.form, drug.strength,
               drug_maker(i), known.product_class, known.atc, known.ingredients, known.special,
               drug.days_supply == 0 ? "" : std::to_string(drug.days_supply),
               is_chronic(drug.group) ? "yes" : "");
  }
}

int run(const Options& options) {
  const std::filesystem::path directory{options.directory};
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);  // else the first file says why not
  const auto after = *options.until + std::chrono::days{1};
  const Date from = pharmacy::add_months(after, -static_cast<int>(options.months));
  auto products = create(directory / "products.csv");
  write_products(products.get());
  finish(std::move(products), directory / "products.csv");

  auto members = create(directory / "members.csv");
  auto people = make_people({.count = options.members, .from = from, .until = *options.until},
                            Random{options.seed, 1}, members.get());
  finish(std::move(members), directory / "members.csv");

  auto purchases = create(directory / "purchases.csv");
  const auto made = make_sales({.lines = options.lines, .from = from, .until = *options.until},
                               std::move(people), Random{options.seed, 2}, purchases.get());
  finish(std::move(purchases), directory / "purchases.csv");
  fmt::print(
      "{} members, {} products, {} lines on {} receipts ({} refunds) from {} to {}\n"
      "recalled: batch {} of {}, on {} lines\n",
      options.members, drugs().size(), options.lines, made.receipts, made.refunds, to_string(from),
      to_string(*options.until), made.recalled_batch, made.recalled_code, made.recalled_lines);
  return 0;
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
  const auto options = demo::parse(argc, argv);
  if (!options) {
    std::fputs(demo::usage, stderr);
    return 2;
  }
  return demo::run(*options);
}
