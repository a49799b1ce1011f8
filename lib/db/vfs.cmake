# The sealed engine: pages, log, gate.
set(PHARMACY_VFS_SOURCES)
