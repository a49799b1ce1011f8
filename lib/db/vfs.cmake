# The sealed engine: pages, log, gate.
set(PHARMACY_VFS_SOURCES
  checkpoint.cpp
  connection.cpp
  create.cpp
  damage.cpp
  failure.cpp
  gate.cpp
  gate_timer.cpp
  guard.cpp
  header_seal.cpp
  log_buffer.cpp
  log_file.cpp
  log_file_write.cpp
  log_survey.cpp
  lower_file.cpp
  main_file.cpp
  main_file_locks.cpp
  nonce_source.cpp
  open.cpp
  page_copy.cpp
  page_seal.cpp
  reseal.cpp
  scan.cpp
  vfs.cpp)
# Every page goes through these: optimised in debug builds too.
set_source_files_properties(page_seal.cpp header_seal.cpp PROPERTIES
                            COMPILE_OPTIONS -O2 SKIP_PRECOMPILE_HEADERS ON)
