# SPDX-License-Identifier: MPL-2.0
# Compiler settings, the libraries we lean on, and the three kinds of target: library, program, test.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
option(BUILD_TESTING "Build the tests" ON)
option(AUTODP_SANITIZE "Build with ASan and UBSan" OFF)
option(AUTODP_FUZZ "Build the libFuzzer targets (clang)" OFF)
set(AUTODP_BENCH "" CACHE STRING "Build the programs of a benchmark: bus, data or learn")

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(CZMQ REQUIRED IMPORTED_TARGET libczmq)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(UCHARDET REQUIRED IMPORTED_TARGET uchardet)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(SSL REQUIRED IMPORTED_TARGET libssl)
pkg_check_modules(LAPACKE REQUIRED IMPORTED_TARGET lapacke)
pkg_check_modules(LBFGS REQUIRED IMPORTED_TARGET liblbfgs)
pkg_check_modules(XGBOOST REQUIRED IMPORTED_TARGET xgboost)
find_library(MSGPACK_LIBRARY msgpackc REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
find_library(ESMTP_LIBRARY esmtp REQUIRED)
if(BUILD_TESTING)
    find_library(SVM_LIBRARY svm REQUIRED) # the judge of our own solver
endif()

add_library(autodp_flags INTERFACE)
target_compile_definitions(autodp_flags INTERFACE _GNU_SOURCE)
# -O2 makes no vector code of loops whose length is not known.
target_compile_options(autodp_flags INTERFACE $<$<CONFIG:RelWithDebInfo>:-O3>)
target_compile_options(autodp_flags INTERFACE -Wall -Wextra -Wshadow -Wvla -Wundef -Wwrite-strings
    -Wimplicit-fallthrough -Werror -fno-strict-aliasing -ffp-contract=off
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes>)
target_include_directories(autodp_flags INTERFACE ${PROJECT_SOURCE_DIR})
if(AUTODP_SANITIZE)
    target_compile_options(autodp_flags INTERFACE -fsanitize=address,undefined
        -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(autodp_flags INTERFACE -fsanitize=address,undefined)
endif()
if(AUTODP_FUZZ)
    target_compile_options(autodp_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# autodp_library(NAME SOURCES a.c ... LINK lib ...): a static library, one a folder.
function(autodp_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC autodp_flags ${ARG_LINK})
endfunction()

# autodp_program(NAME SOURCES a.c ... LINK lib ...): a program in <build>/bin.
function(autodp_program name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE autodp_flags ${ARG_LINK})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
    install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# autodp_test(NAME SOURCES a.c ... LINK lib ...): a cmocka program, registered as AREA.NAME where AREA is its folder.
function(autodp_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
    get_filename_component(area ${CMAKE_CURRENT_SOURCE_DIR} NAME)
    add_executable(test_${area}_${name} ${ARG_SOURCES})
    target_link_libraries(test_${area}_${name} PRIVATE autodp_flags cmocka ${ARG_LINK})
    target_compile_definitions(test_${area}_${name} PRIVATE
        TEST_DATA="${PROJECT_SOURCE_DIR}/test/data" SOURCE_ROOT="${PROJECT_SOURCE_DIR}")
    set_target_properties(test_${area}_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test)
    add_test(NAME ${area}.${name} COMMAND test_${area}_${name})
    set_tests_properties(${area}.${name} PROPERTIES TIMEOUT 120)
endfunction()
