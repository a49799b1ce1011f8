# Tests of the sealed engine.
set(VFS_TESTS
  fault_vfs.cpp
  gate_test.cpp
  nonce_test.cpp
  sealed_crash_test.cpp
  sealed_fault_test.cpp
  sealed_store_test.cpp
  sealed_support.cpp
  sealed_tamper_test.cpp
  sealed_twin_test.cpp
  sealed_wal_reset_test.cpp)
