"""The calls of the library that can fail. They are found in the binary and in the sources, whether they run or not.

Calls of the C library and of CPython are found in the machine code of the fault build: they call stand-ins. Calls of
JNI go through a table, so they are found in the sources. Every function that the library calls has to be listed here or
have a stand-in. A new function is an error until a developer has decided whether it can fail.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from support.places import ROOT

SOURCES = ROOT / "src" / "main" / "c"
STAND_INS = ROOT / "src" / "test" / "faults"

# Functions that cannot fail in the way the library uses them.
INFALLIBLE = {
    "about exceptions": """
        PyErr_Clear PyErr_ExceptionMatches PyErr_Fetch PyErr_Format PyErr_NoMemory PyErr_NormalizeException
        PyErr_Occurred PyErr_Restore PyErr_SetNone PyErr_SetObject PyErr_SetString PyErr_SetInterrupt
        PyErr_WriteUnraisable PyErr_WarnEx PyException_SetTraceback PyException_GetTraceback
        PyErr_GivenExceptionMatches""",
    "one of two that are there already": "PyBool_FromLong",
    "about types of values": """
        PyObject_CheckBuffer PyCallable_Check PyIter_Check PyType_GetFlags PyType_IsSubtype PyType_GetSlot""",
    "on the library's own tuples, lists, strings, bytes, capsules and dictionaries, in range": """
        PyBytes_AsString PyBytes_Size PyDict_Size PyList_SetItem PyTuple_GetItem PyTuple_SetItem PyTuple_Size
        PyUnicode_Compare PyUnicode_CompareWithASCIIString PyUnicode_GetLength PyUnicode_ReadChar
        PyDict_GetItemString PyImport_GetModuleDict
        PyCapsule_IsValid PyCapsule_GetPointer PyCapsule_SetName PyCapsule_SetDestructor PyBuffer_IsContiguous
        PyObject_IsTrue PyList_Size PyList_GetItem PySys_GetObject PyLong_AsSsize_t""",
    "giving up and freeing": """
        PyBuffer_Release PyMem_Free PyObject_Free _Py_Dealloc Py_LeaveRecursiveCall free munmap dlclose
        PyObject_GC_UnTrack PyObject_GC_Track _Py_DecRef Py_DecRef Py_IncRef _Py_IncRef PyObject_ClearWeakRefs""",
    "about threads; where they fail they end the process": """
        PyEval_RestoreThread PyEval_SaveThread PyGILState_Ensure PyGILState_GetThisThreadState
        PyGILState_Release PyInterpreterState_Get PyInterpreterState_GetID PyThreadState_Clear
        PyThreadState_Delete PyThreadState_Get PyThread_get_thread_ident pthread_mutex_lock
        pthread_mutex_trylock pthread_mutex_unlock pthread_once sched_yield nanosleep pthread_getspecific
        pthread_self pthread_detach pthread_cond_signal pthread_cond_timedwait pthread_attr_destroy
        pthread_attr_getstack clock_gettime""",
    "about the process and its signals, with arguments that are right": """
        sigaction raise pause sigaddset sigemptyset pthread_sigmask pthread_equal pthread_kill dladdr
        __register_atfork exit _Exit fflush fopen fopen64 fgets fclose syscall fprintf fwrite vfprintf vsnprintf
        snprintf dlerror madvise mprotect getpid""",
    "pure": """
        PyUnicode_AsUCS4
        strtol strtoll memcpy memset memcmp memmove strcmp strlen strncmp strchr strrchr strstr strcpy PyOS_snprintf""",
    "called by PyArg_ParseTuple, which fails": "PyUnicode_FSConverter",
    "of a built-in function": "PyCFunction_GetFunction PyCFunction_GetSelf",
    "the module's definition": "PyModuleDef_Init Py_Version Py_GetRecursionLimit",
    "the interpreter itself; where Java hosts": "Py_FinalizeEx Py_InitializeEx",
    "the compiler's": """
        __cxa_finalize __gmon_start__ __tls_get_addr _ITM_deregisterTMCloneTable _ITM_registerTMCloneTable
        __stack_chk_fail _Unwind_Resume""",
}
# The Call functions and NewObjectA are those of java_door.c, whose callers fail.
INFALLIBLE_JNI = """
    DeleteGlobalRef DeleteLocalRef DeleteWeakGlobalRef DetachCurrentThread ExceptionCheck ExceptionClear
    ExceptionDescribe ExceptionOccurred GetArrayLength GetObjectClass GetSuperclass GetByteArrayRegion GetEnv
    GetObjectArrayElement GetStaticIntField GetStaticObjectField GetObjectRefType GetStringLength GetStringRegion
    IsSameObject ReleasePrimitiveArrayCritical SetLongArrayRegion SetByteArrayRegion SetObjectArrayElement GetJavaVM
    GetIntArrayRegion GetBooleanArrayRegion GetCharArrayRegion GetShortArrayRegion GetLongArrayRegion
    GetFloatArrayRegion GetDoubleArrayRegion SetIntArrayRegion SetDoubleArrayRegion ReleaseStringCritical
    IsInstanceOf Throw CallStaticObjectMethodA CallStaticBooleanMethodA CallStaticIntMethodA
    CallStaticLongMethodA CallStaticVoidMethodA CallObjectMethodA CallBooleanMethodA CallIntMethodA
    CallLongMethodA CallVoidMethodA NewObjectA
    GetBooleanField GetCharField GetByteField GetShortField GetIntField GetLongField GetFloatField
    GetDoubleField GetStaticBooleanField GetStaticCharField GetStaticByteField GetStaticShortField
    GetStaticLongField GetStaticFloatField GetStaticDoubleField SetBooleanField SetIntField SetLongField
    SetDoubleField SetStaticBooleanField SetStaticIntField SetStaticLongField SetStaticDoubleField
