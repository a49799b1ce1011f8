// Messages in the reader's language: the same catalogue as the library's.
#pragma once

#include <libintl.h>

// _("text"): the text in the reader's language. P_("one", "many", n): the form for n.
// N_("text"): marks a text that is translated later, by _().
#define _(text) dgettext("pharmacy", text)
#define P_(one, many, n) dngettext("pharmacy", one, many, static_cast<unsigned long>(n))
#define N_(text) text
