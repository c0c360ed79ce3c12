# One function per kind of target, so that every folder declares itself in one line and all of them
# share the same warnings, floating-point rules and sanitizers.
include_guard()
find_package(Threads REQUIRED)
get_filename_component(DJU_ROOT ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(dju_options INTERFACE)
# C++20 without contraction or fast-math: a battle renders to the same bits on every machine, so the
# compiler may not fuse a multiply and an add on one of them (docs/architecture.md, "Sameness").
target_compile_options(dju_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wno-sign-conversion -Wnon-virtual-dtor -Werror -ffp-contract=off -fno-omit-frame-pointer)
target_include_directories(dju_options INTERFACE ${DJU_ROOT}/src ${CMAKE_BINARY_DIR}/generated)
target_compile_definitions(dju_options INTERFACE DJU_VERSION="${PROJECT_VERSION}")
if(DJU_SANITIZE)
  # GCC loses sight of std::optional and std::vector behind the sanitizers' checks and calls sound
  # code uninitialised, overflowing or freed in its middle. Its ThreadSanitizer does not know fences; Asio's stand
  # beside mutexes, which it knows.
  target_compile_options(dju_options INTERFACE -fsanitize=${DJU_SANITIZE} -fno-sanitize-recover=all
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized$<SEMICOLON>-Wno-free-nonheap-object$<SEMICOLON>-Wno-stringop-overflow$<SEMICOLON>-Wno-tsan>)
  target_link_options(dju_options INTERFACE -fsanitize=${DJU_SANITIZE})
endif()
if(DJU_FUZZ)
  # The code under test has to report its coverage, not only the targets themselves.
  target_compile_options(dju_options INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(dju_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# dju_pkg(name pkgconfig...): an imported target PkgConfig::name whose headers count as system headers.
function(dju_pkg name)
  if(NOT TARGET PkgConfig::${name})
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${ARGN})
  endif()
endfunction()

# dju_module(engine DEPENDS core music LIBS PkgConfig::OPUS)
# A library dju_<name> from every *.cpp of this folder and its sub-folders, or only of its
# sub-folders FOLDERS; *_test.cpp become the
# program <name>_test; folders called test_support become the library dju_<name>_test_support, which
# tests and benchmarks link and the product does not. A new file needs no entry anywhere.
function(dju_module name)
  cmake_parse_arguments(ARG "" "" "FOLDERS;DEPENDS;LIBS;TEST_LIBS" ${ARGN})
  set(patterns ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(ARG_FOLDERS)
    list(TRANSFORM ARG_FOLDERS REPLACE "(.+)" "${CMAKE_CURRENT_SOURCE_DIR}/\\1/*.cpp" OUTPUT_VARIABLE patterns)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${patterns})
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  set(support ${sources})
  list(FILTER support INCLUDE REGEX "/test_support/")
  list(FILTER sources EXCLUDE REGEX "/test_support/")
  list(TRANSFORM ARG_DEPENDS PREPEND dju_)
  if(sources)
    add_library(dju_${name} STATIC ${sources})
    target_link_libraries(dju_${name} PUBLIC dju_options ${ARG_DEPENDS} ${ARG_LIBS} Threads::Threads)
  else()
    add_library(dju_${name} INTERFACE)
    target_link_libraries(dju_${name} INTERFACE dju_options ${ARG_DEPENDS} ${ARG_LIBS} Threads::Threads)
  endif()
  if(support)
    add_library(dju_${name}_test_support STATIC ${support})
    target_link_libraries(dju_${name}_test_support PUBLIC dju_${name})
    list(APPEND ARG_TEST_LIBS dju_${name}_test_support)
  endif()
  if(DJU_TESTS AND tests)
    find_package(GTest REQUIRED)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE dju_${name} ${ARG_TEST_LIBS} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE DJU_SOURCE_DIR="${DJU_ROOT}"
      DJU_BUILD_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()

# dju_bench(render LIBS dju_engine): the program bench_<name> from bench/<name>.cpp.
function(dju_bench name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(bench_${name} ${name}.cpp)
  target_link_libraries(bench_${name} PRIVATE dju_options ${ARG_LIBS})
endfunction()

# dju_fuzz(stun LIBS dju_server): fuzz/<name>.cpp, which defines LLVMFuzzerTestOneInput. With
# DJU_FUZZ it is a libFuzzer program; otherwise a program that replays fuzz/corpus/<name>, which the
# fast tests run, so that a crash once found stays found.
function(dju_fuzz name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(fuzz_${name} ${name}.cpp)
  target_link_libraries(fuzz_${name} PRIVATE dju_options ${ARG_LIBS})
  if(DJU_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE replay_main.cpp)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${CMAKE_SOURCE_DIR}/fuzz/corpus/${name})
  endif()
endfunction()
