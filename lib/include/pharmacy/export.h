// What the shared library exports: everything else stays hidden.
#pragma once

#define PHARMACY_API __attribute__((visibility("default")))
// What is inside of an exported class and is not for its users.
#define PHARMACY_HIDDEN __attribute__((visibility("hidden")))
