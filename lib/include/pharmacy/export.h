// What the shared library exports: everything else stays hidden.
#pragma once

#define PHARMACY_API __attribute__((visibility("default")))
