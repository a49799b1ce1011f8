# What is installed beside the programs, each of which says so itself: the library with its
# headers, the manual with its examples, and what finds them.
include(CMakePackageConfigHelpers)

install(TARGETS pharmacy EXPORT pharmacyTargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/lib/include/pharmacy
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
foreach(section IN ITEMS 1 5 7)
  file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/man/*.${section})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

install(DIRECTORY ${PROJECT_SOURCE_DIR}/man/examples DESTINATION ${CMAKE_INSTALL_DOCDIR}
        USE_SOURCE_PERMISSIONS)

# find_package(pharmacy)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/pharmacy)
install(EXPORT pharmacyTargets NAMESPACE pharmacy:: FILE pharmacyConfig.cmake
        DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pharmacyConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pharmacyConfigVersion.cmake DESTINATION ${package})

# pkg-config pharmacy; the prefix follows from where the file lies.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${CMAKE_CURRENT_LIST_DIR}/pharmacy.pc.in ${PROJECT_BINARY_DIR}/pharmacy.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pharmacy.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
