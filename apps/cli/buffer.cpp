#include "cli/buffer.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "cli/i18n.h"
#include "cli/world.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

std::string to_result(const Printed& printed) {
  return fmt::format("1 {} {} {}\n{}{}", printed.status, printed.long_table ? 1 : 0,
                     printed.out.size(), printed.out, printed.err);
}

static std::optional<std::size_t> take_number(std::string_view& text, char end) {
  std::size_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(parsed.ptr - text.data());
  if (parsed.ec != std::errc{} || length == text.size() || text[length] != end) return std::nullopt;
  text.remove_prefix(length + 1);
  return number;
}

std::optional<Printed> from_result(std::string_view result) {
  const auto version = take_number(result, ' ');
  const auto status = take_number(result, ' ');
  const auto long_table = take_number(result, ' ');
  const auto size = take_number(result, '\n');
  if (version != 1 || !status || !long_table || !size || *size > result.size()) return std::nullopt;
  return Printed{.out = std::string{result.substr(0, *size)},
                 .err = std::string{result.substr(*size)},
                 .aside = {},
                 .status = static_cast<int>(*status),
                 .long_table = *long_table == 1};
}

void Buffer::record(std::string_view schema, Table one_row) {
  PHARMACY_CHECK(one_row.rows.size() == 1);
  if (options_.for_people) return;
  add({
      .kind = Answer::Kind::record,
      .schema = std::string{schema},
      .table = std::move(one_row),
  });
}

void Buffer::list(std::string_view schema, std::string_view key, Table rows, std::string if_empty) {
  if (options_.for_people) return;
  if (rows.rows.empty()) {
    if (options_.says_if_empty) {
      note(if_empty.empty() ? std::string{_("nothing to show")} : std::move(if_empty));
    }
    if (options_.fails_if_empty) printed_.status = static_cast<int>(Exit::not_found);
  }
  add({
      .kind = Answer::Kind::list,
      .schema = std::string{schema},
      .key = std::string{key},
      .table = std::move(rows),
  });
}

void Buffer::report(std::string_view schema, Table head, std::vector<Section> sections) {
  if (options_.for_people) return;
  add({
      .kind = Answer::Kind::report,
      .schema = std::string{schema},
      .table = std::move(head),
      .sections = std::move(sections),
  });
}

void Buffer::document(std::string text, std::string_view schema, Table head,
                      std::vector<Section> sections) {
  if (!options_.prints_documents) return report(schema, std::move(head), std::move(sections));
  add({.kind = Answer::Kind::document, .text = std::move(text)});
}

void Buffer::add(Answer answer) {
  answer.dry_run = options_.dry_run && options_.for_change;
  answers_.push_back(std::move(answer));
}

void Buffer::changed(std::string line, std::string undo) {
  if (options_.quiet) return;
  line = for_terminal(line);
  if (options_.dry_run) line = fmt::format(fmt::runtime(_("would have: {}")), line);
  if (!undo.empty()) {
    line = fmt::format(fmt::runtime(_("{change} (undo: {command})")), fmt::arg("change", line),
                       fmt::arg("command", for_terminal(undo)));
  }
  printed_.err += line + '\n';
}

void Buffer::note(std::string line) { printed_.err += for_terminal(line) + '\n'; }

void Buffer::aside(std::string line) { printed_.aside += for_terminal(line) + '\n'; }

void Buffer::text(std::string lines) {
  if (lines.empty()) return;
  add({.kind = Answer::Kind::text, .text = safe_text(lines)});
}

Printed Buffer::take(const Style& style) {
  for (auto& answer : answers_) {
    printed_.long_table = printed_.long_table || answer.kind != Answer::Kind::text;
    printed_.out += render(std::move(answer), style);
  }
  answers_.clear();
  printed_.long_table = printed_.long_table && style.format == Format::table;
  return std::exchange(printed_, {});
}

}  // namespace pharmacy::cli
