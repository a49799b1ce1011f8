// Messages in the reader's language.
#pragma once

#include <libintl.h>

// The catalogue of the whole suite; the programs say where it lies.
#define PHARMACY_TEXT_DOMAIN "pharmacy"

// _("text"): the text in the reader's language. P_("one", "many", n): the form for n.
// N_("text"): marks a text that is translated later.
#define _(text) dgettext(PHARMACY_TEXT_DOMAIN, text)
#define P_(one, many, n) dngettext(PHARMACY_TEXT_DOMAIN, one, many, static_cast<unsigned long>(n))
#define N_(text) text
