# Tests of the sealed engine.
set(VFS_TESTS)
