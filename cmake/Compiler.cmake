# Warnings, hardening and sanitizers for every target of the project.
add_library(pharmacy_compiler INTERFACE)
target_compile_options(pharmacy_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -ftrivial-auto-var-init=zero)
target_compile_definitions(pharmacy_compiler INTERFACE _GLIBCXX_ASSERTIONS)
if(PHARMACY_WERROR)
  target_compile_options(pharmacy_compiler INTERFACE -Werror)
endif()
if(PHARMACY_SANITIZE)
  # gcc 12 takes fmt's arguments for uninitialised once its sanitizers are woven in.
  target_compile_options(pharmacy_compiler INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    -Wno-uninitialized -Wno-maybe-uninitialized)
  target_link_options(pharmacy_compiler INTERFACE -fsanitize=address,undefined)
else()
  target_compile_options(pharmacy_compiler INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
  target_compile_definitions(pharmacy_compiler INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=3>)
  target_link_options(pharmacy_compiler INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
endif()
