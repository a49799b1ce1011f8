#include "base/sheet_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

constexpr std::size_t columns_shown = 100;  // of a file, in a message

// A header as it is compared with the known ones: "单价 （元）" is 单价, "Unit Price" unit_price.
std::string header_key(std::string_view header) {
  std::string key = fold_width(header);
  std::erase_if(key, [](char c) { return c == ' ' || c == '_'; });
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  constexpr std::string_view in_yuan = "(元)";
  if (key.ends_with(in_yuan)) key.resize(key.size() - in_yuan.size());
  return key;
}

class Finder {
 public:
  Finder(std::span<const std::string> header, std::span<const SheetField> fields)
      : header_{header}, fields_{fields}, sources_(fields.size()) {
    for (const auto& text : header) keys_.push_back(header_key(text));
    for (std::size_t i = 0; i < fields.size(); ++i) sources_[i].column = fields[i].name;
  }

  std::vector<FieldSource> find(const SheetOptions& options) {
    std::vector<bool> named(fields_.size());
    for (const auto& [field, value] : options.set) set_value(field, value, named);
    for (const auto& [field, header] : options.map) map_header(field, header, named);
    for (const auto& field : options.require) {
      if (const auto at = field_named(field)) sources_[*at].may_be_empty = false;
    }
    if (!usage_faults_.empty()) throw Error(Errc::invalid_input, std::move(usage_faults_));
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (!named[i]) take_known_header(i);
    }
    if (data_faults_.empty()) require_any();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].required) sources_[i].may_be_empty = false;
      if (!sources_[i].may_be_empty) require_source(i);
    }
    require_one_of();
    if (!data_faults_.empty()) throw_data_faults();
    return std::move(sources_);
  }

 private:
  std::optional<std::size_t> field_named(const std::string& name) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].name == name) return i;
      names.push_back(fields_[i].name);
    }
    const auto near = nearest(name, names);
    usage_faults_.push_back(
        {fmt::format(fmt::runtime(_("no field is called {}")), name),
         near ? fmt::format(fmt::runtime(_("did you mean {}?")), *near)
              : fmt::format(fmt::runtime(_("the fields are: {}")), fmt::join(names, ", "))});
    return std::nullopt;
  }

  void set_value(const std::string& field, const std::string& value, std::vector<bool>& named) {
    const auto at = field_named(field);
    if (!at) return;
    if (named[*at]) add_named_twice(field);
    named[*at] = true;
    sources_[*at].is_set = true;
    sources_[*at].value = value;
  }

  void map_header(const std::string& field, const std::string& header, std::vector<bool>& named) {
    const auto at = field_named(field);
    if (!at) return;
    if (named[*at]) add_named_twice(field);
    named[*at] = true;
    if (header.empty()) return;
    auto& source = sources_[*at];
    source.column = header;
    if (const auto whole = place_of(header)) {
      source.places = {*whole};
      return;
    }
    for (std::string_view rest = header;;) {  // several, joined by +
      const std::size_t plus = std::min(rest.find('+'), rest.size());
      const std::string part{rest.substr(0, plus)};
      if (const auto place = place_of(part)) {
        source.places.push_back(*place);
      } else {
        add_unknown({fmt::format(fmt::runtime(_("no column is called {}")), part), {}});
      }
      if (plus == rest.size()) return;
      rest.remove_prefix(plus + 1);
    }
  }

  void add_named_twice(const std::string& field) {
    usage_faults_.push_back({fmt::format(fmt::runtime(_("the field {} is given twice")), field),
                             _("give each field one --map or one --set")});
  }

  // The column with this header, as it is written or but for spaces and the width of its letters.
  std::optional<std::size_t> place_of(const std::string& header) {
    if (const auto place = unique_place(header_, header, header)) return place;
    return unique_place(keys_, header_key(header), header);
  }

  std::optional<std::size_t> unique_place(std::span<const std::string> texts,
                                          const std::string& wanted, const std::string& header) {
    const auto first = std::find(texts.begin(), texts.end(), wanted);
    if (first == texts.end()) return std::nullopt;
    const auto second = std::find(first + 1, texts.end(), wanted);
    const auto number = [&](auto at) { return at - texts.begin() + 1; };
    if (second != texts.end()) {
      data_faults_.push_back(
          {fmt::format(fmt::runtime(_("the header {0} is there twice: columns {1} and {2}")),
                       header, number(first), number(second)),
           _("rename one of them in the file")});
    }
    return static_cast<std::size_t>(first - texts.begin());
  }

  void take_known_header(std::size_t field) {
    auto& source = sources_[field];
    const auto take = [&](const std::string& known) {
      const auto place = place_of(known);
      if (!place) return false;
      source.places = {*place};
      source.column = header_[*place];
      return true;
    };
    if (take(fields_[field].name)) return;
    for (const auto& known : fields_[field].headers) {
      if (take(known)) return;
    }
  }

  // The first columns, for people.
  [[nodiscard]] std::string header_text() const {
    const auto shown = std::min(header_.size(), columns_shown);
    return fmt::format(
        "{}{}",
        fmt::join(header_.begin(), header_.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
        shown < header_.size() ? ", …" : "");
  }

  // A file without a header, or of another subject: one fault, whatever else is missing.
  void require_any() const {
    if (std::any_of(sources_.begin(), sources_.end(),
                    [](const FieldSource& source) { return !source.places.empty(); })) {
      return;
    }
    throw Error(Errc::bad_data,
                fmt::format(fmt::runtime(_("no column is known: {}")), header_text()),
                _("the first row must name the columns; say which is which with "
                  "--map FIELD=HEADER"));
  }

  [[nodiscard]] bool has_source(std::size_t field) const {
    return sources_[field].is_set || !sources_[field].places.empty();
  }

  void require_source(std::size_t field) {
    const bool reported = sources_[field].column != fields_[field].name;  // is not there
    if (has_source(field) || reported) return;
    const auto& name = fields_[field].name;
    add_unknown({fmt::format(fmt::runtime(_("no column is known for the field {}")), name),
                 fmt::format(fmt::runtime(_("say which one it is with --map {0}=HEADER, or --set "
                                            "{0}=VALUE for all rows")),
                             name)});
  }

  void require_one_of() {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (!fields_[i].one_of) continue;
      const bool reported = sources_[i].column != fields_[i].name;
      if (has_source(i) || reported) return;
      names.push_back(fields_[i].name);
    }
    if (names.empty()) return;
    add_unknown(
        {fmt::format(fmt::runtime(_("no column is known for any of the fields {}")),
                     fmt::join(names, ", ")),
         fmt::format(fmt::runtime(_("say which one it is with --map {0}=HEADER")), names.front())});
  }

  // A fault that who sees the file's columns can mend.
  void add_unknown(Fault fault) {
    data_faults_.push_back(std::move(fault));
    unknown_ = data_faults_.size();
  }

  // The columns are listed once, below the last fault that needs them.
  [[noreturn]] void throw_data_faults() {
    if (unknown_ > 0) {
      auto& hint = data_faults_[unknown_ - 1].hint;
      if (!hint.empty()) hint += "; ";
      hint += fmt::format(fmt::runtime(_("the columns are: {}")), header_text());
    }
    throw Error(Errc::bad_data, std::move(data_faults_));
  }

  std::span<const std::string> header_;
  std::span<const SheetField> fields_;
  std::vector<std::string> keys_;
  std::vector<FieldSource> sources_;
  std::vector<Fault> usage_faults_;
  std::vector<Fault> data_faults_;
  std::size_t unknown_ = 0;  // the number, from 1, of the last one that add_unknown() added
};

}  // namespace

std::vector<FieldSource> find_columns(std::span<const std::string> header,
                                      std::span<const SheetField> fields,
                                      const SheetOptions& options) {
  return Finder{header, fields}.find(options);
}

}  // namespace pharmacy
