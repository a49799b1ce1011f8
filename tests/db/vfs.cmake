# Tests of the sealed engine.
set(VFS_TESTS
  sealed_store_test.cpp
  sealed_support.cpp)