""".split()


# Calls that no scenario reaches, by file and function, with the reason.
OUT_OF_REACH: dict[str, str] = {}


class Site(NamedTuple):
    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}"


def out_of_reach(site: Site) -> bool:
    return site.file in OUT_OF_REACH or f"{site.file} {site.function}" in OUT_OF_REACH


def _output(*command: object) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def unclassified(library: Path) -> list[str]:
    """The functions called by the sources that have no stand-in and are not known as safe."""
    known = {name for names in INFALLIBLE.values() for name in names.split()}
    undefined = {line.split()[-1].split("@")[0] for line in _output("nm", "-u", library).splitlines()}
    functions = {name for name in undefined if not re.match(r"__|PyExc_|.*_Type$|_Py_\w+Struct$|stderr$|stdout$", name)}
    with_stand_in = set(re.findall(r"__wrap_(\w+)", _output("nm", library)))
    # Functions that only the stand-ins themselves call.
    own = set(re.findall(r"\b(\w+)\b", "".join(path.read_text() for path in STAND_INS.glob("*.c"))))
    product = set(re.findall(r"\b(\w+)\(", "".join(path.read_text() for path in SOURCES.rglob("*.[ch]"))))
    own -= product
    return sorted(functions - known - with_stand_in - own) + sorted(
        _jni_functions() - set(INFALLIBLE_JNI) - _fallible_jni()
    )


def _fallible_jni() -> set[str]:
    text = (STAND_INS / "fault_jni.c").read_text()
    names = re.findall(r"FAILS\(\"(\w+)\"\)|BB_FAULT\(\"(\w+)\"\)", text)
    return {name for groups in names for name in groups if name}


_JNI_CALL = re.compile(r"\(\*[\w>-]+\)->(\w+)\(")


def _jni_functions() -> set[str]:
    return {name for path in SOURCES.rglob("*.c") for name in _JNI_CALL.findall(path.read_text())}


def of_jni() -> list[Site]:
    fallible = _fallible_jni()
    return [
        Site(path.name, number, name)
        for path in sorted(SOURCES.rglob("*.c"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for name in _JNI_CALL.findall(line)
        if name in fallible
    ]


def of_stand_ins(library: Path) -> dict[int, str]:
    """Return address -> function, for all calls of linked stand-ins."""
    calls = {}
    pending = None
    for line in _output("objdump", "-d", "--no-show-raw-insn", library).splitlines():
        instruction = re.match(r"\s*([0-9a-f]+):\s+(.*)", line)
        if not instruction:
            continue
        if pending:
            calls[int(instruction[1], 16)] = pending
        call = re.match(r"(?:call|jmp)\w*\s+[0-9a-f]+ <__wrap_(\w+?)(?:@plt)?>", instruction[2])
        pending = call[1] if call else None
    return calls


def located(library: Path, offsets: list[int]) -> dict[int, tuple[str, int]]:
    """Return address -> file and line of the call before that address."""
    if not offsets:
        return {}
    lines = _output("addr2line", "-e", library, *[hex(offset - 1) for offset in offsets]).splitlines()
    places = {}
    for offset, line in zip(offsets, lines, strict=True):
        path, _, number = line.split(" ")[0].rpartition(":")
        places[offset] = (Path(path).name, int(number) if number.isdigit() else 0)
    return places
