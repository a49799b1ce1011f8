// complain evidence: files that show what happened.
#include <filesystem>

#include "cli/i18n.h"
#include "complain/complain.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {
namespace {

AddEvidence evidence_of(Session& session, const std::string& path,
                        const std::optional<std::string>& name) {
  if (path == "-" && !name) {
    throw Error(Errc::invalid_input, _("what the file is called is not said"),
                _("give --name where it comes from standard input"));
  }
  return {.name = name.value_or(std::filesystem::path{path}.filename().string()),
          .content = session.read_file(path, evidence_bytes_max)};
}

void define_add(Frame& frame) {
  struct Asked {
    ComplaintId id;
    FileName file;
    std::optional<std::string> name;
  };
  CLI::App& cmd = frame.command("evidence add", _("Keep a file that shows what happened"),
                                {"complain evidence add C2026-000001 photo.jpg"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "file", asked->file, _("The file, at most 10 MiB; - for standard input"))
      ->required();
  frame.option(cmd, "--name", asked->name, _("What it is called; its own name where absent"));
  frame.on_session(cmd, [asked](Session& session) {
    const AddEvidence evidence = evidence_of(session, asked->file.path, asked->name);
    session.change([&](Transaction& tx, Output& out) { take(tx, out, asked->id, evidence); });
  });
}

void define_export(Frame& frame) {
  struct Asked {
    ComplaintId id;
    std::int64_t step = 0;
    FileName file;
    bool force = false;
  };
  CLI::App& cmd =
      frame.command("evidence export", _("Write a file that was kept out of the store again"),
                    {"complain evidence export C2026-000001 1 copy.jpg",
                     "complain evidence export C2026-000001 1 - >copy.jpg"});
  auto asked = std::make_shared<Asked>();
  declare_number(frame, cmd, asked->id);
  frame.option(cmd, "step", asked->step, _("Number of the step, as complain show has it"))
      ->required();
  frame.option(cmd, "file", asked->file, _("Where to; - for standard output"))->required();
  frame.option(cmd, "--force", asked->force, _("Replace a file that is there"));
  frame.on_session(
      cmd,
      [asked](Session& session) {
        const Existing existing = asked->force ? Existing::replaced : Existing::refused;
        session.check_file(asked->file.path, existing);
        std::string content;
        session.store().view([&](Reading& reading) {
          content = get_evidence(reading, asked->id, asked->step).content;
        });
        session.write_file(asked->file.path, content, existing);
      },
      Steps::may_change);
}

}  // namespace

void define_evidence(Frame& frame) {
  frame.noun("evidence", _("Files that show what happened"));
  define_add(frame);
  define_export(frame);
}

}  // namespace pharmacy::cli
