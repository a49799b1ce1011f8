# Warnings, hardening and sanitizers for every target of the project.
include(CheckLinkerFlag)
add_library(pharmacy_compiler INTERFACE)
target_compile_options(pharmacy_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  # Up to its version 15 clang has this only against its own advice.
  $<$<NOT:$<AND:$<CXX_COMPILER_ID:Clang>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,16>>>:-ftrivial-auto-var-init=zero>)
target_compile_definitions(pharmacy_compiler INTERFACE _GLIBCXX_ASSERTIONS)
if(PHARMACY_WERROR)
  target_compile_options(pharmacy_compiler INTERFACE -Werror)
endif()
if(PHARMACY_SANITIZE)
  # gcc 12 takes fmt's arguments for uninitialised once its sanitizers are woven in.
  target_compile_options(pharmacy_compiler INTERFACE
    # Of what tests themselves do only the memory is watched, by calls: what is undefined makes a
    # seventh of their build, and what is written out in place of a call a twelfth.
    -fsanitize=address$<$<NOT:$<BOOL:$<TARGET_PROPERTY:PHARMACY_TEST_CODE>>>:$<COMMA>undefined>
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:$<TARGET_PROPERTY:PHARMACY_TEST_CODE>>>:--param=asan-instrumentation-with-call-threshold=0>
    -fno-sanitize-recover=all -fno-omit-frame-pointer
    # What is undefined ends a program where it stands, with SIGILL. To tell of it in words takes a
    # record of each check, with addresses that the loader has to mend: 1.8 million of them, and
    # 0.1 s of each start of a program.
    $<IF:$<CXX_COMPILER_ID:Clang>,-fsanitize-trap=undefined,-fsanitize-undefined-trap-on-error>
    -Wno-uninitialized $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(pharmacy_compiler INTERFACE -fsanitize=address,undefined)
  # Thirty programs, each with all of the library.
  check_linker_flag(CXX -fuse-ld=gold PHARMACY_HAS_GOLD)
  if(PHARMACY_HAS_GOLD)
    target_link_options(pharmacy_compiler INTERFACE -fuse-ld=gold)
  endif()
  # gcc collects garbage for a tenth of its time, to hold in 0.7 GB what then takes 1.2 GB.
  target_compile_options(pharmacy_compiler INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1048576>)
else()
  target_compile_options(pharmacy_compiler INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
  # It needs an optimiser, which the tests' own code has not.
  target_compile_definitions(pharmacy_compiler INTERFACE
    $<$<AND:$<CONFIG:Release>,$<NOT:$<BOOL:$<TARGET_PROPERTY:PHARMACY_TEST_CODE>>>>:_FORTIFY_SOURCE=3>)
  target_link_options(pharmacy_compiler INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
endif()

# Headers that nearly every file reads, parsed once. They only save time: a build without
# PHARMACY_PRECOMPILE, as the release preset is, shows that each file includes what it uses.
set(PHARMACY_COMMON_HEADERS
  <algorithm> <array> <chrono> <cstdint> <cstring> <filesystem> <functional> <map> <memory>
  <optional> <set> <span> <sstream> <string> <string_view> <utility> <vector>
  <fmt/format.h> <fmt/ranges.h>)

# pharmacy_headers(NAME HEADER...): a target whose precompiled headers others take.
function(pharmacy_headers name)
  if(PHARMACY_PRECOMPILE)
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp CONTENT "")
    add_library(${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
    target_link_libraries(${name} PRIVATE pharmacy_compiler fmt::fmt)
    target_precompile_headers(${name} PRIVATE ${PHARMACY_COMMON_HEADERS} ${ARGN})
  endif()
endfunction()

# pharmacy_take_headers(TARGET NAME): compile TARGET's files with them.
function(pharmacy_take_headers target name)
  if(PHARMACY_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

pharmacy_headers(pharmacy_common_headers)
