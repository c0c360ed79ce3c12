#!/bin/sh
# render_path_imports.sh LIBRARY EXEMPT...: the objects of the render path may import nothing but our
# own functions, memcpy and its kin. A lock, an allocation, a libm or a system call would show up
# here as an import. EXEMPT: the objects that never run on the render thread (constructors, files).
set -eu
library=$1; shift
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
cp "$library" "$dir/library.a"
cd "$dir"
ar x library.a
bad=0
for object in *.o; do
  case " $* " in *" $object "*) continue ;; esac
  nm --undefined-only --demangle "$object" > imports
  # Ours, the compiler's memory functions, and the unwinder's bookkeeping of noexcept.
  foreign=$(grep -vE ' U (dju::|typeinfo for dju|vtable for dju|memcpy$|memset$|memmove$|memcmp$|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__gxx_personality_v0|std::terminate|__clang_call_terminate|_Unwind_Resume)' imports || true)
  if [ -n "$foreign" ]; then
    echo "$object imports:"; echo "$foreign"; bad=1
  fi
done
exit $bad
