#include "cli/probe.h"

#include <memory>
#include <new>
#include <stdexcept>

#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "pharmacy/visits.h"

namespace pharmacy::test {

using namespace cli;

namespace {
struct Taken {
  std::string name;
  std::optional<ReceiptKind> kind;
  std::optional<Date> birth;
  std::optional<Period> period;
  std::optional<Money> money;
  std::optional<std::int64_t> limit;
  std::vector<std::string> tags;
  std::vector<std::string> words;
  bool loud = false;
};
}  // namespace

static std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : "|") + text;
  return all;
}

static void define_take(Frame& frame) {
  CLI::App& cmd = frame.command("take", "Take values of every kind",
                                {"probe take 张伟 --birth 1980-02-03", "probe take --tag a -- -b"});
  auto taken = std::make_shared<Taken>();
  frame
      .option(cmd, "name", taken->name,
              "who it is; a long text, so that it must be wrapped "
              "where the terminal is narrow")
      ->required();
  frame.option(cmd, "words", taken->words, "more words");
  frame.option(cmd, "--kind", taken->kind, "a word");
  frame.option(cmd, "--birth,-b", taken->birth, "a day");
  frame.option(cmd, "--period", taken->period, "a period");
  frame.option(cmd, "--money", taken->money, "an amount");
  frame.option(cmd, "--limit", taken->limit, "a count");
  frame.option(cmd, "--tag", taken->tags, "text, more than once");
  frame.option(cmd, "--loud", taken->loud, "a flag");
  frame.on_place(cmd, [taken](const std::string&, Session& session) {
    const auto period = taken->period ? std::optional{to_string(*taken->period)} : std::nullopt;
    session.out().record(
        "probe.take",
        Table{{"name", "kind", "birth", "period", "money_fen", "limit", "tags", "words", "loud"},
              {{taken->name, to_cell(taken->kind), to_cell(taken->birth), to_cell(period),
                to_cell(taken->money), to_cell(taken->limit), joined(taken->tags),
                joined(taken->words), taken->loud}}});
  });
}

static void define_fail(Frame& frame) {
  CLI::App& cmd = frame.command("fail", "End in some way");
  auto how = std::make_shared<std::string>();
  frame.option(cmd, "how", *how, "the way")->required();
  frame.on_place(cmd, [how](const std::string&, Session& session) {
    if (*how == "memory") throw std::bad_alloc{};
    if (*how == "bug") throw std::runtime_error{"张伟 13800138000"};
    if (*how == "ask") {
      session.out().ends_with(session.confirm("sure?") ? 0 : 1);
      return;
    }
    const auto number = static_cast<int>(how->front() - 'a');
    throw Error(static_cast<Errc>(number), "it did not happen", "do it otherwise");
  });
}

static Table sample_rows() {
  return {{"id", "name", "joined", "amount_fen", "note"},
          {{Word{"M1"}, std::string{"张伟"}, *parse_date("2026-10-31"), Money{280000},
            std::string{"常客, \"熟人\""}},
           {Word{"M2"}, std::string{"=1+1"}, Cell{}, Money{-5}, Cell{}}}};
}

static void define_lists(Frame& frame) {
  CLI::App& list = frame.command("rows list", "A list");
  auto many = std::make_shared<std::int64_t>(1);
  frame.option(list, "--times", *many, "how often");
  frame.on_place(list, [many](const std::string&, Session& session) {
    Table table = sample_rows();
    const auto rows = table.rows;
    table.rows.clear();
    for (std::int64_t i = 0; i < *many; ++i) {
      table.rows.insert(table.rows.end(), rows.begin(), rows.end());
    }
    session.out().list("probe.rows", "rows", std::move(table));
  });
  CLI::App& show = frame.command("rows show", "One of them");
  auto tag = std::make_shared<bool>(false);
  frame.option(show, "--tag", *tag, "a flag, and elsewhere a text");
  frame.on_place(show, [tag](const std::string&, Session& session) {
    Table table = sample_rows();
    table.rows.pop_back();
    session.out().record("probe.row", std::move(table));
  });
  CLI::App& report = frame.command("report", "A report");
  frame.on_place(report, [](const std::string&, Session& session) {
    Table none = sample_rows();
    none.rows.clear();
    session.out().report(
        "probe.report",
        Table{{"period", "currency"}, {{std::string{"2026-10"}, std::string{"CNY"}}}},
        {Section{"sales", Section::Kind::record,
                 Table{{"receipts", "net_fen"}, {{std::int64_t{2}, Money{279995}}}}},
         Section{"by_day", Section::Kind::list,
                 Table{{"day", "receipts", "net_fen"},
                       {{*parse_date("2026-10-01"), std::int64_t{2}, Money{279995}},
                        {*parse_date("2026-10-02"), std::int64_t{0}, Money{0}}}}},
         Section{"refunds", Section::Kind::list, none}});
  });
}

static void define_stored(Frame& frame) {
  CLI::App& cmd = frame.command("sell", "List a product in the store");
  auto product = std::make_shared<NewProduct>();
  frame.option(cmd, "code", product->code, "its code")->required();
  frame.on_write(cmd, [product](Transaction& tx, Output& out) {
    add_product(tx, *product);
    out.record("product", get_product(tx, product->code));
    out.changed("listed " + product->code, "probe unsell " + product->code);
  });
  CLI::App& list = frame.command("sold", "List the products");
  auto filter = std::make_shared<ProductFilter>();
  frame.option(list, "--limit", filter->limit, "how many to list");
  frame.on_view(list, [filter](Reading& reading, Output& out) {
    out.list("products", "products", list_products(reading, *filter));
  });
}

namespace {
struct Kept {
  std::string code;
  std::vector<std::string> parts;
  std::vector<std::string> sizes;
  std::optional<std::string> note;
  std::optional<FileName> file;
  bool ask = false;
  bool sure = false;
  bool lack = false;
};
}  // namespace

// A verb of several steps; it says "worked" where it does the work before its change.
static void define_keep(Frame& frame) {
  CLI::App& cmd = frame.command("keep", "List a product after several steps");
  auto kept = std::make_shared<Kept>();
  frame.option(cmd, "code", kept->code, "its code")->required();
  frame.option(cmd, "--part", kept->parts, "a part");
  frame.option(cmd, "--size", kept->sizes, "of the part before it");
  frame.option(cmd, "--note", kept->note, "a remark");
  frame.option(cmd, "--file", kept->file, "a file to read");
  frame.option(cmd, "--ask", kept->ask, "ask for a line");
  frame.option(cmd, "--sure", kept->sure, "ask whether to go on");
  frame.option(cmd, "--lack", kept->lack, "lack memory after the change");
  frame.on_session(cmd, [kept](Session& session) {
    if (kept->file) static_cast<void>(session.read_file(kept->file->path, 1'000));
    if (kept->ask) static_cast<void>(session.ask("line: "));
    if (session.replayed()) return;
    session.out().note("worked");
    if (kept->sure && !session.confirm("sure?")) return;
    session.change([&](Transaction& tx, Output& out) {
      NewProduct product;
      product.code = kept->code;
      add_product(tx, product);
      out.changed("kept " + kept->code, {});
    });
    if (kept->lack) throw std::bad_alloc{};
  });
}

void probe(Frame& frame) {
  frame.program("probe", "try what a program can do");
  frame.noun("rows", "Lists of things");
  define_take(frame);
  define_fail(frame);
  define_lists(frame);
  define_stored(frame);
  define_keep(frame);
}

}  // namespace pharmacy::test
