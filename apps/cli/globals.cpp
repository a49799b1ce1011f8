#include "cli/globals.h"

#include "cli/i18n.h"

namespace pharmacy::cli {

void declare_globals(Tree& tree, Globals& globals) {
  const auto option = [&tree](const char* names, auto& target, const std::string& summary) {
    tree.add_option(tree.root(), names, summary, bind(target));
  };
  option("--store", globals.store, _("the store's directory"));
  option("--login", globals.login, _("who is acting; recovery, with the recovery code"));
  option("--key-file", globals.key_file, _("file that holds the key; - is the standard input"));
  option("--key-fd", globals.key_fd, _("open file descriptor to read the key from"));
  option("--wait", globals.wait, _("seconds to wait while another program writes (5)"));
  option("--op", globals.op, _("name of this change: repeating it has one effect"));
  option("--format", globals.format, _("how to print (a table on a terminal, else tsv)"));
  option("--columns", globals.columns, _("which columns, in this order: a,b"));
  option("--excel", globals.excel, _("csv as spreadsheets like it, for people"));
  option("--fail-if-empty", globals.fail_if_empty, _("exit with 1 where a list is empty"));
  option("--color", globals.color, _("when to use colours"));
  option("--no-pager", globals.no_pager, _("never show long tables screen by screen"));
  option("--quiet,-q", globals.quiet, _("do not say what a change did"));
  option("--verbose,-v", globals.verbose, _("say which store and operation it was"));
  option("--yes,-y", globals.yes, _("answer questions with yes"));
  option("--dry-run,-n", globals.dry_run, _("change nothing; say what would be done"));
  option("--no-input", globals.no_input, _("never ask"));
  option("--allow-network-fs", globals.allow_network_fs,
         _("open a store on a network file system"));
  option("--today", globals.today, _("the day to take for today, for reports"));
  option("--help,-h", globals.help, _("show help"));
  option("--version,-V", globals.version, _("show the version"));
}

}  // namespace pharmacy::cli
